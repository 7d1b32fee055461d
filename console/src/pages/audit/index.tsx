/** Who looked at what, did what, and was refused what. */
import { useState } from "preact/hooks";
import { Badge, Check, type Column, DateRange, Drawer, Field, fullTime, Input } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

interface Entry {
  audit_no: number;
  at: string;
  user: string;
  role: string;
  action: string;
  object_kind: string;
  object_id: string;
  allowed: boolean;
  detail: Record<string, unknown>;
  hash: string;
}

const columns = (): Column<Entry>[] => [
  { id: "no", label: t("number"), cell: (row) => <span class="mono muted">{row.audit_no}</span> },
  { id: "at", label: t("at"), cell: (row) => fullTime(row.at) },
  { id: "user", label: t("user"), cell: (row) => <span class="strong">{row.user}</span> },
  { id: "action", label: t("action"), cell: (row) => <span class="mono">{row.action}</span> },
  { id: "object", label: t("object"), cell: (row) => <><span class="muted">{row.object_kind}</span> {row.object_id}</> },
  { id: "allowed", label: t("allowed"), cell: (row) => <Badge tone={row.allowed ? "outline" : "critical"}>{t(row.allowed ? "yes" : "no")}</Badge> },
];

export default function Audit() {
  const [user, byUser] = useState("");
  const [action, byAction] = useState("");
  const [object, byObject] = useState("");
  const [refused, only] = useState(false);
  const [range, span] = useState<[string | null, string | null]>([null, null]);
  const [opened, open] = useState<number | null>(null);
  const query = { user: user.trim(), action: action.trim(), object_id: object.trim(), allowed: refused ? false : null, datetime: `${range[0] ?? ".."}/${range[1] ?? ".."}` };
  const list = usePaged<Entry>("/v1/audit", "entries", query);
  const row = list.rows.find((one) => one.audit_no === opened);
  return (
    <ListPage title={t("title")}
      filters={
        <>
          <Field label={t("user")}><Input value={user} onValue={byUser} /></Field>
          <Field label={t("action")}><Input value={action} onValue={byAction} /></Field>
          <Field label={t("object")}><Input value={object} onValue={byObject} /></Field>
          <div class="field wide"><span class="label">{t("time")}</span><DateRange from={range[0]} to={range[1]} onRange={(from, to) => span([from, to])} /></div>
          <Check label={t("refused_only")} checked={refused} onValue={only} />
        </>
      }>
      <div class="sheet-top"><p class="muted">{t("chain")}</p></div>
      <List list={list} columns={columns()} id={(one) => String(one.audit_no)} caption={t("title")} selected={opened === null ? null : String(opened)} onOpen={(one) => open(one.audit_no)} />
      {row && (
        <Drawer title={`${row.action} · ${row.object_id}`} open onClose={() => open(null)}>
          <dl class="facts">
            <dt>{t("at")}</dt><dd>{fullTime(row.at)}</dd>
            <dt>{t("user")}</dt><dd>{row.user}</dd>
            <dt>{t("role")}</dt><dd>{row.role}</dd>
            <dt>{t("object_kind")}</dt><dd>{row.object_kind}</dd>
            <dt>{t("object")}</dt><dd>{row.object_id}</dd>
            <dt>{t("hash")}</dt><dd class="mono">{row.hash}</dd>
          </dl>
          <h3>{t("detail")}</h3>
          <pre class="mono secret">{JSON.stringify(row.detail, null, 2)}</pre>
        </Drawer>
      )}
    </ListPage>
  );
}

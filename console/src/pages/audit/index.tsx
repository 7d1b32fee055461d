/** Who looked at what, did what, and was refused what. */
import { useState } from "preact/hooks";
import type { Schema } from "../../api/schema";
import { Badge, Check, type Column, DateRange, Drawer, Field, fullTime, Input, Select } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { orNone } from "../../lists/names";
import { usePaged } from "../../lists/paged";
import { type Action, actionWords, objectWords } from "./action_words";
import { words } from "./words";

const t = translator(words);
const deed = translator(actionWords);

const ACTIONS = Object.keys(actionWords.zh) as Action[];
/** A permission that a role does not have is refused by its name: `audit_refused`. */
const deedName = (action: string) =>
  action in actionWords.zh ? deed(action as Action) : action.endsWith("_refused") ? `${t("no")} · ${action.slice(0, -"_refused".length)}` : action;
const thing = translator(objectWords);
const objectName = (kind: string) => (kind in objectWords.zh ? thing(kind as keyof typeof objectWords.zh) : kind);
const roleName = (role: string) => (role in words.zh ? t(role as "bureau") : role);

type Entry = Schema<"AuditEntry">;

const columns = (): Column<Entry>[] => [
  { id: "no", label: t("number"), cell: (row) => <span class="mono muted">{row.audit_no}</span> },
  { id: "at", label: t("at"), cell: (row) => <span class="nowrap">{fullTime(row.at)}</span> },
  { id: "user", label: t("user"), cell: (row) => <span class="nowrap"><span class="strong">{row.user || "–"}</span> {row.role && <span class="muted">{roleName(row.role)}</span>}</span> },
  { id: "action", label: t("action"), cell: (row) => <span class="nowrap">{deedName(row.action)}</span> },
  { id: "object", label: t("object"), cell: (row) => <div class="clip" title={`${row.object_kind} ${row.object_id}`}><span class="muted">{objectName(row.object_kind)}</span> {row.object_id}</div> },
  { id: "allowed", label: t("allowed"), cell: (row) => (row.allowed ? <span class="muted">{t("yes")}</span> : <Badge tone="critical">{t("no")}</Badge>) },
];

export default function Audit() {
  const [user, byUser] = useState("");
  const [action, byAction] = useState("");
  const [object, byObject] = useState("");
  const [refused, only] = useState(false);
  const [range, span] = useState<[string | null, string | null]>([null, null]);
  const [opened, open] = useState<number | null>(null);
  const query = { user: user.trim(), action: action.trim(), object_id: object.trim(), allowed: refused ? false : null, datetime: `${range[0] ?? ".."}/${range[1] ?? ".."}` };
  const list = usePaged("/v1/audit", "entries", query);
  const row = list.rows.find((one) => one.audit_no === opened);
  return (
    <ListPage title={t("title")} hint={t("chain")}
      filters={
        <>
          <Field label={t("user")}><Input value={user} onValue={byUser} /></Field>
          <Field label={t("action")}><Select value={action} onValue={byAction} choices={orNone(t("all"), ACTIONS.map((value) => ({ value, label: deed(value) })))} /></Field>
          <Field label={t("object")}><Input value={object} onValue={byObject} /></Field>
          <div class="field wide"><span class="label">{t("time")}</span><DateRange from={range[0]} to={range[1]} onRange={(from, to) => span([from, to])} /></div>
          <Check label={t("refused_only")} checked={refused} onValue={only} />
        </>
      }>
      <List list={list} columns={columns()} id={(one) => String(one.audit_no)} caption={t("title")} icon="lock" selected={opened === null ? null : String(opened)} onOpen={(one) => open(one.audit_no)} />
      {row && (
        <Drawer title={`${deedName(row.action)} · ${row.object_id || objectName(row.object_kind)}`} open onClose={() => open(null)}>
          <dl class="facts">
            <dt>{t("at")}</dt><dd>{fullTime(row.at)}</dd>
            <dt>{t("user")}</dt><dd>{row.user}</dd>
            <dt>{t("role")}</dt><dd>{roleName(row.role)}</dd>
            <dt>{t("action")}</dt><dd class="mono">{row.action}</dd>
            <dt>{t("allowed")}</dt><dd><Badge tone={row.allowed ? "outline" : "critical"}>{t(row.allowed ? "yes" : "no")}</Badge></dd>
            <dt>{t("object_kind")}</dt><dd>{objectName(row.object_kind)}</dd>
            <dt>{t("object")}</dt><dd>{row.object_id}</dd>
            <dt>{t("hash")}</dt><dd class="mono">{row.hash}</dd>
          </dl>
          <h3 class="section-title">{t("detail")}</h3>
          <pre class="mono secret">{JSON.stringify(row.detail, null, 2)}</pre>
        </Drawer>
      )}
    </ListPage>
  );
}

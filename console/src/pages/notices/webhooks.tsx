/** Webhooks: the exchange's documents pushed to another bureau's server. The secret is shown once. */
import { useState } from "preact/hooks";
import { patch, post, remove } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, Check, type Column, Dialog, Drawer, Empty, ErrorNote, Field, Input, Select, severityName, Severity, Skeleton, Table, toastProblem } from "../../design";
import { words as designWords } from "../../design/words";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { listed } from "../../words/punctuation";
import { Health, sendTest } from "./channels";
import { toggled } from "./subscription";
import { words } from "./words";

const t = translator(words);
const named = translator(designWords);

const TYPES = ["event", "case", "trip", "manifest", "score"] as const;
type DocumentType = (typeof TYPES)[number];
type Webhook = Schema<"WebhookAnswer">;

interface Draft {
  name: string;
  url: string;
  document_types: DocumentType[];
  min_severity: number;
}

const columns = (onTest: (row: Webhook) => void): Column<Webhook>[] => [
  { id: "name", label: t("name"), cell: (row) => <><span class="strong">{row.name}</span>{row.address && <div class="muted">{row.address}</div>}</> },
  { id: "types", label: t("documents"), cell: (row) => listed(row.document_types.map((type) => t(type))) },
  { id: "severity", label: t("severity"), cell: (row) => <Severity severity={row.min_severity} /> },
  { id: "state", label: t("state"), cell: (row) => <Health of={row} /> },
  { id: "do", label: "", end: true, cell: (row) => row.enabled && <Button look="quiet" onClick={() => onTest(row)}>{t("test")}</Button> },
];

function Fields({ draft, set, added }: { draft: Draft; set: (more: Partial<Draft>) => void; added: boolean }) {
  return (
    <>
      <Field label={t("name")}><Input value={draft.name} maxLength={80} onValue={(name) => set({ name })} /></Field>
      <Field label={t("url")} hint={added ? t("webhook_hint") : t("url_keep")}><Input type="url" value={draft.url} autocomplete="off" placeholder="https://" onValue={(url) => set({ url })} /></Field>
      <fieldset class="ticks">
        <legend>{t("documents")}</legend>
        <div class="row wrap">{TYPES.map((type) => <Check key={type} label={t(type)} checked={draft.document_types.includes(type)} onValue={() => set({ document_types: toggled(draft.document_types, type) })} />)}</div>
      </fieldset>
      <Field label={t("severity")}>
        <Select value={String(draft.min_severity)} onValue={(value) => set({ min_severity: Number(value) })} choices={[0, 1, 2, 3].map((one) => ({ value: String(one), label: named(severityName(one)) }))} />
      </Field>
    </>
  );
}

function Add({ onDone, onSecret, onClose }: { onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState<Draft>({ name: "", url: "", document_types: ["case"], min_severity: 1 });
  const lacking = !draft.name.trim() || !draft.url.trim() || draft.document_types.length === 0;
  const add = () =>
    post("/v1/webhooks", { ...draft, name: draft.name.trim(), url: draft.url.trim() }).then(({ secret }) => {
      onDone();
      onClose();
      if (secret) onSecret(secret);
    }, toastProblem);
  return (
    <Dialog title={t("add_webhook")} open onClose={onClose} onSubmit={() => lacking || add()}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={lacking}>{t("save")}</Button></>}>
      <Fields draft={draft} set={(more) => change((was) => ({ ...was, ...more }))} added />
    </Dialog>
  );
}

function Edit({ row, onDone, onSecret, onClose }: { row: Webhook; onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState<Draft>({ ...row, url: "" });
  const path = `/v1/webhooks/${row.webhook_id}` as const;
  const done = ({ secret }: Pick<Webhook, "secret"> = {}) => {
    onDone();
    onClose();
    if (secret) onSecret(secret);
  };
  const send = (changes: Schema<"WebhookChange">) => patch(path, changes).then(done, toastProblem);
  const save = () => send({ name: draft.name.trim(), document_types: draft.document_types, min_severity: draft.min_severity, ...(draft.url.trim() && { url: draft.url.trim() }) });
  const drop = () => confirm(t("sure", { name: row.name })) && remove(path).then(() => done(), toastProblem);
  return (
    <Drawer title={row.name} open onClose={onClose} onSubmit={save}
      footer={
        <>
          <Button look="danger" icon="trash" onClick={drop}>{t("remove")}</Button>
          <Button onClick={() => send({ enabled: !row.enabled })}>{t(row.enabled ? "disable" : "enable")}</Button>
          <span class="grow" />
          <Button look="primary" type="submit" disabled={draft.document_types.length === 0}>{t("save")}</Button>
        </>
      }>
      <Fields draft={draft} set={(more) => change((was) => ({ ...was, ...more }))} added={false} />
      <div><Button icon="key" onClick={() => send({ new_secret: true })}>{t("new_secret")}</Button></div>
    </Drawer>
  );
}

export function Webhooks({ adding, onAdded }: { adding: boolean; onAdded: () => void }) {
  const { answer, error, reload } = useAnswer("/v1/webhooks");
  const [opened, open] = useState<string | null>(null);
  const [secret, tell] = useState<string | null>(null);
  const row = answer?.webhooks.find((one) => one.webhook_id === opened);
  const test = (one: Webhook) => sendTest(`/v1/webhooks/${one.webhook_id}`).catch(toastProblem).finally(reload);
  return (
    <>
      {error ? <div class="list-note"><ErrorNote error={error} onRetry={reload} /></div> : !answer ? <div class="list-note"><Skeleton lines={4} /></div>
        : answer.webhooks.length === 0 ? <Empty icon="link">{t("no_webhooks")}</Empty> : (
          <Table columns={columns((one) => void test(one))} rows={answer.webhooks} id={(one) => one.webhook_id} caption={t("webhooks")} selected={opened} onOpen={(one) => open(one.webhook_id)} />
        )}
      {row && <Edit key={row.webhook_id} row={row} onDone={reload} onSecret={tell} onClose={() => open(null)} />}
      {adding && <Add onDone={reload} onSecret={tell} onClose={onAdded} />}
      {secret && (
        <Dialog title={t("secret_title")} open onClose={() => tell(null)} footer={<Button look="primary" onClick={() => tell(null)}>{t("done")}</Button>}>
          <p><code class="mono secret">{secret}</code></p>
          <p class="muted">{t("secret_once")}</p>
        </Dialog>
      )}
    </>
  );
}

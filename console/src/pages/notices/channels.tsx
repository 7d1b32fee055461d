/** Where the user is reached: group robots and mail. Of a channel's address only the host, or the end of a token, is told again. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { get, patch, post, remove, request } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, Check, type Column, Dialog, Drawer, Empty, Field, Input, Select, shortTime, Table, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { BLANK_CHANNEL, CHANNEL_KINDS, type ChannelDraft, type ChannelKind, channelUrl } from "./channel_url";
import { words } from "./words";

const t = translator(words);

export type Channel = Schema<"ChannelAnswer">;

const KNOWN = ["wecombot", "dingtalk", "feishu", "mailtos", "mailto", "json", "jsons"] as const;
const schemeName = (scheme: string) => t(KNOWN.find((known) => known === scheme) ?? "other");

/** How a channel is doing, as far as is known from what was sent. */
export function Health({ of }: { of: { enabled: boolean; failures: number; paused_until: string | null; waiting: number } }) {
  const rests = of.paused_until !== null && Date.parse(of.paused_until) > serverNow_ms();
  return (
    <span class="row wrap tight">
      {!of.enabled ? <Badge tone="outline">{t("disabled")}</Badge> : of.failures > 0 ? <Badge tone="critical">{t("failing", { count: of.failures })}</Badge> : <Badge tone="good">{t("working")}</Badge>}
      {rests && <span class="muted">{t("paused", { time: shortTime(of.paused_until!) })}</span>}
      {of.waiting > 0 && <span class="muted">{t("waiting", { count: of.waiting })}</span>}
    </span>
  );
}

// A robot answers within a second or two; what takes longer stands in the log.
const LOOKS = 12;
const LOOK_MS = 1_000;

/** Send a test message and say how it went, as soon as that is known. */
export async function sendTest(path: `/v1/channels/${string}` | `/v1/webhooks/${string}`): Promise<void> {
  const { delivery_id } = await request<Schema<"TestSent">>("POST", `${path}/test`, {});
  toast(t("test_sent"));
  for (let look = 0; look < LOOKS; look++) {
    await new Promise((rested) => setTimeout(rested, LOOK_MS));
    const { status, last_attempt } = await get(`/v1/deliveries/${delivery_id}`);
    if (status === "delivered") return toast(t("test_delivered"));
    if (last_attempt) return toast(<>{t("test_failed")}<p>{last_attempt.detail}</p></>, "critical");
  }
}

const columns = (onTest: (row: Channel) => void): Column<Channel>[] => [
  { id: "name", label: t("name"), cell: (row) => <span class="strong">{row.name}</span> },
  { id: "kind", label: t("kind"), cell: (row) => <>{schemeName(row.scheme)}{row.address && <div class="muted">{row.address}</div>}</> },
  { id: "whose", label: t("owner"), cell: (row) => (row.yours ? t("yours") : t("shared_by", { owner: row.owner })) },
  { id: "rate", label: t("per_minute"), cell: (row) => row.per_minute, end: true },
  { id: "state", label: t("state"), cell: (row) => <Health of={row} /> },
  { id: "do", label: "", end: true, cell: (row) => row.yours && row.enabled && <Button look="quiet" onClick={() => onTest(row)}>{t("test")}</Button> },
];

function Address({ draft, set, added }: { draft: ChannelDraft; set: (more: Partial<ChannelDraft>) => void; added: boolean }) {
  const hint = { wecombot: t("key_hint"), dingtalk: t("token_hint"), feishu: t("feishu_hint") }[draft.kind as string];
  const keep = added ? undefined : t("url_keep");
  return (
    <>
      <Field label={t("kind")}>
        <Select value={draft.kind} onValue={(kind) => set({ kind: kind as ChannelKind })} choices={CHANNEL_KINDS.map((value) => ({ value, label: t(value) }))} />
      </Field>
      {draft.kind === "mailtos" ? (
        <>
          <Field label={t("mail_user")} hint={keep}><Input value={draft.user} autocomplete="off" placeholder="duty@example.com" onValue={(user) => set({ user })} /></Field>
          <Field label={t("mail_password")}><Input type="password" autocomplete="new-password" value={draft.password} onValue={(password) => set({ password })} /></Field>
          <Field label={t("mail_host")}><Input value={draft.host} placeholder="smtp.example.com" onValue={(host) => set({ host })} /></Field>
          <Field label={t("mail_to")}><Input value={draft.to} autocomplete="off" onValue={(to) => set({ to })} /></Field>
        </>
      ) : draft.kind === "other" ? (
        <Field label={t("url")} hint={keep ?? t("json_hint")}><Input value={draft.url} autocomplete="off" maxLength={500} onValue={(url) => set({ url })} /></Field>
      ) : (
        <>
          <Field label={t(draft.kind === "wecombot" ? "key" : "token")} hint={keep ?? hint}><Input value={draft.key} autocomplete="off" maxLength={500} onValue={(key) => set({ key })} /></Field>
          {draft.kind !== "wecombot" && <Field label={t("secret")}><Input value={draft.secret} autocomplete="off" maxLength={128} onValue={(secret) => set({ secret })} /></Field>}
        </>
      )}
      <p class="muted">{t("url_hint")}</p>
    </>
  );
}

function AddChannel({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [draft, change] = useState<ChannelDraft>(BLANK_CHANNEL);
  const [name, call] = useState("");
  const [shared, share] = useState(false);
  const url = channelUrl(draft);
  const add = () => url && post("/v1/channels", { name: name.trim(), url, shared }).then(() => (onDone(), onClose()), toastProblem);
  return (
    <Dialog title={t("add_channel")} open onClose={onClose} onSubmit={() => url && name.trim() && add()}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!url || !name.trim()}>{t("save")}</Button></>}>
      <Field label={t("name")}><Input value={name} maxLength={80} onValue={call} /></Field>
      <Address draft={draft} set={(more) => change((was) => ({ ...was, ...more }))} added />
      <Check label={t("shared")} checked={shared} onValue={share} />
    </Dialog>
  );
}

function EditChannel({ row, onDone, onClose }: { row: Channel; onDone: () => void; onClose: () => void }) {
  const known = CHANNEL_KINDS.find((kind) => kind === row.scheme) ?? "other";
  const [draft, change] = useState<ChannelDraft>({ ...BLANK_CHANNEL, kind: known });
  const [name, call] = useState(row.name);
  const [perMinute, limit] = useState(String(row.per_minute));
  const [shared, share] = useState(row.shared);
  const path = `/v1/channels/${row.channel_id}` as const;
  const done = () => (onDone(), onClose());
  const url = channelUrl(draft);
  const save = () => patch(path, { name: name.trim(), per_minute: Number(perMinute), shared, ...(url && { url }) }).then(done, toastProblem);
  const drop = () => confirm(t("sure", { name: row.name })) && remove(path).then(done, toastProblem);
  return (
    <Drawer title={row.name} open onClose={onClose} onSubmit={save}
      footer={
        <>
          <Button look="danger" icon="trash" onClick={drop}>{t("remove")}</Button>
          <Button onClick={() => patch(path, { enabled: !row.enabled }).then(done, toastProblem)}>{t(row.enabled ? "disable" : "enable")}</Button>
          <span class="grow" />
          <Button look="primary" type="submit">{t("save")}</Button>
        </>
      }>
      <Field label={t("name")}><Input value={name} maxLength={80} onValue={call} /></Field>
      <Field label={t("per_minute")}><Input type="number" min={1} max={600} value={perMinute} onValue={limit} /></Field>
      <Check label={t("shared")} checked={shared} onValue={share} />
      <Address draft={draft} set={(more) => change((was) => ({ ...was, ...more }))} added={false} />
    </Drawer>
  );
}

export function Channels({ channels, adding, onAdded, reload }: { channels: Channel[]; adding: boolean; onAdded: () => void; reload: () => void }) {
  const [opened, open] = useState<string | null>(null);
  const row = channels.find((one) => one.channel_id === opened && one.yours);
  const test = (one: Channel) => sendTest(`/v1/channels/${one.channel_id}`).catch(toastProblem).finally(reload);
  return (
    <>
      {channels.length === 0 ? <Empty icon="bell">{t("no_channels")}</Empty> : (
        <Table columns={columns((one) => void test(one))} rows={channels} id={(one) => one.channel_id} caption={t("channels")} selected={opened} onOpen={(one) => one.yours && open(one.channel_id)} />
      )}
      {row && <EditChannel key={row.channel_id} row={row} onDone={reload} onClose={() => open(null)} />}
      {adding && <AddChannel onDone={reload} onClose={onAdded} />}
    </>
  );
}

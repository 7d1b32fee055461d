/** 七统一、一必须: which trucks have what the bureau's checklist asks for, and until when. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { post, put } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, Check, type Column, Dialog, Drawer, ErrorNote, Field, Input, Select, shortTime, type Tone, toast, toastProblem } from "../../design";
import { language, translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { EditedMeanwhile, type Member, useMeanwhile } from "../../lists/meanwhile";
import { type Names, orNone, useNames } from "../../lists/names";
import { useAnswer, usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { words } from "./words";
import "./compliance.css";

const t = translator(words);

type State = Schema<"ItemState">["state"];
/** `revision` is null for one that is not there yet. */
type Item = Omit<Schema<"Item">, "at" | "by" | "revision"> & { revision: string | null };
type Truck = Schema<"Compliance">;

const TONES: Record<State, Tone> = { passed: "good", failed: "critical", expired: "warning", unchecked: "outline" };
const named = (item: Item | undefined, id: string) => (item ? (language.value === "zh" ? item.name_zh : item.name_en) : id);

/** Within a month the owner is to see to it. */
const SOON_MS = 30 * 86_400_000;
const soon = (day: string | null) => day !== null && Date.parse(day) - serverNow_ms() < SOON_MS;

/** One mark an item, in shape and colour; the words are read aloud. */
function Dots({ row, items }: { row: Truck; items: Item[] }) {
  const told = row.items.map((item) => `${named(items.find((one) => one.item_id === item.item_id), item.item_id)}: ${t(item.state)}`);
  return (
    <span class="check-dots" role="img" aria-label={told.join(", ")}>
      {row.items.map((item, at) => <span key={item.item_id} class={item.state} title={told[at]} />)}
    </span>
  );
}

function Mark({ state }: { state: State }) {
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}

const columns = (items: Item[], companies: Names): Column<Truck>[] => [
  { id: "truck", label: t("truck"), cell: (row) => <span class="plate">{row.plate ?? row.vehicle_id}</span> },
  { id: "company", label: t("company"), cell: (row) => companies.of(row.company_id) },
  { id: "state", label: t("state"), cell: (row) => (row.compliant ? <Badge tone="good">{t("compliant")}</Badge> : <Badge tone="critical">{t("lacking", { count: row.lacking })}</Badge>) },
  { id: "dots", label: t("items"), cell: (row) => <Dots row={row} items={items} /> },
  { id: "expiry", label: t("next_expiry"), cell: (row) => <span class={`nowrap ${soon(row.next_expiry) ? "soon" : ""}`}>{row.next_expiry ?? "–"}</span> },
  { id: "permits", label: t("permits"), cell: (row) => (row.permit_ids.length ? <span class="row wrap permits">{row.permit_ids.map((id) => <Badge key={id} tone={row.compliant ? "plain" : "warning"}>{id}</Badge>)}</span> : "–") },
];

function Details({ row, items, onDone, onClose }: { row: Truck; items: Item[]; onDone: () => void; onClose: () => void }) {
  const [finding, find] = useState({ item_id: items[0]?.item_id ?? "", passed: "true", expires_on: "", evidence: "" });
  const change = (name: keyof typeof finding) => (value: string) => find((was) => ({ ...was, [name]: value }));
  const save = () => {
    if (!may("register")) return;
    const { item_id, passed, expires_on, evidence } = finding;
    const body = { item_id, passed: passed === "true", ...(expires_on && { expires_on }), ...(evidence.trim() && { evidence: evidence.trim() }) };
    post(`/v1/vehicles/${encodeURIComponent(row.vehicle_id)}/compliance`, body).then(() => (onDone(), toast(t("recorded")), find({ ...finding, evidence: "" })), toastProblem);
  };
  return (
    <Drawer title={row.plate ?? row.vehicle_id} open onClose={onClose} onSubmit={save}
      footer={may("register") && <Button look="primary" type="submit">{t("save")}</Button>}>
      {!row.compliant && row.permit_ids.length > 0 && <p class="warns" role="note">{t("warns", { permits: row.permit_ids.join(", ") })}</p>}
      <ul class="findings">
        {row.items.map((item) => (
          <li key={item.item_id}>
            <span class="grow">
              <span>{named(items.find((one) => one.item_id === item.item_id), item.item_id)}{!item.required && <span class="muted"> · {t("optional")}</span>}</span>
              <span class="muted small">
                {[item.expires_on && t("until", { day: item.expires_on }), item.evidence, item.at && t("checked_by", { by: item.by ?? "", at: shortTime(item.at) })].filter(Boolean).join(" · ")}
              </span>
            </span>
            <Mark state={item.state} />
          </li>
        ))}
      </ul>
      {may("register") && (
        <>
          <h3 class="section-title">{t("record")}</h3>
          <Field label={t("item")}><Select value={finding.item_id} onValue={change("item_id")} choices={items.map((item) => ({ value: item.item_id, label: named(item, item.item_id) }))} /></Field>
          <div class="columns">
          <Field label={t("result")}><Select value={finding.passed} onValue={change("passed")} choices={[{ value: "true", label: t("passed") }, { value: "false", label: t("failed") }]} /></Field>
          <Field label={t("expires_on")}><Input type="date" value={finding.expires_on} onValue={change("expires_on")} /></Field>
          </div>
          <Field label={t("evidence")}><Input value={finding.evidence} maxLength={200} onValue={change("evidence")} /></Field>
        </>
      )}
    </Drawer>
  );
}

const NEW: Item = { item_id: "", position: 0, name_zh: "", name_en: "", required: true, in_use: true, revision: null };

const members = (): Member[] => (["name_zh", "name_en", "position", "required", "in_use"] as const).map((name) => ({ name, label: t(name) }));

/** The checklist with what is no longer in use, which can come back. */
function Checklist({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { answer, error } = useAnswer("/v1/compliance/items", { unused: true });
  if (error) return <Dialog title={t("edit_items")} open onClose={onClose}><ErrorNote error={error} /></Dialog>;
  return answer && <ChecklistForm items={answer.items} onDone={onDone} onClose={onClose} />;
}

function ChecklistForm({ items, onDone, onClose }: { items: Item[]; onDone: () => void; onClose: () => void }) {
  const [item, change] = useState<Item>(items[0] ?? NEW);
  const known = items.some((one) => one.item_id === item.item_id);
  const choose = (id: string) => change(items.find((one) => one.item_id === id) ?? { ...NEW, position: items.length + 1 });
  const meanwhile = useMeanwhile();
  const done = () => (onDone(), onClose());
  const define = ({ item_id, position, name_zh, name_en, required, in_use }: Item, expected_revision: string | null) =>
    put(`/v1/compliance/items/${encodeURIComponent(item_id)}`, { position, name_zh, name_en, required, in_use, expected_revision }).then(done, meanwhile.caught(toastProblem));
  const save = () => void define(item, item.revision);
  return (
    <>
      <Dialog title={t("edit_items")} open onClose={onClose} onSubmit={save}
        footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit">{t("save")}</Button></>}>
        <Field label={t("item")}>
          <Select value={known ? item.item_id : ""} onValue={choose} choices={[...items.map((one) => ({ value: one.item_id, label: named(one, one.item_id) + (one.in_use ? "" : ` (${t("unused")})`) })), { value: "", label: t("add") }]} />
        </Field>
        {!known && <Field label={t("item_id")}><Input value={item.item_id} maxLength={40} onValue={(item_id) => change({ ...item, item_id })} /></Field>}
        <Field label={t("name_zh")}><Input value={item.name_zh} maxLength={200} onValue={(name_zh) => change({ ...item, name_zh })} /></Field>
        <Field label={t("name_en")}><Input value={item.name_en} maxLength={200} onValue={(name_en) => change({ ...item, name_en })} /></Field>
        <Field label={t("position")}><Input type="number" min={0} max={1000} value={item.position} onValue={(value) => change({ ...item, position: Number(value) })} /></Field>
        <Check label={t("required")} checked={item.required} onValue={(required) => change({ ...item, required })} />
        <Check label={t("in_use")} checked={item.in_use} onValue={(in_use) => change({ ...item, in_use })} />
      </Dialog>
      {meanwhile.found && (
        <EditedMeanwhile found={meanwhile.found} before={items.find((one) => one.item_id === item.item_id) ?? NEW} mine={item} members={members()} onKeep={done} onClose={meanwhile.clear}
          onSave={(chosen, revision) => void define({ ...item, ...chosen }, revision)} />
      )}
    </>
  );
}

export default function Compliance() {
  const [failing, only] = useState(false);
  const [company, choose] = useState("");
  const [opened, open] = useState<string | null>(null);
  const [editing, edit] = useState(false);
  const list = usePaged("/v1/compliance", "vehicles", { failing: failing || null, company_id: company });
  const { answer, reload } = useAnswer("/v1/compliance/items");
  const companies = useNames("companies");
  const row = list.rows.find((one) => one.vehicle_id === opened);
  return (
    <ListPage title={t("title")}
      tools={may("register") && <Button icon="edit" onClick={() => edit(true)}>{t("edit_items")}</Button>}
      filters={
        <>
          <Field label={t("company")}><Select value={company} onValue={choose} choices={orNone(t("all"), companies.choices)} /></Field>
          <Check label={t("failing")} checked={failing} onValue={only} />
        </>
      }>
      <List list={list} icon="shield" columns={columns(answer?.items ?? [], companies)} id={(one) => one.vehicle_id} caption={t("title")} selected={opened} onOpen={(one) => open(one.vehicle_id)} />
      {row && answer && <Details key={row.vehicle_id} row={row} items={answer.items} onDone={list.reload} onClose={() => open(null)} />}
      {editing && <Checklist onDone={() => (reload(), list.reload())} onClose={() => edit(false)} />}
    </ListPage>
  );
}

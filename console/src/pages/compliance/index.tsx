/** 七统一、一必须: which trucks have what the bureau's checklist asks for, and until when. */
import { useState } from "preact/hooks";
import { post, put } from "../../api/client";
import { Badge, Button, Check, type Column, Dialog, Drawer, Field, Input, Select, shortTime, type Tone, toastProblem } from "../../design";
import { language, translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { useAnswer, usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { words } from "./words";

const t = translator(words);

type State = "passed" | "failed" | "expired" | "unchecked";

interface Item {
  item_id: string;
  position: number;
  name_zh: string;
  name_en: string;
  required: boolean;
  in_use: boolean;
}

interface Truck {
  vehicle_id: string;
  plate: string | null;
  company_id: string | null;
  compliant: boolean;
  lacking: number;
  next_expiry: string | null;
  items: { item_id: string; required: boolean; state: State; expires_on: string | null; evidence: string | null; at: string | null; by: string | null }[];
  permit_ids: string[];
}

const TONES: Record<State, Tone> = { passed: "good", failed: "critical", expired: "warning", unchecked: "outline" };
const named = (item: Item | undefined, id: string) => (item ? (language.value === "zh" ? item.name_zh : item.name_en) : id);

function Mark({ state }: { state: State }) {
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}

const columns = (): Column<Truck>[] => [
  { id: "truck", label: t("truck"), cell: (row) => <span class="plate">{row.plate ?? row.vehicle_id}</span> },
  { id: "company", label: t("company"), cell: (row) => row.company_id ?? "–" },
  { id: "state", label: t("state"), cell: (row) => (row.compliant ? <Badge tone="good">{t("compliant")}</Badge> : <Badge tone="critical">{t("lacking", { count: row.lacking })}</Badge>) },
  { id: "dots", label: t("items"), cell: (row) => <span class="row dots">{row.items.map((item) => <span key={item.item_id} class={`dot ${item.state}`} title={`${item.item_id}: ${t(item.state)}`} />)}</span> },
  { id: "expiry", label: t("next_expiry"), cell: (row) => row.next_expiry ?? "–" },
  { id: "permits", label: t("permits"), cell: (row) => row.permit_ids.join(", ") || "–" },
];

function Details({ row, items, onDone, onClose }: { row: Truck; items: Item[]; onDone: () => void; onClose: () => void }) {
  const [finding, find] = useState({ item_id: items[0]?.item_id ?? "", passed: "true", expires_on: "", evidence: "" });
  const change = (name: keyof typeof finding) => (value: string) => find((was) => ({ ...was, [name]: value }));
  const save = () => {
    const { item_id, passed, expires_on, evidence } = finding;
    const body = { item_id, passed: passed === "true", ...(expires_on && { expires_on }), ...(evidence.trim() && { evidence: evidence.trim() }) };
    post(`/v1/vehicles/${encodeURIComponent(row.vehicle_id)}/compliance`, body).then(onDone, toastProblem);
  };
  return (
    <Drawer title={row.plate ?? row.vehicle_id} open onClose={onClose} onSubmit={save}
      footer={may("register") && <Button look="primary" type="submit">{t("save")}</Button>}>
      {!row.compliant && row.permit_ids.length > 0 && <p class="muted">{t("warns")}：{row.permit_ids.join(", ")}</p>}
      <ul class="stack">
        {row.items.map((item) => (
          <li key={item.item_id} class="row between">
            <span>
              {named(items.find((one) => one.item_id === item.item_id), item.item_id)}
              {item.at && <span class="muted"> · {t("checked_by", { by: item.by ?? "", at: shortTime(item.at) })}</span>}
            </span>
            <span class="row"><span class="muted">{item.expires_on}</span><Mark state={item.state} /></span>
          </li>
        ))}
      </ul>
      {may("register") && (
        <>
          <h3>{t("record")}</h3>
          <Field label={t("item")}><Select value={finding.item_id} onValue={change("item_id")} choices={items.map((item) => ({ value: item.item_id, label: named(item, item.item_id) }))} /></Field>
          <Field label={t("result")}><Select value={finding.passed} onValue={change("passed")} choices={[{ value: "true", label: t("passed") }, { value: "false", label: t("failed") }]} /></Field>
          <Field label={t("expires_on")}><Input type="date" value={finding.expires_on} onValue={change("expires_on")} /></Field>
          <Field label={t("evidence")}><Input value={finding.evidence} maxLength={200} onValue={change("evidence")} /></Field>
        </>
      )}
    </Drawer>
  );
}

const NEW: Item = { item_id: "", position: 0, name_zh: "", name_en: "", required: true, in_use: true };

function Checklist({ items, onDone, onClose }: { items: Item[]; onDone: () => void; onClose: () => void }) {
  const [item, change] = useState<Item>(items[0] ?? NEW);
  const known = items.some((one) => one.item_id === item.item_id);
  const choose = (id: string) => change(items.find((one) => one.item_id === id) ?? { ...NEW, position: items.length + 1 });
  const save = () => {
    const { item_id, position, name_zh, name_en, required, in_use } = item;
    put(`/v1/compliance/items/${encodeURIComponent(item_id)}`, { position, name_zh, name_en, required, in_use }).then(() => (onDone(), onClose()), toastProblem);
  };
  return (
    <Dialog title={t("edit_items")} open onClose={onClose} onSubmit={save}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit">{t("save")}</Button></>}>
      <Field label={t("item")}>
        <Select value={known ? item.item_id : ""} onValue={choose} choices={[...items.map((one) => ({ value: one.item_id, label: named(one, one.item_id) })), { value: "", label: t("add") }]} />
      </Field>
      {!known && <Field label={t("item_id")}><Input value={item.item_id} maxLength={40} onValue={(item_id) => change({ ...item, item_id })} /></Field>}
      <Field label={t("name_zh")}><Input value={item.name_zh} maxLength={200} onValue={(name_zh) => change({ ...item, name_zh })} /></Field>
      <Field label={t("name_en")}><Input value={item.name_en} maxLength={200} onValue={(name_en) => change({ ...item, name_en })} /></Field>
      <Field label={t("position")}><Input type="number" min={0} max={1000} value={item.position} onValue={(value) => change({ ...item, position: Number(value) })} /></Field>
      <Check label={t("required")} checked={item.required} onValue={(required) => change({ ...item, required })} />
      <Check label={t("in_use")} checked={item.in_use} onValue={(in_use) => change({ ...item, in_use })} />
    </Dialog>
  );
}

export default function Compliance() {
  const [failing, only] = useState(false);
  const [company, choose] = useState("");
  const [opened, open] = useState<string | null>(null);
  const [editing, edit] = useState(false);
  const list = usePaged<Truck>("/v1/compliance", "vehicles", { failing: failing || null, company_id: company.trim() });
  const { answer, reload } = useAnswer<{ items: Item[] }>("/v1/compliance/items");
  const row = list.rows.find((one) => one.vehicle_id === opened);
  return (
    <ListPage title={t("title")}
      tools={may("register") && <Button icon="edit" onClick={() => edit(true)}>{t("edit_items")}</Button>}
      filters={
        <>
          <Field label={t("company")}><Input value={company} maxLength={100} onValue={choose} /></Field>
          <Check label={t("failing")} checked={failing} onValue={only} />
        </>
      }>
      <List list={list} columns={columns()} id={(one) => one.vehicle_id} caption={t("title")} selected={opened} onOpen={(one) => open(one.vehicle_id)} />
      {row && answer && <Details key={row.vehicle_id} row={row} items={answer.items} onDone={list.reload} onClose={() => open(null)} />}
      {editing && answer && <Checklist items={answer.items} onDone={() => (reload(), list.reload())} onClose={() => edit(false)} />}
    </ListPage>
  );
}

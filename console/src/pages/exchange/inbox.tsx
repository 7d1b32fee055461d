/** Penalties and incidents that other bureaux report, and which truck each is about. */
import { useState } from "preact/hooks";
import { put } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, type Column, Drawer, Field, fullTime, Input, Select, shortTime, toast, toastProblem, type Tone } from "../../design";
import { translator } from "../../i18n";
import { List } from "../../lists/list_page";
import { EditedMeanwhile, useMeanwhile } from "../../lists/meanwhile";
import { usePaged } from "../../lists/paged";
import { type Truck, useTrucks } from "../../lists/truck_fields";
import { may } from "../../session/session";
import { colon } from "../../words/punctuation";
import { words } from "./words";

const t = translator(words);

type Matched = Schema<"KeptReport">["matched"];
type Report = Schema<"KeptReport">;

const MATCHES: Record<Matched, [Tone, "by_plate" | "by_person" | "by_company" | "ambiguous" | "nothing"]> = {
  plate: ["good", "by_plate"], person: ["good", "by_person"], company: ["notice", "by_company"], ambiguous: ["warning", "ambiguous"], nothing: ["warning", "nothing"],
};

function Match({ matched }: { matched: Matched }) {
  const [tone, word] = MATCHES[matched];
  return <Badge tone={tone}>{t(word)}</Badge>;
}

const columns = (): Column<Report>[] => [
  { id: "time", label: t("time"), cell: (row) => <span class="nowrap">{shortTime(row.occurred_at)}</span> },
  { id: "kind", label: t("kind"), cell: (row) => <Badge tone={row.kind === "incident" ? "critical" : "plain"}>{t(row.kind)}</Badge> },
  { id: "what", label: t("what"), cell: (row) => <span class="strong">{row.title}</span> },
  { id: "reporter", label: t("reporter"), cell: (row) => row.reporter },
  { id: "plate", label: t("plate"), cell: (row) => <span class="plate">{row.reported_plate ?? "–"}</span> },
  { id: "truck", label: t("truck"), cell: (row) => <span class="row wrap tight">{row.vehicle_id && <span class="plate">{row.plate ?? row.vehicle_id}</span>}<Match matched={row.matched} /></span> },
  { id: "case", label: t("case"), cell: (row) => (row.case_id ? <a href={`/console/cases/${row.case_id}`}>{t("open_case")}</a> : "–") },
];

function TruckChoice({ given, onChosen }: { given: string; onChosen: (vehicle: Truck) => void }) {
  const [text, type] = useState(given);
  const found = useTrucks(text, 1);
  return (
    <div class="stack">
      <Field label={t("say")} hint={t("say_hint")}><Input type="search" value={text} maxLength={40} placeholder={t("search")} autocomplete="off" onValue={type} /></Field>
      <ul class="found-trucks">
        {found.map((one) => (
          <li key={one.vehicle_id}>
            <button type="button" onClick={() => onChosen(one)}><span class="plate">{one.plate ?? one.vehicle_id}</span><span class="mono muted">{one.vehicle_id}</span><span class="muted clip">{one.company_name}</span></button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Details({ row, onDone, onClose }: { row: Report; onDone: () => void; onClose: () => void }) {
  const [chosen, choose] = useState<Truck | null>(null);
  const meanwhile = useMeanwhile();
  const close = () => (onDone(), onClose());
  const say = (vehicle_id: string, expected_revision: string | null) =>
    put(`/v1/exchange/inbox/${String(row.report_no)}/vehicle`, { vehicle_id, expected_revision }).then(() => (toast(t("said")), close()), meanwhile.caught(toastProblem));
  const save = () => chosen && void say(chosen.vehicle_id, row.revision);
  const facts: [string, preact.ComponentChildren][] = [
    [t("kind"), t(row.kind)],
    [t("reporter"), row.reporter],
    [t("id"), <span class="mono">{row.id}</span>],
    [t("time"), fullTime(row.occurred_at)],
    [t("received"), `${fullTime(row.received_at)} · ${t("version", { version: row.version })}`],
    [t("plate"), row.reported_plate && <span class="plate">{row.reported_plate}</span>],
    [t("reported_company"), row.reported_company],
    [t("reference"), row.reference],
    [t("amount"), row.amount_yuan !== null && t("yuan", { amount: row.amount_yuan.toLocaleString() })],
    [t("points"), row.points],
    [t("position"), row.position && <span class="mono">{row.position.coordinates.map((degrees) => degrees.toFixed(5)).join(", ")}</span>],
    [t("text"), row.text],
    [t("truck"), <span class="row wrap tight">{row.vehicle_id && <a class="plate" href={`/console/trucks/${encodeURIComponent(row.vehicle_id)}`}>{row.plate ?? row.vehicle_id}</a>}<Match matched={row.matched} /></span>],
    [t("company"), row.company_id],
    [t("case"), row.case_id && <a href={`/console/cases/${row.case_id}`}>{t("open_case")}</a>],
  ];
  return (
    <>
      <Drawer title={row.title} open onClose={onClose} onSubmit={save}
        footer={may("register") && <><span class="grow muted">{chosen && t("chosen", { plate: chosen.plate ?? chosen.vehicle_id })}</span><Button look="primary" type="submit" disabled={!chosen}>{t("save")}</Button></>}>
        <dl class="facts start">{facts.filter(([, value]) => value !== null && value !== false && value !== "" && value !== undefined).map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}:`}>{value}</dd>])}</dl>
        {may("register") && <TruckChoice given={row.vehicle_id ? "" : (row.reported_plate ?? "")} onChosen={choose} />}
      </Drawer>
      {meanwhile.found && (
        <EditedMeanwhile found={meanwhile.found} before={row} mine={{ vehicle_id: chosen?.vehicle_id }} members={[{ name: "vehicle_id", label: t("truck") }]} onKeep={close} onClose={meanwhile.clear}
          onSave={(one, revision) => void say(String(one.vehicle_id), revision)} />
      )}
    </>
  );
}

export function Inbox() {
  const [kind, ofKind] = useState<Report["kind"] | "">("");
  const [matched, ofMatch] = useState("");
  const [opened, open] = useState<number | null>(null);
  const list = usePaged("/v1/exchange/inbox", "reports", { kind, matched: matched && matched === "true", limit: 50 });
  const row = list.rows.find((one) => one.report_no === opened);
  return (
    <>
      <div class="sheet-top row wrap">
        <div class="narrow"><Select aria-label={t("kind")} value={kind} onValue={(value) => ofKind(value as typeof kind)} choices={[{ value: "", label: `${t("kind")}${colon()}${t("all")}` }, { value: "penalty", label: t("penalty") }, { value: "incident", label: t("incident") }]} /></div>
        <div class="narrow"><Select aria-label={t("matched")} value={matched} onValue={ofMatch} choices={[{ value: "", label: `${t("matched")}${colon()}${t("all")}` }, { value: "true", label: t("with_truck") }, { value: "false", label: t("without") }]} /></div>
      </div>
      <List list={list} columns={columns()} id={(one) => String(one.report_no)} caption={t("inbox")} selected={row ? String(row.report_no) : null} onOpen={(one) => open(one.report_no)} empty={t("none")} />
      {row && <Details key={row.report_no} row={row} onDone={list.reload} onClose={() => open(null)} />}
    </>
  );
}

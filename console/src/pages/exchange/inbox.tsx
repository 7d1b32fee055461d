/** Penalties and incidents that other bureaux report, and which truck each is about. */
import { useEffect, useState } from "preact/hooks";
import { get, put } from "../../api/client";
import { Badge, Button, type Column, Drawer, Field, fullTime, Input, Select, shortTime, toast, toastProblem, type Tone } from "../../design";
import { translator } from "../../i18n";
import { List } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { words } from "./words";

const t = translator(words);

type Matched = "plate" | "person" | "company" | "ambiguous" | "nothing";

interface Report {
  report_no: number;
  id: string;
  reporter: string;
  version: number;
  kind: "penalty" | "incident";
  occurred_at: string;
  received_at: string;
  title: string;
  text: string;
  reported_plate: string | null;
  reported_company: string | null;
  reference: string | null;
  amount_yuan: number | null;
  points: number | null;
  position: { coordinates: [number, number] } | null;
  matched: Matched;
  vehicle_id: string | null;
  plate: string | null;
  company_id: string | null;
  case_id: string | null;
}

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

interface Found {
  vehicle_id: string;
  plate: string | null;
  company_name: string | null;
}

/** Typing pauses this long before the API is asked. [ms] */
const PAUSE_MS = 200;

function TruckChoice({ given, onChosen }: { given: string; onChosen: (vehicle: Found) => void }) {
  const [text, type] = useState(given);
  const [found, list] = useState<Found[]>([]);
  useEffect(() => {
    if (!text.trim()) return list([]);
    let current = true;
    const timer = setTimeout(() => {
      get<{ vehicles: Found[] }>("/v1/search/vehicles", { q: text.trim(), limit: 8 }).then(({ vehicles }) => current && list(vehicles), toastProblem);
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
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
  const [chosen, choose] = useState<Found | null>(null);
  const save = () => chosen && put(`/v1/exchange/inbox/${row.report_no}/vehicle`, { vehicle_id: chosen.vehicle_id }).then(() => (toast(t("said")), onDone(), onClose()), toastProblem);
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
    <Drawer title={row.title} open onClose={onClose} onSubmit={save}
      footer={may("register") && <><span class="grow muted">{chosen && t("chosen", { plate: chosen.plate ?? chosen.vehicle_id })}</span><Button look="primary" type="submit" disabled={!chosen}>{t("save")}</Button></>}>
      <dl class="facts start">{facts.filter(([, value]) => value !== null && value !== false && value !== "" && value !== undefined).map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}:`}>{value}</dd>])}</dl>
      {may("register") && <TruckChoice given={row.vehicle_id ? "" : (row.reported_plate ?? "")} onChosen={choose} />}
    </Drawer>
  );
}

export function Inbox() {
  const [kind, ofKind] = useState("");
  const [matched, ofMatch] = useState("");
  const [opened, open] = useState<number | null>(null);
  const list = usePaged<Report>("/v1/exchange/inbox", "reports", { kind, matched, limit: 50 });
  const row = list.rows.find((one) => one.report_no === opened);
  return (
    <>
      <div class="sheet-top row wrap">
        <div class="narrow"><Select aria-label={t("kind")} value={kind} onValue={ofKind} choices={[{ value: "", label: `${t("kind")}：${t("all")}` }, { value: "penalty", label: t("penalty") }, { value: "incident", label: t("incident") }]} /></div>
        <div class="narrow"><Select aria-label={t("matched")} value={matched} onValue={ofMatch} choices={[{ value: "", label: `${t("matched")}：${t("all")}` }, { value: "true", label: t("with_truck") }, { value: "false", label: t("without") }]} /></div>
      </div>
      <List list={list} columns={columns()} id={(one) => String(one.report_no)} caption={t("inbox")} selected={row ? String(row.report_no) : null} onOpen={(one) => open(one.report_no)} empty={t("none")} />
      {row && <Details key={row.report_no} row={row} onDone={list.reload} onClose={() => open(null)} />}
    </>
  );
}

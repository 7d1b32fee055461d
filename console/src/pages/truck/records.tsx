/** The lists of a truck's month: one table of columns for each tab. */
import type { ComponentChildren } from "preact";
import { type CaseStatus, type Column, duration, Empty, fullTime, Pagination, Severity, Status, Table, Tabs } from "../../design";
import { translator } from "../../i18n";
import type { CaseOfTruck, FoundEvent, Gap, History, Passage, Stay, Trip } from "../../track/history";
import { kindName } from "../../words/kinds";
import { numberText } from "../case/members";
import { placeName } from "../case/names";
import { words } from "./words";

const t = translator(words);

type Key = Parameters<typeof t>[0];

const time = (at: string | null) => (at ? <time dateTime={at}>{fullTime(at)}</time> : "–");
const mass = (kg: unknown) => (typeof kg === "number" ? numberText(kg, "mass") : "–");
const place = ({ coordinates: [lon, lat] }: { coordinates: [number, number] }) => <span class="mono">{lon.toFixed(5)}, {lat.toFixed(5)}</span>;

function placeOf({ site_id, dump_point_id }: { site_id: string | null; dump_point_id: string | null }): string {
  if (site_id !== null) return placeName("sites", site_id);
  return dump_point_id === null ? "–" : placeName("dump-points", dump_point_id);
}

function column<Row>(id: Key, cell: (row: Row) => ComponentChildren, end = false): Column<Row> {
  return { id, label: t(id), cell, end };
}

interface Listing<Row> {
  rows: (history: History) => Row[];
  id: (row: Row) => string;
  /** What a playback is opened about. */
  span?: (row: Row) => [from: string, to: string | null];
  href?: (row: Row) => string;
  columns: () => Column<Row>[];
}

const trips: Listing<Trip> = {
  rows: (history) => history.trips,
  id: (trip) => trip.trip_id,
  span: (trip) => [trip.start, trip.end ?? trip.unloading_start],
  columns: () => [
    column("start", (trip) => time(trip.start)), column("end", (trip) => time(trip.end)), column("from", (trip) => placeOf({ ...trip, dump_point_id: null })),
    column("to", (trip) => placeOf({ ...trip, site_id: null })), column("permit", (trip) => trip.permit_id ?? "–"),
    column("mass", (trip) => <span data-load={trip.weighed_kg ?? trip.load_kg ?? ""}>{mass(trip.weighed_kg ?? trip.load_kg)}</span>, true),
    column("ending", (trip) => t(trip.ending ?? "on_way")),
  ],
};

const loads: Listing<Trip> = {
  rows: (history) => history.trips,
  id: (trip) => trip.trip_id,
  span: (trip) => [trip.start, trip.end],
  columns: () => [
    column("loaded_at", (trip) => time(trip.loaded_at)), column("left", (trip) => time(trip.left_site_at)), column("unloaded", (trip) => time(trip.unloading_start)),
    column("load", (trip) => mass(trip.load_kg), true), column("weighed", (trip) => mass(trip.weighed_kg), true),
  ],
};

const stays: Listing<Stay> = {
  rows: (history) => history.stays,
  id: (stay) => stay.start,
  span: (stay) => [stay.start, stay.end],
  columns: () => [
    column("start", (stay) => time(stay.start)), column("end", (stay) => time(stay.end)), column("duration", (stay) => duration(stay.stay_s), true),
    column("place", placeOf), column("position", (stay) => place(stay.position)),
  ],
};

const events: Listing<FoundEvent> = {
  rows: (history) => history.events.filter((event) => event.severity > 0),
  id: (event) => event.event_id,
  span: (event) => [event.start, event.end],
  columns: () => [
    column("start", (event) => time(event.start)), column("severity", (event) => <Severity severity={event.severity} />),
    column("kind", (event) => kindName(event.kind)), column("end", (event) => time(event.end)),
    column("position", (event) => (event.position ? place(event.position) : "–")),
  ],
};

const cases: Listing<CaseOfTruck> = {
  rows: (history) => history.cases,
  id: (one) => one.case_id,
  href: (one) => `/console/cases/${one.case_id}`,
  columns: () => [
    column("at", (one) => time(one.opened_at)), column("case_no", (one) => <a class="mono" href={`/console/cases/${one.case_id}`}>{one.case_no}</a>),
    column("severity", (one) => <Severity severity={one.severity} />), column("kind", (one) => kindName(one.kind)),
    column("status", (one) => <Status status={one.status as CaseStatus} />),
  ],
};

const passages = (part: "washes" | "gate_passages"): Listing<Passage> => ({
  rows: (history) => history[part],
  id: (passage) => passage.device + passage.time,
  span: (passage) => [passage.time, null],
  columns: () => [
    column("at", (passage) => time(passage.time)), column("device", (passage) => passage.device),
    column("place", placeOf),
    part === "washes" ? column("result", (passage) => String(passage.body.result ?? "–")) : column("net", (passage) => mass(passage.body.net_kg), true),
  ],
});

const gaps: Listing<Gap> = {
  rows: (history) => history.gaps,
  id: (gap) => gap.start,
  span: (gap) => [gap.start, gap.end],
  columns: () => [
    column("start", (gap) => time(gap.start)), column("end", (gap) => time(gap.end)), column("duration", (gap) => duration(gap.gap_s), true),
    column("distance", (gap) => (gap.distance_m === null ? "–" : numberText(gap.distance_m, "length")), true),
    column("missing", (gap) => gap.missing_records ?? "–", true),
  ],
};

export const LISTINGS = {
  trips, stays, loads, washes: passages("washes"), gate_passages: passages("gate_passages"), events, cases, gaps,
} as unknown as Record<RecordTab, Listing<object>>;

export const RECORD_TABS = ["trips", "events", "cases", "stays", "loads", "washes", "gate_passages", "gaps"] as const;
export type RecordTab = (typeof RECORD_TABS)[number];

/** A page of rows: more would not be read. */
const ROWS = 50;

interface Props {
  history: History;
  tab: RecordTab;
  page: number;
  onTab: (tab: RecordTab) => void;
  onPage: (page: number) => void;
  onSpan: (from: string, to: string | null) => void;
  onGo: (address: string) => void;
}

export function Records({ history, tab, page, onTab, onPage, onSpan, onGo }: Props) {
  const listing = LISTINGS[tab];
  const rows = listing.rows(history);
  const shown = rows.slice((page - 1) * ROWS, page * ROWS);
  const tabs = RECORD_TABS.map((id) => ({ id, label: <>{t(id)} <span class="tab-count" data-count={id}>{LISTINGS[id].rows(history).length}</span></> }));
  const open = (row: object) => (listing.href ? onGo(listing.href(row)) : listing.span && onSpan(...listing.span(row)));
  return (
    <div class="records">
      <Tabs tabs={tabs} selected={tab} onSelect={(id) => onTab(id as RecordTab)} label={t("tabs")} />
      {history.truncated.includes(tab) && <p class="muted small">{t("truncated")}</p>}
      {rows.length === 0 ? <Empty icon="path">{t("empty")}</Empty> : <Table columns={listing.columns()} rows={shown} id={listing.id} caption={t(tab)} onOpen={open} />}
      <Pagination page={page} next={rows.length > page * ROWS} onPage={onPage} />
    </div>
  );
}

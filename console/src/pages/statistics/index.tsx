/** Figures: traffic and violations, how cases are handled, how right the rules are, reports to take away. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import type { Schema } from "../../api/schema";
import { type Choice, type Column, duration, Empty, ErrorNote, Field, figure, Select, Skeleton, startOfDay, Table, Tabs } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures as FigureRow, PageFrame } from "../../lists/list_page";
import { useAnswer } from "../../lists/paged";
import { kindName, loadKinds, reasonName } from "../../words/kinds";
import { BarChart } from "./bar_chart";
import { byDay, type CaseFigures, type Noise, percent, type Row } from "./figures";
import { Reports } from "./reports";
import { words } from "./words";

const t = translator(words);

const DAY_MS = 86_400_000;
const RANGES = { last_7: 6, last_30: 29, last_365: 364 } as const;
type RangeName = keyof typeof RANGES;
type By = Schema<"Statistics">["by"];
const BYS: By[] = ["kind", "company", "district", "site", "day", "hour"];

const rowName = (row: Row, by: By) => (row.key === "" ? t("none") : by === "kind" ? kindName(row.key) : (row.label ?? row.key));

/** A kind of violation has no loads of its own. */
const OF_EVENTS = ["events", "cases", "false_positives"] as const;
const OF_TRIPS = ["trips", "delivered", "dumped"] as const;

const columns = (by: By): Column<Row>[] => [
  { id: "key", label: t("key"), cell: (row) => <span class="strong">{rowName(row, by)}</span> },
  ...(by === "kind" ? OF_EVENTS : [...OF_EVENTS, ...OF_TRIPS]).map((name) => ({ id: name, label: t(name), end: true, cell: (row: Row) => figure(row[name]) })),
  ...(by === "kind" ? [] : [{ id: "tonnes", label: t("tonnes"), end: true, cell: (row: Row) => figure(row.tonnes) }]),
];

function Traffic({ datetime }: { datetime: string }) {
  const [by, choose] = useState<By>("kind");
  const days = useAnswer("/v1/statistics", { by: "day", datetime });
  const rows = useAnswer("/v1/statistics", { by, datetime });
  if (days.error) return <ErrorNote error={days.error} onRetry={days.reload} />;
  if (!days.answer) return <Skeleton lines={8} />;
  const { totals, silent_terminals, terminals } = days.answer;
  const whole = byDay(days.answer);
  const chart = (name: "events" | "trips") => whole.map((row) => ({ name: row.day, value: row[name] }));
  return (
    <>
      <FigureRow>
        <FigureOf label={t("trips")}>{figure(totals.trips)}</FigureOf>
        <FigureOf label={t("tonnes")}>{figure(totals.tonnes)}</FigureOf>
        <FigureOf label={t("delivered")}>{figure(totals.delivered)}</FigureOf>
        <FigureOf label={t("events")}>{figure(totals.events)}</FigureOf>
        <FigureOf label={t("dumped")} tone={totals.dumped ? "critical" : ""}>{figure(totals.dumped)}</FigureOf>
        <FigureOf label={t("silent")} tone={silent_terminals ? "warning" : ""}>{`${figure(silent_terminals)} / ${figure(terminals)}`}</FigureOf>
      </FigureRow>
      <div class="charts">
        <BarChart label={`${t("trips")} · ${t("trend")}`} values={chart("trips")} />
        <BarChart label={`${t("events")} · ${t("trend")}`} values={chart("events")} tone="ink" />
      </div>
      <div class="filters"><Field label={t("by")}><Select value={by} onValue={(value) => choose(value as By)} choices={BYS.map((value): Choice => ({ value, label: t(`by_${value}`) }))} /></Field></div>
      <div class="panel sheet">
        {rows.answer ? <Table columns={columns(by)} rows={rows.answer.rows} id={(row) => row.key} caption={t("traffic")} /> : <div class="list-note"><Skeleton lines={5} /></div>}
      </div>
    </>
  );
}

const caseColumns = (by: "district" | "company" | "kind"): Column<CaseFigures>[] => [
  { id: "name", label: t(by), cell: (row) => <span class="strong">{by === "kind" && row.key ? kindName(row.key) : (row.name ?? row.key ?? t("none"))}</span> },
  { id: "opened", label: t("opened"), end: true, cell: (row) => figure(row.opened) },
  { id: "closed", label: t("closed"), end: true, cell: (row) => figure(row.closed) },
  { id: "split", label: `${t("on_time")} / ${t("extended")} / ${t("late")}`, end: true, cell: (row) => `${row.closed_on_time} / ${row.closed_extended} / ${row.closed_late}` },
  { id: "overdue", label: t("overdue"), end: true, cell: (row) => figure(row.open_overdue) },
  { id: "score", label: t("closure_score"), end: true, cell: (row) => percent(row.closure_score) },
  { id: "first", label: t("first_time"), end: true, cell: (row) => percent(row.first_time_share) },
  { id: "rework", label: t("rework"), end: true, cell: (row) => figure(row.rework) },
  { id: "satisfaction", label: t("satisfaction"), end: true, cell: (row) => (row.satisfaction === null ? "–" : figure(row.satisfaction, 1)) },
  { id: "ack", label: t("median_acknowledge"), end: true, cell: (row) => (row.median_acknowledge_s === null ? "–" : duration(row.median_acknowledge_s)) },
  { id: "end", label: t("median_end"), end: true, cell: (row) => (row.median_end_s === null ? "–" : duration(row.median_end_s)) },
];

function Closure({ datetime }: { datetime: string }) {
  const [by, choose] = useState<"district" | "company" | "kind">("district");
  const { answer, error, reload } = useAnswer("/v1/case-figures", { by, datetime });
  if (error) return <ErrorNote error={error} onRetry={reload} />;
  if (!answer) return <Skeleton lines={8} />;
  const { total } = answer;
  return (
    <>
      <FigureRow>
        <FigureOf label={t("closure_score")}>{percent(total.closure_score)}</FigureOf>
        <FigureOf label={t("closure_rate")}>{percent(total.closure_rate)}</FigureOf>
        <FigureOf label={t("first_time")}>{percent(total.first_time_share)}</FigureOf>
        <FigureOf label={t("opened")}>{figure(total.opened)}</FigureOf>
        <FigureOf label={t("overdue")} tone={total.open_overdue ? "critical" : ""}>{figure(total.open_overdue)}</FigureOf>
        <FigureOf label={t("satisfaction")}>{total.satisfaction === null ? "–" : figure(total.satisfaction, 1)}</FigureOf>
      </FigureRow>
      <p class="muted">{t("formula")}</p>
      <div class="filters"><Field label={t("by")}><Select value={by} onValue={(value) => choose(value as typeof by)} choices={(["district", "company", "kind"] as const).map((value) => ({ value, label: t(value) }))} /></Field></div>
      <div class="panel sheet"><Table columns={caseColumns(by)} rows={answer.figures} id={(row) => row.key ?? ""} caption={t("closure")} /></div>
    </>
  );
}

const noiseColumns = (): Column<Noise>[] => [
  { id: "rule", label: t("rule"), cell: (row) => <span class="strong">{kindName(row.kind)}</span> },
  { id: "hits", label: t("hits"), end: true, cell: (row) => figure(row.hits) },
  { id: "valid", label: t("valid"), end: true, cell: (row) => figure(row.valid) },
  { id: "false", label: t("false"), end: true, cell: (row) => figure(row.false) },
  { id: "undecided", label: t("undecided"), end: true, cell: (row) => figure(row.undecided) },
  { id: "share", label: t("false_share"), end: true, cell: (row) => percent(row.false_share) },
  { id: "reasons", label: t("reasons"), cell: (row) => <span class="muted">{Object.entries(row.reasons).map(([name, count]) => `${reasonName(name)} ${count}`).join(t("comma"))}</span> },
];

function Rightness({ datetime }: { datetime: string }) {
  const { answer, error, reload } = useAnswer("/v1/case-figures/false-positives", { datetime });
  if (error) return <ErrorNote error={error} onRetry={reload} />;
  if (!answer) return <Skeleton lines={8} />;
  return <div class="panel sheet">{answer.rules.length ? <Table columns={noiseColumns()} rows={answer.rules} id={(row) => row.kind} caption={t("noise")} /> : <Empty icon="chart" />}</div>;
}

const TABS = ["traffic", "closure", "noise", "reports"] as const;

export default function StatisticsPage() {
  const [tab, show] = useState<(typeof TABS)[number]>("traffic");
  const [range, choose] = useState<RangeName>("last_7");
  useEffect(() => void loadKinds().catch(() => undefined), []);
  const datetime = `${startOfDay(serverNow_ms() - RANGES[range] * DAY_MS)}/..`;
  return (
    <PageFrame class="statistics" title={t("title")}
      tools={tab !== "reports" && <Select aria-label={t("range")} value={range} onValue={(value) => choose(value as RangeName)} choices={(Object.keys(RANGES) as RangeName[]).map((value) => ({ value, label: t(value) }))} />}>
      <Tabs label={t("title")} selected={tab} onSelect={(id) => show(id as typeof tab)} tabs={TABS.map((id) => ({ id, label: t(id) }))} />
      <div class="scroll" role="tabpanel" aria-label={t(tab)}>
        {tab === "traffic" && <Traffic datetime={datetime} />}
        {tab === "closure" && <Closure datetime={datetime} />}
        {tab === "noise" && <Rightness datetime={datetime} />}
        {tab === "reports" && <Reports />}
      </div>
    </PageFrame>
  );
}

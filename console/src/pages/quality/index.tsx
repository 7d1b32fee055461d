/** How good the data are: silent terminals, clocks, jumps, gaps, holes, doubled identities, refused records. */
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Schema } from "../../api/schema";
import { Badge, type Column, Drawer, duration, ErrorNote, Field, figure, fullTime, Select, shortTime, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures, List, ListPage } from "../../lists/list_page";
import { useNames } from "../../lists/names";
import { useAnswer, usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { kindName, loadKinds } from "../../words/kinds";
import { words } from "./words";

const t = translator(words);

type Terminal = Schema<"TerminalQuality">;

// Beyond a minute, terminal or network held records back; before zero, its clock runs ahead.
const LATE_S = 60;
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
const delay = (seconds: number) => (seconds < 0 ? `−${duration(-seconds)}` : seconds < 1 ? "< 1 s" : duration(seconds));

/** A number that should be nought. */
const Bad = ({ value }: { value: number }) => (value ? <span class="bad">{figure(value)}</span> : <span class="muted">0</span>);
/** What the platform calls a refusal; a newer one keeps its name. */
const refusal = (reason: string) => (reason in words.zh ? t(reason as "conflict") : reason);

const columns = (): Column<Terminal>[] => [
  { id: "terminal", label: t("terminal"), cell: (row) => <span class="mono">{row.terminal_id}</span> },
  { id: "truck", label: t("truck"), cell: (row) => <span class="plate">{row.plate ?? row.vehicle_id ?? "–"}</span> },
  { id: "state", label: t("state"), cell: (row) => row.silent === null ? <span class="none">{t(row.kind === "washer" ? "washer" : "gate")}</span> : <Badge tone={row.silent ? "critical" : "good"}>{t(row.silent ? "yes" : "no")}</Badge> },
  { id: "last", label: t("last"), cell: (row) => <span class="nowrap">{row.last_fix_time ? shortTime(row.last_fix_time) : "–"}</span> },
  {
    id: "clock", label: t("clock"), end: true,
    cell: (row) => row.clock ? <span class={row.clock.median_delay_s < 0 ? "bad" : row.clock.median_delay_s > LATE_S ? "odd" : ""}>{delay(row.clock.median_delay_s)}</span> : "–",
  },
  { id: "late", label: t("late"), end: true, cell: (row) => (row.clock ? <span class={row.clock.late ? "" : "muted"}>{figure(row.clock.late)}</span> : "–") },
  { id: "ahead", label: t("ahead"), end: true, cell: (row) => (row.clock ? <Bad value={row.clock.ahead} /> : "–") },
  { id: "holes", label: t("holes"), end: true, cell: (row) => (row.ledger ? <Bad value={row.ledger.missing} /> : "–") },
  { id: "events", label: t("events"), cell: (row) => <span class="row wrap">{Object.entries(row.events).map(([kind, count]) => <Badge key={kind} tone="warning">{kindName(kind)} {count}</Badge>)}</span> },
  { id: "rejected", label: t("rejected"), end: true, cell: (row) => <Bad value={sum(row.rejected)} /> },
  { id: "doubled", label: t("doubled"), cell: (row) => row.terminals_of_vehicle > 1 && <Badge tone="critical">{row.terminals_of_vehicle}</Badge> },
];

function Top() {
  const { answer, error, reload } = useAnswer("/v1/data-quality/summary");
  if (error) return <ErrorNote error={error} onRetry={reload} />;
  if (!answer) return <Skeleton lines={3} />;
  return (
    <div class="stack">
      <Figures>
        <FigureOf label={t("terminals")}>{figure(answer.terminals)}</FigureOf>
        <FigureOf label={t("silent")} tone={answer.silent ? "critical" : ""}>{figure(answer.silent)}</FigureOf>
        <FigureOf label={t("never_heard")}>{figure(answer.never_heard)}</FigureOf>
        <FigureOf label={t("clock_ahead")} tone={answer.clock_ahead ? "warning" : ""}>{figure(answer.clock_ahead)}</FigureOf>
        <FigureOf label={t("last_came_late")}>{figure(answer.last_came_late)}</FigureOf>
      </Figures>
      <div class="row wrap">
        <span class="muted">{t("found")}</span>
        {answer.events.map((row) => <Badge key={row.key} tone="warning">{kindName(row.key)} {figure(row.count)}</Badge>)}
        {answer.rejected.map((row) => <Badge key={row.key} tone="outline">{t("rejected")} · {refusal(row.key)} {figure(row.count)}</Badge>)}
        {!answer.events.length && !answer.rejected.length && <span class="muted">{t("none_found")}</span>}
      </div>
    </div>
  );
}

function Details({ row, onClose }: { row: Terminal; onClose: () => void }) {
  const { clock, ledger } = row;
  const companies = useNames("companies");
  return (
    <Drawer title={row.terminal_id} open onClose={onClose}>
      <dl class="facts">
        <dt>{t("truck")}</dt><dd>{row.vehicle_id ? <a class="plate" href={may("track") ? `/console/trucks/${encodeURIComponent(row.vehicle_id)}` : undefined}>{row.plate ?? row.vehicle_id}</a> : "–"}</dd>
        <dt>{t("company")}</dt><dd>{companies.of(row.company_id)}</dd>
        <dt>{t("last")}</dt><dd>{row.last_fix_time ? fullTime(row.last_fix_time) : "–"}</dd>
        {clock && (
          <>
            <dt>{t("clock")}</dt><dd>{delay(clock.median_delay_s)}</dd>
            <dt>{t("longest")}</dt><dd>{delay(clock.longest_delay_s)}</dd>
            <dt>{t("late")}</dt><dd>{figure(clock.late)} / {figure(clock.looked_at)}</dd>
            <dt>{t("ahead")}</dt><dd>{figure(clock.ahead)}</dd>
            <dt>{t("without_position")}</dt><dd>{figure(clock.without_position)}</dd>
            <dt>{t("under_fault")}</dt><dd>{figure(clock.under_fault)}</dd>
          </>
        )}
        {ledger && (
          <>
            <dt>{t("epochs")}</dt><dd>{figure(ledger.epochs)}</dd>
            <dt>{t("holes")}</dt><dd>{figure(ledger.missing)}</dd>
            <dt>{t("refused")}</dt><dd>{figure(ledger.refused)}</dd>
          </>
        )}
        {Object.entries(row.rejected).map(([reason, count]) => <Fragment key={reason}><dt>{t("rejected")} · {refusal(reason)}</dt><dd class="bad">{figure(count)}</dd></Fragment>)}
        {row.terminals_of_vehicle > 1 && <><dt>{t("doubled")}</dt><dd class="bad">{t("terminals_of", { count: row.terminals_of_vehicle })}</dd></>}
      </dl>
      {Object.keys(row.events).length > 0 && (
        <>
          <h3 class="section-title">{t("found")}</h3>
          <dl class="facts">{Object.entries(row.events).map(([kind, count]) => <Fragment key={kind}><dt>{kindName(kind)}</dt><dd>{figure(count)}</dd></Fragment>)}</dl>
        </>
      )}
    </Drawer>
  );
}

export default function Quality() {
  const [only, choose] = useState<"" | "silent" | "troubled">("");
  const [opened, open] = useState<string | null>(null);
  const list = usePaged("/v1/data-quality", "terminals", { only });
  useEffect(() => void loadKinds().catch(() => undefined), []);
  const row = list.rows.find((one) => one.terminal_id === opened);
  return (
    <ListPage title={t("title")} hint={t("hint")}
      filters={<Field label={t("only")}><Select value={only} onValue={(value) => choose(value as typeof only)} choices={[{ value: "", label: t("all") }, { value: "silent", label: t("silent") }, { value: "troubled", label: t("troubled") }]} /></Field>}>
      <div class="sheet-top"><Top /></div>
      <List list={list} columns={columns()} id={(one) => one.terminal_id} caption={t("title")} icon="crosshair" selected={opened} onOpen={(one) => open(one.terminal_id)} />
      {row && <Details row={row} onClose={() => open(null)} />}
    </ListPage>
  );
}

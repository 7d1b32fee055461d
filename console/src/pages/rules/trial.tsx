/** Limits tried on the last days: what would appear, vanish and change. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, type Column, ErrorNote, figure, IconButton, Panel, shortTime, Skeleton, Table, type Tone } from "../../design";
import { translator } from "../../i18n";
import { kindName } from "../../words/kinds";
import { words } from "./words";

const t = translator(words);

export type Trial = Schema<"Trial">;
type Change = Schema<"TrialChange">;
type Counted = Schema<"TrialCounts">;
type Word = Change["change"];

const TONES: Record<Word, Tone> = { appears: "critical", vanishes: "good", changes: "notice" };
const POLL_MS = 1500;

/** Trips are judged like events and change with them. */
const nameOf = (kind: string) => (kind === "trip" ? t("trip") : kindName(kind));

const counts = (): Column<Counted>[] => [
  { id: "kind", label: t("kind"), cell: (row) => nameOf(row.kind) },
  { id: "appears", label: t("appears"), end: true, cell: (row) => (row.appears ? `+${figure(row.appears)}` : "–") },
  { id: "vanishes", label: t("vanishes"), end: true, cell: (row) => (row.vanishes ? `−${figure(row.vanishes)}` : "–") },
  { id: "changes", label: t("changes"), end: true, cell: (row) => (row.changes ? figure(row.changes) : "–") },
];

const firstOnes = (): Column<Change>[] => [
  { id: "what", label: t("what"), cell: (row) => <Badge tone={TONES[row.change]}>{t(row.change)}</Badge> },
  { id: "at", label: t("at"), cell: (row) => <span class="nowrap">{shortTime(row.start)}</span> },
  { id: "kind", label: t("kind"), cell: (row) => nameOf(row.kind) },
  { id: "truck", label: t("truck"), cell: (row) => <a href={`/console/trucks/${encodeURIComponent(row.vehicle_id)}`}>{row.vehicle_id}</a> },
];

/** Follow a trial until it has ended. */
function useTrial(asked: Trial): { trial: Trial; error: unknown } {
  const [state, keep] = useState<{ trial: Trial; error: unknown }>({ trial: asked, error: null });
  useEffect(() => {
    keep({ trial: asked, error: null });
    const timer = setInterval(() => {
      get(`/v1/rule-trials/${asked.trial_id}`).then(
        (trial) => {
          keep({ trial, error: null });
          if (trial.status === "done" || trial.status === "failed") clearInterval(timer);
        },
        (error) => keep((was) => ({ ...was, error })),
      );
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [asked.trial_id]);
  return state;
}

export function TrialPanel({ asked, onClose }: { asked: Trial; onClose: () => void }) {
  const { trial, error } = useTrial(asked);
  const days = Math.round((Date.parse(trial.to_time) - Date.parse(trial.from_time)) / 86_400_000);
  return (
    <Panel title={t("result")} class="trial" flush tools={<IconButton icon="close" label={t("cancel")} onClick={onClose} />}>
      <p class="span muted">{t("span", { days, from: shortTime(trial.from_time), to: shortTime(trial.to_time) })}</p>
      {error ? <div class="list-note"><ErrorNote error={error} /></div> : trial.status === "failed" ? (
        <div class="list-note"><div class="error-note" role="alert"><div><div class="strong">{t("failed")}</div><p>{trial.error}</p></div></div></div>
      ) : !trial.result ? (
        <div class="list-note"><p class="muted" role="status">{t("trying", { days })}</p><Skeleton lines={4} /></div>
      ) : trial.result.changes === 0 ? <p class="span" role="status">{t("none")}</p> : (
        <>
          <Table columns={counts()} rows={trial.result.kinds} id={(row) => row.kind} caption={t("result")} />
          <h3 class="span">{t("total", { count: figure(trial.result.changes) })}{trial.result.first.length < trial.result.changes && ` · ${t("first", { count: trial.result.first.length })}`}</h3>
          <Table columns={firstOnes()} rows={trial.result.first} id={(row) => row.id + row.change} caption={t("first", { count: trial.result.first.length })} />
        </>
      )}
    </Panel>
  );
}

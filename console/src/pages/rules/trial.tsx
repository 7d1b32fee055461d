/** Limits tried on the last days: what would appear, vanish and change. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { Badge, type Column, ErrorNote, figure, Panel, shortTime, Skeleton, Table, type Tone } from "../../design";
import { translator } from "../../i18n";
import { kindName } from "../case/kinds";
import { words } from "./words";

const t = translator(words);

type Word = "appears" | "vanishes" | "changes";

interface Change {
  change: Word;
  vehicle_id: string;
  kind: string;
  id: string;
  start: string;
}

export interface Trial {
  trial_id: string;
  status: "waiting" | "running" | "done" | "failed";
  from_time: string;
  to_time: string;
  error: string | null;
  result: { changes: number; kinds: ({ kind: string } & Record<Word, number>)[]; first: Change[] } | null;
}

const TONES: Record<Word, Tone> = { appears: "critical", vanishes: "good", changes: "notice" };
const POLL_MS = 1500;

const counts = (): Column<{ kind: string } & Record<Word, number>>[] => [
  { id: "kind", label: t("kind"), cell: (row) => (row.kind === "trip" ? row.kind : kindName(row.kind)) },
  { id: "appears", label: t("appears"), end: true, cell: (row) => (row.appears ? `+${figure(row.appears)}` : "–") },
  { id: "vanishes", label: t("vanishes"), end: true, cell: (row) => (row.vanishes ? `−${figure(row.vanishes)}` : "–") },
  { id: "changes", label: t("changes"), end: true, cell: (row) => (row.changes ? figure(row.changes) : "–") },
];

const firstOnes = (): Column<Change>[] => [
  { id: "what", label: t("what"), cell: (row) => <Badge tone={TONES[row.change]}>{t(row.change)}</Badge> },
  { id: "at", label: t("at"), cell: (row) => shortTime(row.start) },
  { id: "kind", label: t("kind"), cell: (row) => kindName(row.kind) },
  { id: "truck", label: t("truck"), cell: (row) => row.vehicle_id },
];

/** Follow a trial until it has ended. */
function useTrial(asked: Trial): { trial: Trial; error: unknown } {
  const [state, keep] = useState<{ trial: Trial; error: unknown }>({ trial: asked, error: null });
  useEffect(() => {
    keep({ trial: asked, error: null });
    const timer = setInterval(() => {
      get<Trial>(`/v1/rule-trials/${asked.trial_id}`).then(
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

export function TrialPanel({ asked }: { asked: Trial }) {
  const { trial, error } = useTrial(asked);
  const days = Math.round((Date.parse(trial.to_time) - Date.parse(trial.from_time)) / 86_400_000);
  return (
    <Panel title={t("result")} class="trial" flush>
      {error ? <ErrorNote error={error} /> : trial.status === "failed" ? (
        <div class="error-note"><div><div class="strong">{t("failed")}</div><p>{trial.error}</p></div></div>
      ) : !trial.result ? (
        <div class="list-note"><p class="muted" role="status">{t("trying", { days })}</p><Skeleton lines={4} /></div>
      ) : trial.result.changes === 0 ? <p class="list-note muted">{t("none")}</p> : (
        <>
          <Table columns={counts()} rows={trial.result.kinds} id={(row) => row.kind} caption={t("result")} />
          <h3 class="list-note">{t("first", { count: trial.result.first.length })}</h3>
          <Table columns={firstOnes()} rows={trial.result.first} id={(row) => row.id + row.change} caption={t("first", { count: trial.result.first.length })} />
        </>
      )}
    </Panel>
  );
}

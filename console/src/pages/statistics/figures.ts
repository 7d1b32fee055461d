/** What the API counts. */
export interface Figures {
  events: number;
  withdrawn: number;
  cases: number;
  false_positives: number;
  trips: number;
  delivered: number;
  dumped: number;
  tonnes: number;
}

export type Row = Figures & { key: string; label: string | null };

export interface Statistics {
  first_day: string;
  last_day: string;
  rows: Row[];
  totals: Figures;
  terminals: number;
  silent_terminals: number;
}

export interface CaseFigures {
  key: string | null;
  name: string | null;
  opened: number;
  closed: number;
  closed_on_time: number;
  closed_extended: number;
  closed_late: number;
  open_overdue: number;
  closure_score: number | null;
  closure_rate: number | null;
  first_time_share: number | null;
  rework: number;
  satisfaction: number | null;
  median_acknowledge_s: number | null;
  median_end_s: number | null;
}

export interface Noise {
  kind: string;
  hits: number;
  valid: number;
  undecided: number;
  false: number;
  reasons: Record<string, number>;
  false_share: number | null;
}

/** A share as people say it: 93.5 %, or a dash where there is none. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
}

const DAY_MS = 86_400_000;
/** Wider than a screen's pixels can show apart: months stand for days. */
const DAYS_MOST = 92;

/** Return every day of the range, those on which nothing happened too; of a long range its months. */
export function byDay({ first_day, last_day, rows }: Statistics): { day: string; events: number; trips: number }[] {
  const days = Math.round((Date.parse(last_day) - Date.parse(first_day)) / DAY_MS) + 1;
  const length = days > DAYS_MOST ? 7 : 10;
  const found = new Map<string, { day: string; events: number; trips: number }>();
  for (let at = 0; at < days; at += 1) {
    const key = new Date(Date.parse(first_day) + at * DAY_MS).toISOString().slice(0, length);
    found.set(key, { day: length === 7 ? key : key.slice(5), events: 0, trips: 0 });
  }
  for (const row of rows) {
    const day = found.get(row.key.slice(0, length));
    if (day) [day.events, day.trips] = [day.events + row.events, day.trips + row.trips];
  }
  return [...found.values()];
}

/** Columns of a chart of days: x of each bar's middle, its height of the greatest, and its value, from left to right. */
export function bars(values: number[]): { at: number; share: number }[] {
  const most = Math.max(1, ...values);
  return values.map((value, at) => ({ at: (at + 0.5) / Math.max(1, values.length), share: value / most }));
}

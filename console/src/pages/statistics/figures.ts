/** What the API counts. */
import type { Schema } from "../../api/schema";

export type Row = Schema<"FiguresRow">;
export type Statistics = Schema<"Statistics">;
export type CaseFigures = Schema<"CaseFigures">;
export type Noise = Schema<"RuleNoise">;

/** A share as people say it: 93.5 %, or a dash where there is none. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
}

const DAY_MS = 86_400_000;
/** Wider than a screen's pixels can show apart: months stand for days. */
const DAYS_MOST = 92;

/** Return every day of the range, those on which nothing happened too; of a long range its months. */
export function byDay({ first_day, last_day, rows }: Pick<Statistics, "first_day" | "last_day" | "rows">): { day: string; events: number; trips: number }[] {
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

/** Round values from nought to the one that is not below the greatest, three to six of them. */
export function axisOf(most: number): number[] {
  const least = Math.max(most, 1) / 5;
  const tens = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, tens * ([1, 2, 5, 10].find((times) => tens * times >= least) ?? 10));
  return Array.from({ length: Math.max(2, Math.ceil(most / step)) + 1 }, (_, at) => at * step);
}

/** Columns of a chart of days: x of each bar's middle and its height as a share of the axis, from left to right. */
export function bars(values: number[], top: number): { at: number; share: number }[] {
  const most = Math.max(1, top);
  return values.map((value, at) => ({ at: (at + 0.5) / Math.max(1, values.length), share: value / most }));
}

/** What is played back, as it stands in the address. Pure. */
import { DAY_MS, dayStart, stamp } from "../../charts/time";

export interface Wanted {
  vehicles: string[];
  from_ms: number;
  to_ms: number;
  at_ms: number | null;
}

/** More lines on one map cannot be told apart. */
export const TRUCKS_MOST = 3;
/** The platform gives out a month at once; a playback of more than a week is a report. */
const RANGE_MOST_MS = 7 * DAY_MS;

/** Read the address; without a range it is the last 24 hours. */
export function readWanted(search: string, now_ms: number): Wanted {
  const given = new URLSearchParams(search);
  const time = (name: string) => {
    const value = Date.parse(given.get(name) ?? "");
    return Number.isNaN(value) ? null : value;
  };
  const to_ms = time("to") ?? now_ms;
  const from_ms = time("from") ?? to_ms - DAY_MS;
  const range_ms = Math.min(RANGE_MOST_MS, Math.max(60_000, to_ms - from_ms));
  const vehicles = [...new Set(given.getAll("vehicle").flatMap((names) => names.split(",")).filter(Boolean))];
  return { vehicles: vehicles.slice(0, TRUCKS_MOST), from_ms: to_ms - range_ms, to_ms, at_ms: time("at") };
}

export function writeWanted({ vehicles, from_ms, to_ms, at_ms }: Wanted): string {
  const query = new URLSearchParams();
  for (const vehicle of vehicles) query.append("vehicle", vehicle);
  query.set("from", stamp(from_ms));
  query.set("to", stamp(to_ms));
  if (at_ms !== null) query.set("at", stamp(at_ms));
  return query.toString();
}

export type Quick = "last_night" | "today" | "last_24h";

/** Return a range that people ask for: a night is 18:00 to 06:00, when muck is hauled. */
export function quickRange(which: Quick, now_ms: number): { from_ms: number; to_ms: number } {
  const today_ms = dayStart(now_ms);
  const hour_ms = 3_600_000;
  if (which === "today") return { from_ms: today_ms, to_ms: now_ms };
  if (which === "last_24h") return { from_ms: now_ms - DAY_MS, to_ms: now_ms };
  return { from_ms: today_ms - 6 * hour_ms, to_ms: Math.min(now_ms, today_ms + 6 * hour_ms) };
}

/** A month of a truck, day by day. A trip belongs to the day on which it started, as everywhere. Pure. */
import { DAY_MS, dayStart, monthDays, monthOf } from "../../charts/time";
import { carried_kg, type History, type Trip } from "../../track/history";

export interface Month {
  year: number;
  month: number;
}

export interface Day {
  day_ms: number;
  trips: number;
  mass_kg: number | null;
  events: number;
  worst: number;
}

export const monthAt = (time_ms: number): Month => monthOf(time_ms);

/** Return the month so many months on. */
export function shifted({ year, month }: Month, by: number): Month {
  const at = year * 12 + (month - 1) + by;
  return { year: Math.floor(at / 12), month: (((at % 12) + 12) % 12) + 1 };
}

/** Return the first instant of a month and of the next one. */
export function monthSpan(month: Month): { from_ms: number; to_ms: number } {
  const first = (one: Month) => monthDays(one.year, one.month)[0]!.find((day) => day !== null)!;
  return { from_ms: first(month), to_ms: first(shifted(month, 1)) };
}

export const monthText = ({ year, month }: Month): string => `${year}-${String(month).padStart(2, "0")}`;

/** Read `2026-05`; null for anything else. */
export function readMonth(text: string | null): Month | null {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(text ?? "") ?? [];
  return year && month && Number(month) >= 1 && Number(month) <= 12 ? { year: Number(year), month: Number(month) } : null;
}

/** Count what each day of the history holds; days without anything are left out. */
export function days(history: History): Map<number, Day> {
  const trips = new Map<number, Trip[]>();
  const found = new Map<number, Day>();
  const day = (time: string): Day => {
    const day_ms = dayStart(Date.parse(time));
    const known = found.get(day_ms) ?? { day_ms, trips: 0, mass_kg: null, events: 0, worst: 0 };
    found.set(day_ms, known);
    return known;
  };
  for (const trip of history.trips) {
    const of = day(trip.start);
    of.trips += 1;
    trips.set(of.day_ms, [...(trips.get(of.day_ms) ?? []), trip]);
    of.mass_kg = carried_kg(trips.get(of.day_ms)!);
  }
  for (const event of history.events.filter((each) => each.severity > 0)) {
    const of = day(event.start);
    of.events += 1;
    of.worst = Math.max(of.worst, event.severity);
  }
  return found;
}

export const endOfDay = (day_ms: number): number => day_ms + DAY_MS;

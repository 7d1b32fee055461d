/** The week's grid and what is sent when a shift changes. Pure.
 *
 * The API replaces a district's plan for a time as a whole, with every shift that reaches into it. What is sent is
 * therefore the smallest time around a change that no shift reaches out of, with all of that time's shifts.
 */
import { DAY_MS, dayStart, stamp } from "../../charts/time";

export interface Shift {
  assignee: string;
  assignee_name: string;
  district_id: string;
  start: string;
  end: string;
  on_duty_now: boolean;
}

export interface Span {
  assignee: string;
  start_ms: number;
  end_ms: number;
}

export const spanOf = ({ assignee, start, end }: Pick<Shift, "assignee" | "start" | "end">): Span => ({ assignee, start_ms: Date.parse(start), end_ms: Date.parse(end) });

export const isSame = (one: Span, other: Span) => one.assignee === other.assignee && one.start_ms === other.start_ms && one.end_ms === other.end_ms;

const touches = (one: Span, from_ms: number, to_ms: number) => one.start_ms < to_ms && one.end_ms > from_ms;

/** Return the Monday, 00:00 in the city, of the week that a time lies in. */
export function weekStart(time_ms: number): number {
  const day_ms = dayStart(time_ms);
  const weekday = (new Date(day_ms + 8 * 3_600_000).getUTCDay() + 6) % 7;
  return day_ms - weekday * DAY_MS;
}

export const days = (week_ms: number): number[] => Array.from({ length: 7 }, (_, day) => week_ms + day * DAY_MS);

/** Return the time that the API has to be told of: grown until no shift reaches out of it. */
export function closed(shifts: readonly Span[], from_ms: number, to_ms: number): [number, number] {
  const inside = shifts.filter((one) => touches(one, from_ms, to_ms));
  const from = Math.min(from_ms, ...inside.map((one) => one.start_ms));
  const to = Math.max(to_ms, ...inside.map((one) => one.end_ms));
  return from === from_ms && to === to_ms ? [from, to] : closed(shifts, from, to);
}

export interface Order {
  start: string;
  end: string;
  shifts: { assignee: string; start: string; end: string }[];
}

/** Return what to send so that of all shifts known `gone` go and `come` come; the time must lie within what is known. */
export function ordered(known: readonly Span[], gone: readonly Span[], come: readonly Span[]): Order {
  const changed = [...gone, ...come];
  const [from_ms, to_ms] = closed(known, Math.min(...changed.map((one) => one.start_ms)), Math.max(...changed.map((one) => one.end_ms)));
  const kept = known.filter((one) => touches(one, from_ms, to_ms) && !gone.some((left) => isSame(left, one)));
  const shifts = [...kept, ...come].sort((one, other) => one.start_ms - other.start_ms);
  return { start: stamp(from_ms), end: stamp(to_ms), shifts: shifts.map((one) => ({ assignee: one.assignee, start: stamp(one.start_ms), end: stamp(one.end_ms) })) };
}

/** Return how much of a time nobody is on duty. [ms] */
export function uncovered(shifts: readonly Span[], from_ms: number, to_ms: number): number {
  let [reached, gap] = [from_ms, 0];
  for (const one of shifts.filter((each) => touches(each, from_ms, to_ms)).sort((a, b) => a.start_ms - b.start_ms)) {
    gap += Math.max(0, one.start_ms - reached);
    reached = Math.max(reached, one.end_ms);
  }
  return gap + Math.max(0, to_ms - reached);
}

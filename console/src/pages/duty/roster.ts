/** The week's grid and what is sent when a shift changes. Pure.
 *
 * The API replaces a district's plan for a time as a whole, with every shift that reaches into it. What is sent is
 * therefore the smallest time around a change that no shift reaches out of, with all of that time's shifts.
 */
import type { Schema } from "../../api/schema";
import { DAY_MS, dayStart, stamp } from "../../charts/time";

export type Shift = Schema<"ShiftShown">;

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

/** A shift that stands or is wanted, when two people planned at once, and whether it shall stand. */
export interface Candidate {
  span: Span;
  /** Stands now; otherwise it is what one wants oneself. */
  stands: boolean;
  /** Somebody else put it there or took it away (lost), or one wants it away oneself, or there. */
  mark: "kept" | "theirs" | "lost" | "removed" | "mine";
  taken: boolean;
}

const overlaps = (one: Span, other: Span) => one.assignee === other.assignee && touches(one, other.start_ms, other.end_ms);

/** Return what to choose from: what stands now, then what is wanted. What would put one person in two places is not taken. */
export function candidates(seen: readonly Span[], standing: readonly Span[], gone: readonly Span[], come: readonly Span[]): Candidate[] {
  const there = standing.map((span): Candidate => {
    const removed = gone.some((one) => isSame(one, span));
    const mark = removed ? "removed" : seen.some((one) => isSame(one, span)) ? "kept" : "theirs";
    return { span, stands: true, mark, taken: !removed };
  });
  const absent = (one: Span) => !standing.some((other) => isSame(one, other));
  const lost = seen.filter((one) => absent(one) && ![...gone, ...come].some((other) => isSame(one, other)));
  const wanted = come.filter(absent);
  return [...there, ...lost.map((span): Candidate => ({ span, stands: false, mark: "lost", taken: false })), ...wanted.map((span): Candidate => ({ span, stands: false, mark: "mine", taken: !there.some((one) => one.taken && overlaps(one.span, span)) }))];
}

/** Tell whether anybody would be on duty twice at once. */
export const clashes = (all: readonly Candidate[]): boolean =>
  all.some((one, at) => one.taken && all.slice(at + 1).some((other) => other.taken && overlaps(one.span, other.span)));

/** Return what changes by a choice: what stands goes, what was wanted comes. */
export function chosen(all: readonly Candidate[]): { gone: Span[]; come: Span[] } {
  const spans = (which: (one: Candidate) => boolean) => all.filter(which).map((one) => one.span);
  return { gone: spans((one) => one.stands && !one.taken), come: spans((one) => !one.stands && one.taken) };
}

/** Return the shifts among these that a time touches. */
export const within = (shifts: readonly Span[], from_ms: number, to_ms: number): Span[] => shifts.filter((one) => touches(one, from_ms, to_ms));

/** Tell whether two plans are the same, in whatever order. */
export function samePlan(one: readonly Span[], other: readonly Span[]): boolean {
  const keys = (plan: readonly Span[]) => plan.map(({ assignee, start_ms, end_ms }) => `${assignee} ${start_ms} ${end_ms}`).sort().join("\n");
  return keys(one) === keys(other);
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

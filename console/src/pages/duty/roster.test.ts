import { describe, expect, it } from "vitest";
import { stamp } from "../../charts/time";
import { type Candidate, candidates, chosen, clashes, closed, ordered, samePlan, type Span, uncovered, weekStart } from "./roster";

const HOUR_MS = 3_600_000;
const MONDAY_MS = Date.parse("2026-05-04T00:00:00+08:00");
const shift = (assignee: string, from_h: number, to_h: number): Span => ({ assignee, start_ms: MONDAY_MS + from_h * HOUR_MS, end_ms: MONDAY_MS + to_h * HOUR_MS });
const hours = (...times: number[]) => times.map((time) => (time - MONDAY_MS) / HOUR_MS);

describe("the week", () => {
  it("begins on Monday in the city, whatever zone the reader is in", () => {
    for (const time of ["2026-05-04T00:00:00+08:00", "2026-05-10T23:59:59+08:00", "2026-05-03T16:00:00Z"]) expect(weekStart(Date.parse(time))).toBe(MONDAY_MS);
  });
});

describe("the time of a change", () => {
  const chain = [shift("a", 0, 12), shift("b", 8, 20), shift("c", 20, 32), shift("d", 40, 48)];
  it("grows until no shift reaches out of it", () => {
    expect(hours(...closed(chain, MONDAY_MS + 9 * HOUR_MS, MONDAY_MS + 10 * HOUR_MS))).toEqual([0, 20]);
    expect(hours(...closed(chain, MONDAY_MS + 33 * HOUR_MS, MONDAY_MS + 40 * HOUR_MS))).toEqual([33, 40]);
  });
  it("keeps every other shift that it touches, the one over midnight on Sunday too", () => {
    const night = shift("n", -4, 8);
    const order = ordered([night, ...chain], [chain[0]!], [shift("e", 1, 3)]);
    expect(order.shifts.map((one) => one.assignee)).toEqual(["n", "e", "b"]);
    expect([order.start, order.end]).toEqual([stamp(night.start_ms), stamp(MONDAY_MS + 20 * HOUR_MS)]);
    expect(order.shifts[0]).toEqual({ assignee: "n", start: stamp(night.start_ms), end: stamp(night.end_ms) });
  });
  it("takes a shift away and leaves the rest", () => {
    expect(ordered(chain, [chain[3]!], [])).toEqual({ start: stamp(chain[3]!.start_ms), end: stamp(chain[3]!.end_ms), shifts: [] });
  });
});

describe("two officers at once", () => {
  const [day, night, guest] = [shift("a", 8, 20), shift("b", 20, 32), shift("c", 8, 20)];
  const marks = (all: Candidate[]) => all.map(({ span, mark, taken }) => `${span.assignee} ${mark} ${taken}`);
  it("see what stands, what came, what went and what they want themselves", () => {
    const all = candidates([day, night], [day, guest], [day], [shift("a", 9, 20)]);
    expect(marks(all)).toEqual(["a removed false", "c theirs true", "b lost false", "a mine true"]);
    expect(chosen(all)).toEqual({ gone: [day], come: [shift("a", 9, 20)] });
  });
  it("put nobody into two places unless they say so", () => {
    const all = candidates([day], [shift("a", 8, 22)], [day], [shift("a", 6, 20)]);
    expect(marks(all)).toEqual(["a theirs true", "a mine false"]);
    expect(clashes(all)).toBe(false);
    expect(clashes(all.map((one) => ({ ...one, taken: true })))).toBe(true);
  });
  it("know the same plan in any order", () => {
    expect(samePlan([day, night], [night, day])).toBe(true);
    expect(samePlan([day], [day, night])).toBe(false);
  });
});

describe("what nobody covers", () => {
  it("is found between and around shifts that overlap", () => {
    const shifts = [shift("b", 8, 20), shift("a", 6, 10)];
    expect(uncovered(shifts, MONDAY_MS, MONDAY_MS + 24 * HOUR_MS) / HOUR_MS).toBe(10);
    expect(uncovered([], MONDAY_MS, MONDAY_MS + HOUR_MS) / HOUR_MS).toBe(1);
    expect(uncovered([shift("a", -2, 30)], MONDAY_MS, MONDAY_MS + 24 * HOUR_MS)).toBe(0);
  });
});

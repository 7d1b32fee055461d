import { describe, expect, it } from "vitest";
import { stamp } from "../../charts/time";
import type { History, Trip } from "../../track/history";
import { days, monthSpan, monthText, readMonth, shifted } from "./month";

const trip = (start: string, load_kg: number | null): Trip => ({
  trip_id: start, start, site_id: null, permit_id: null, loaded_at: start, left_site_at: null, unloading_start: null, dump_point_id: null,
  end: null, load_kg, weighed_kg: null, ending: null,
});

describe("month", () => {
  it("steps over the year", () => {
    expect(shifted({ year: 2026, month: 12 }, 1)).toEqual({ year: 2027, month: 1 });
    expect(shifted({ year: 2026, month: 1 }, -1)).toEqual({ year: 2025, month: 12 });
  });
  it("begins and ends by the city's clock", () => {
    const { from_ms, to_ms } = monthSpan({ year: 2026, month: 2 });
    expect([stamp(from_ms), stamp(to_ms)]).toEqual(["2026-02-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00"]);
  });
  it("stands in the address", () => {
    expect(readMonth("2026-05")).toEqual({ year: 2026, month: 5 });
    expect(monthText({ year: 2026, month: 5 })).toBe("2026-05");
    expect([readMonth("2026-13"), readMonth("x"), readMonth(null)]).toEqual([null, null, null]);
  });
  it("counts days by the city's clock", () => {
    const history: History = {
      vehicle_id: "T1", plate: null, stays: [], cases: [], washes: [], gate_passages: [], gaps: [], truncated: [],
      trips: [trip("2026-05-01T15:59:00Z", 10_000), trip("2026-05-01T16:00:00Z", 5_000), trip("2026-05-01T17:00:00Z", null)],
      events: [
        { event_id: "a", kind: "overspeed", severity: 1, start: "2026-05-01T16:30:00Z", end: null, position: null },
        { event_id: "b", kind: "spillage", severity: 3, start: "2026-05-01T17:30:00Z", end: null, position: null },
        { event_id: "c", kind: "loading", severity: 0, start: "2026-05-03T17:30:00Z", end: null, position: null },
      ],
    };
    expect([...days(history).values()].map(({ day_ms, ...rest }) => [stamp(day_ms).slice(0, 10), rest])).toEqual([
      ["2026-05-01", { trips: 1, mass_kg: 10_000, events: 0, worst: 0 }],
      ["2026-05-02", { trips: 2, mass_kg: 5_000, events: 2, worst: 3 }],
    ]);
  });
});

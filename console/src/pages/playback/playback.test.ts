import { describe, expect, it } from "vitest";
import { stamp } from "../../charts/time";
import { carried_kg, entries, type History, type Trip } from "../../track/history";
import { quickRange, readWanted, writeWanted } from "./address";

const NOW = Date.parse("2026-05-02T09:00:00+08:00");

const TRIP: Trip = {
  trip_id: "t", start: "2026-05-01T12:31:00Z", site_id: "S1", permit_id: "P1", loaded_at: "2026-05-01T12:42:00Z", left_site_at: null, unloading_start: null,
  dump_point_id: "D1", end: "2026-05-01T13:31:00Z", load_kg: 15200, weighed_kg: null, ending: "delivered",
};

describe("address", () => {
  it("says what is played back and comes back", () => {
    const search = "?vehicle=T1&vehicle=T2&from=2026-05-01T20:00:00%2B08:00&to=2026-05-01T23:00:00%2B08:00";
    const wanted = readWanted(search, NOW);
    expect(wanted.vehicles).toEqual(["T1", "T2"]);
    expect(stamp(wanted.from_ms)).toBe("2026-05-01T20:00:00+08:00");
    expect(readWanted(`?${writeWanted(wanted)}`, NOW)).toEqual(wanted);
  });
  it("has a range in any case", () => {
    expect(readWanted("?from=nonsense", NOW)).toEqual({ vehicles: [], from_ms: NOW - 86_400_000, to_ms: NOW, at_ms: null });
    const turned = readWanted("?from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z", NOW);
    expect(turned.to_ms - turned.from_ms).toBe(60_000);
    expect(readWanted("?from=2020-01-01T00:00:00Z&vehicle=a,b,c,d,a", NOW).vehicles).toEqual(["a", "b", "c"]);
    expect(NOW - readWanted("?from=2020-01-01T00:00:00Z", NOW).from_ms).toBe(7 * 86_400_000);
  });
  it("knows last night", () => {
    const night = quickRange("last_night", NOW);
    expect([stamp(night.from_ms), stamp(night.to_ms)]).toEqual(["2026-05-01T18:00:00+08:00", "2026-05-02T06:00:00+08:00"]);
  });
});

describe("history", () => {
  const history: History = {
    vehicle_id: "T1", plate: null, trips: [TRIP], cases: [], truncated: [], gate_passages: [],
    stays: [{ start: "2026-05-01T11:00:00Z", end: "2026-05-01T12:00:00Z", stay_s: 3600, position: { type: "Point", coordinates: [120, 31] }, site_id: null, dump_point_id: null }],
    events: [
      { event_id: "e", kind: "overspeed", severity: 2, start: "2026-05-01T12:50:00Z", end: null, position: null },
      { event_id: "f", kind: "unloading", severity: 0, start: "2026-05-01T13:00:00Z", end: null, position: null },
    ],
    washes: [{ device: "W", type: "washer_passage", time: "2026-05-01T12:40:00Z", site_id: "S1", dump_point_id: null, body: {} }],
    gaps: [{ start: "2026-05-01T14:00:00Z", end: "2026-05-01T15:00:00Z", gap_s: 3600, distance_m: null, missing_records: null }],
  };
  it("is one list by time without facts", () => {
    expect(entries(history).map((entry) => [entry.kind, entry.tone])).toEqual([
      ["stay", "muted"], ["trip", "good"], ["wash", "notice"], ["event", "warning"], ["gap", "muted"],
    ]);
    expect(entries(history)[0]!.position).toEqual([120, 31]);
  });
  it("adds what was carried, the scales first", () => {
    expect(carried_kg([TRIP, { ...TRIP, weighed_kg: 15000 }])).toBe(30200);
    expect(carried_kg([{ ...TRIP, load_kg: null }])).toBeNull();
  });
});

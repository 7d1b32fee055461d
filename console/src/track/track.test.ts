import { describe, expect, it } from "vitest";
import { bandOf, bounds, GAP, LOAD_BANDS, lines, SPEED_BANDS_KMH, UNREAD, widthAtTen } from "./line";
import { geared, moved, stepped, ticked, toggled, type Clock } from "./player";
import { distance_m, totals } from "./totals";
import { countUpTo, cut, decode, momentAt, type TrackAnswer } from "./track";

const at = (second: number) => new Date(Date.UTC(2026, 4, 1, 12) + second * 1000).toISOString();
const ms = (second: number) => Date.parse(at(second));

function answer(rows: [second: number, lon: number | null, speed: number | null, load?: number | null][]): TrackAnswer {
  return {
    vehicle_id: "T1",
    plate: "苏D12345",
    start: at(0),
    end: at(3600),
    count: rows.length,
    columns: {
      fix_time: rows.map(([second]) => at(second)),
      lon_deg: rows.map(([, lon]) => lon),
      lat_deg: rows.map(([, lon]) => (lon === null ? null : 31.77)),
      speed_mps: rows.map(([, , speed]) => speed),
      load_kg: rows.map((row) => row[3] ?? null),
      lift_deg: null,
      cover: rows.map((_, row) => (row === 0 ? null : "open")),
    },
  };
}

const DRIVE = answer([
  [0, 119.97, 0],
  [10, 119.971, 10, 15000],
  [20, 119.972, 10, 15000],
  [30, null, 10, 15000],
  [400, 119.99, 20, 100],
  [410, 119.991, 20, 100],
]);

describe("decode", () => {
  it("keeps absent apart from zero", () => {
    const track = decode(DRIVE);
    expect(track.speed_kmh[0]).toBe(0);
    expect(track.speed_kmh[1]).toBe(36);
    expect(track.load_kg[0]).toBeNaN();
    expect(track.lift_deg.every(Number.isNaN)).toBe(true);
    expect([...track.cover]).toEqual([-1, 2, 2, 2, 2, 2]);
    expect([...track.placed]).toEqual([0, 1, 2, 4, 5]);
  });
  it("takes an empty track", () => {
    const track = decode(answer([]));
    expect(momentAt(track, ms(5))).toBeNull();
    expect(bounds(track)).toBeNull();
    expect(totals(track).distance_m).toBe(0);
    expect(lines(track, "speed")).toEqual([]);
  });
});

describe("momentAt", () => {
  const track = decode(DRIVE);
  it("lies between two fixes", () => {
    expect(momentAt(track, ms(5))!.lon_deg).toBeCloseTo(119.9705, 9);
    expect(momentAt(track, ms(10))).toMatchObject({ speed_kmh: 36, load_kg: 15000, cover: "open", silent: false });
  });
  it("goes where it goes, where no course is told", () => {
    expect(momentAt(track, ms(5))!.course_deg).toBeCloseTo(90, 6);
    expect(momentAt(track, ms(4000))!.course_deg).toBeNaN();
  });
  it("stays at the ends", () => {
    expect(momentAt(track, ms(-50))!.lon_deg).toBe(119.97);
    expect(momentAt(track, ms(4000))!.lon_deg).toBe(119.991);
  });
  it("says that nobody knows in a gap", () => {
    expect(momentAt(track, ms(200))).toMatchObject({ silent: true, cover: null });
    expect(momentAt(track, ms(200))!.load_kg).toBeNaN();
  });
});

describe("lines", () => {
  it("makes runs of a band and a gap of its own", () => {
    const found = lines(decode(DRIVE), "speed");
    expect(found.map((line) => line.properties.band)).toEqual([2, GAP, 4]);
    expect(found[0]!.geometry.coordinates).toHaveLength(3);
    expect(found[1]!.properties).toMatchObject({ from_ms: ms(20), to_ms: ms(400) });
  });
  it("colours load by capacity and says where it was not read", () => {
    expect(lines(decode(DRIVE), "load", 15000).map((line) => line.properties.band)).toEqual([3, GAP, 0]);
    expect(bandOf(Number.NaN, LOAD_BANDS)).toBe(UNREAD);
    expect(bandOf(60, SPEED_BANDS_KMH)).toBe(4);
  });
});

describe("totals", () => {
  it("adds driving, standing and silence", () => {
    const sum = totals(decode(DRIVE));
    expect(sum.driving_s).toBe(30);
    expect(sum.silent_s).toBe(380);
    expect(sum.top_speed_kmh).toBe(72);
    expect(sum.distance_m).toBeCloseTo(distance_m(119.97, 31.77, 119.991, 31.77), 3);
  });
  it("knows a degree of latitude", () => {
    expect(distance_m(120, 31, 120, 32)).toBeCloseTo(111_195, -1);
  });
});

describe("cut", () => {
  it("keeps what lies in the span", () => {
    const part = cut(decode(DRIVE), ms(10), ms(400));
    expect([...part.time_ms]).toEqual([ms(10), ms(20), ms(30), ms(400)]);
    expect([...part.placed]).toEqual([0, 1, 3]);
  });
});

describe("clock", () => {
  const clock: Clock = { time_ms: 0, from_ms: 0, to_ms: 1000, rate: 1, playing: true };
  it("runs at its rate and stops at the end", () => {
    expect(ticked({ ...clock, rate: 10 }, 50).time_ms).toBe(500);
    expect(ticked({ ...clock, rate: 60 }, 50)).toMatchObject({ time_ms: 1000, playing: false });
    expect(ticked({ ...clock, playing: false }, 50).time_ms).toBe(0);
  });
  it("begins again from the end", () => {
    expect(toggled({ ...clock, playing: false, time_ms: 1000 })).toMatchObject({ time_ms: 0, playing: true });
  });
  it("gears between 1 and 60", () => {
    expect(geared(clock, 1).rate).toBe(5);
    expect(geared(clock, -1).rate).toBe(1);
    expect(geared({ ...clock, rate: 60 }, 1).rate).toBe(60);
  });
  it("steps by fixes and keeps to its range", () => {
    expect(stepped(clock, [0, 100, 300], 1)).toMatchObject({ time_ms: 100, playing: false });
    expect(stepped({ ...clock, time_ms: 300 }, [0, 100, 300], -1).time_ms).toBe(100);
    expect(stepped({ ...clock, time_ms: 300 }, [0, 100, 300], 1).time_ms).toBe(300);
    expect(moved(clock, 5000).time_ms).toBe(1000);
  });
  it("finds how many times are past", () => {
    expect(countUpTo([1, 2, 2, 3], 2)).toBe(3);
    expect(countUpTo([], 2)).toBe(0);
  });
});

describe("places", () => {
  it("are as wide on the map as on the ground", () => {
    const line = { type: "LineString" as const, coordinates: [[120, 60], [120.1, 60]] };
    // At 60 degrees a pixel of zoom 10 is half as long as at the equator: 38.2 m.
    expect(widthAtTen(382.2, line)).toBeCloseTo(10, 1);
  });
});

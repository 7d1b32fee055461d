import { describe, expect, it } from "vitest";
import { waitBefore } from "./backoff";
import { Fleet } from "./fleet";
import { BadPositions, decode, type Legend } from "./positions";

interface Row {
  no: number;
  lon?: number;
  lat?: number;
  speed?: number;
  course?: number;
  state?: number;
  flags?: number;
  age?: number;
}

/** Write a message as the layout's documentation says, byte by byte. */
function encoded(type: number, rows: Row[], { stride = 20, version = 1, time_s = 1_780_000_000.25 } = {}): ArrayBuffer {
  const buffer = new ArrayBuffer(16 + rows.length * stride);
  const view = new DataView(buffer);
  view.setUint8(0, version);
  view.setUint8(1, type);
  view.setUint16(2, stride, true);
  view.setUint32(4, rows.length, true);
  view.setFloat64(8, time_s, true);
  rows.forEach((row, number) => {
    const at = 16 + number * stride;
    view.setUint32(at, row.no, true);
    view.setInt32(at + 4, row.lon ?? 1_199_500_000, true);
    view.setInt32(at + 8, row.lat ?? 317_000_000, true);
    view.setUint16(at + 12, row.speed ?? 0, true);
    view.setUint16(at + 14, row.course ?? 0, true);
    view.setUint8(at + 16, row.state ?? 1);
    view.setUint8(at + 17, row.flags ?? 0);
    view.setUint16(at + 18, row.age ?? 0, true);
  });
  return buffer;
}

const legend = (...no: number[]): Legend => ({
  type: "legend",
  vehicles: { no, id: no.map((one) => `V${one}`), plate: no.map((one) => `苏D0000${one}`), company_id: no.map(() => "K1") },
});

describe("the layout of live positions", () => {
  it("is read field by field", () => {
    const read = decode(encoded(1, [{ no: 4_000_000_000, lon: -1_199_500_001, lat: 317_000_002, speed: 1234, course: 35_999, state: 4, flags: 5, age: 61 }]));
    expect(read).toMatchObject({ all: true, count: 1, time_s: 1_780_000_000.25 });
    expect(read.vehicle_no[0]).toBe(4_000_000_000);
    expect(read.lon_deg[0]).toBeCloseTo(-119.9500001, 9);
    expect(read.lat_deg[0]).toBeCloseTo(31.7000002, 9);
    expect(read.speed_mps[0]).toBeCloseTo(12.34, 4);
    expect(read.course_deg[0]).toBeCloseTo(359.99, 3);
    expect([read.state[0], read.flags[0], read.age_s[0]]).toEqual([4, 5, 61]);
  });

  it("has unknown speeds and courses", () => {
    const read = decode(encoded(2, [{ no: 1, speed: 65535, course: 65535 }]));
    expect(read.all).toBe(false);
    expect(read.speed_mps[0]).toBeNaN();
    expect(read.course_deg[0]).toBeNaN();
  });

  it("may grow at the end of a record", () => {
    const read = decode(encoded(1, [{ no: 1, state: 2 }, { no: 2, state: 3 }], { stride: 28 }));
    expect([...read.vehicle_no]).toEqual([1, 2]);
    expect([...read.state]).toEqual([2, 3]);
  });

  it.each([
    ["cut short", encoded(1, [{ no: 1 }]).slice(0, 35), /expected 36 bytes for 1 records, got 35/],
    ["empty", new ArrayBuffer(0), /expected at least 16 bytes, got 0/],
    ["of another version", encoded(1, [], { version: 2 }), /expected version 1, got 2/],
    ["of an unknown type", encoded(3, []), /expected type 1 or 2, got 3/],
    ["of short records", encoded(1, [], { stride: 16 }), /at least 20 bytes, got 16/],
  ])("is refused when %s", (_name, buffer, message) => {
    expect(() => decode(buffer)).toThrow(BadPositions);
    expect(() => decode(buffer)).toThrow(message);
  });
});

describe("a fleet", () => {
  it("keeps positions over a new legend, and forgets who is no longer in it", () => {
    const fleet = new Fleet();
    fleet.takeLegend(legend(1, 2));
    fleet.takePositions(decode(encoded(1, [{ no: 1 }, { no: 2 }])));
    fleet.takeLegend(legend(2, 3));
    expect(fleet.find("V1")).toBeUndefined();
    expect(fleet.find("V2")?.lat_deg).toBeCloseTo(31.7);
    expect(fleet.find("V3")?.lat_deg).toBeNaN();
  });

  it("takes changes of some trucks and leaves the others", () => {
    const fleet = new Fleet();
    fleet.takeLegend(legend(1, 2));
    fleet.takePositions(decode(encoded(1, [{ no: 1, state: 2 }, { no: 2, state: 3 }])));
    fleet.takePositions(decode(encoded(2, [{ no: 2, state: 1 }, { no: 9 }])));
    expect(fleet.counts()).toMatchObject({ empty: 1, parked: 1, loaded: 0 });
  });

  it("loses who is missing where everything is told", () => {
    const fleet = new Fleet();
    fleet.takeLegend(legend(1, 2));
    fleet.takePositions(decode(encoded(1, [{ no: 1 }, { no: 2 }])));
    fleet.takePositions(decode(encoded(1, [{ no: 2 }])));
    expect(fleet.counts()).toMatchObject({ parked: 1 });
  });

  it("tells the age of a fix by the server's clock", () => {
    const fleet = new Fleet();
    fleet.takeLegend(legend(1));
    fleet.takePositions(decode(encoded(1, [{ no: 1, age: 10 }], { time_s: 1000 })), 400_000);
    expect(fleet.find("V1")?.fix_ms).toBe(990_000);
    expect(fleet.clock_ms).toBe(600_000);
  });
});

describe("waiting before the next try", () => {
  it("doubles up to a bound, and no two clients wait alike", () => {
    expect(waitBefore(0, 1)).toBe(1000);
    expect(waitBefore(2, 1)).toBe(4000);
    expect(waitBefore(1e9, 1)).toBe(15_000);
    expect(waitBefore(0, 0)).toBe(500);
  });
});

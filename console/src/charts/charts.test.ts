import { describe, expect, it } from "vitest";
import { labelParts, roundTop, ticks } from "./axis";
import { points } from "./panels";
import { dayStart, monthDays, monthOf, shown, stamp } from "./time";
import { followed, shareOf, timeAt, zoomed } from "./view";

const NIGHT = Date.parse("2026-05-01T20:10:00+08:00");

describe("times", () => {
  it("are those of Shanghai, whatever the machine's zone is", () => {
    expect(shown(NIGHT)).toBe("2026-05-01 20:10:00");
    expect(shown("2026-05-01T16:00:00Z", "day")).toBe("2026-05-02");
    expect(shown("2026-05-01T16:00:00Z", "minute")).toBe("00:00");
    expect(shown("2026-12-06T12:29:00Z", "short")).toBe("12-06 20:29");
    expect(shown(null)).toBe("–");
    expect(shown("nonsense")).toBe("–");
  });
  it("begin days at local midnight", () => {
    expect(stamp(dayStart(NIGHT))).toBe("2026-05-01T00:00:00+08:00");
    expect(dayStart(Date.parse("2026-05-01T00:00:00+08:00"))).toBe(Date.parse("2026-04-30T16:00:00Z"));
  });
  it("make months whose weeks begin on Monday", () => {
    const weeks = monthDays(2026, 5);
    expect(weeks).toHaveLength(5);
    expect(weeks[0]!.slice(0, 4)).toEqual([null, null, null, null]);
    expect(stamp(weeks[0]![4]!)).toBe("2026-05-01T00:00:00+08:00");
    expect(weeks.flat().filter((day) => day !== null)).toHaveLength(31);
    expect(monthOf(Date.parse("2026-04-30T16:00:00Z"))).toEqual({ year: 2026, month: 5 });
  });
});

describe("axis", () => {
  it("ticks at round local times", () => {
    const times = ticks(NIGHT, NIGHT + 12 * 3_600_000, 8).map((time) => shown(time, "minute"));
    expect(times).toEqual(["22:00", "00:00", "02:00", "04:00", "06:00", "08:00"]);
    expect(labelParts(NIGHT, NIGHT + 60_000)).toBe("second");
  });
  it("keeps its bound on any span", () => {
    expect(ticks(0, 1e13, 6).length).toBeLessThanOrEqual(7);
  });
  it("ends at a round number", () => {
    expect(roundTop([73, Number.NaN], 40)).toBe(80);
    expect(roundTop([], 40)).toBe(40);
    expect(roundTop([15.1], 5)).toBe(20);
  });
});

describe("points", () => {
  it("break at gaps and pass over absent readings", () => {
    const [times, values] = points([0, 10_000, 500_000], [1, Number.NaN, 3]);
    expect(times).toEqual([0, 10, 10.001, 500]);
    expect(values).toEqual([1, undefined, null, 3]);
  });
});

describe("view", () => {
  const whole = { from_ms: 0, to_ms: 1_000_000 };
  it("zooms about a time and stays within the whole", () => {
    const view = zoomed(whole, whole, 500_000, 0.5);
    expect(view).toEqual({ from_ms: 250_000, to_ms: 750_000 });
    expect(zoomed(view, whole, 500_000, 100)).toEqual(whole);
    expect(zoomed(view, whole, 250_000, 1e-9).to_ms - 250_000).toBe(30_000);
  });
  it("follows a time that leaves it", () => {
    const view = { from_ms: 0, to_ms: 100_000 };
    expect(followed(view, whole, 50_000)).toBe(view);
    expect(followed(view, whole, 200_000)).toEqual({ from_ms: 180_000, to_ms: 280_000 });
    expect(followed(view, whole, 990_000).to_ms).toBe(1_000_000);
  });
  it("tells shares and times", () => {
    expect(shareOf(whole, 250_000)).toBe(0.25);
    expect(timeAt(whole, 1.5)).toBe(1_000_000);
  });
});

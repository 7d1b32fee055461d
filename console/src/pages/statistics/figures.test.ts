import { describe, expect, it } from "vitest";
import { axisOf, bars, byDay, percent, type Statistics } from "./figures";

describe("figures", () => {
  it("says shares in percent", () => {
    expect(percent(0.935)).toBe("93.5 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(null)).toBe("–");
  });

  it("keeps days on which nothing happened, and shows a year by its months", () => {
    const rows = [{ key: "2026-11-02", events: 3, trips: 5 }, { key: "2026-11-03", events: 1, trips: 0 }];
    const whole = (first_day: string) => byDay({ first_day, last_day: "2026-11-03", rows } as Statistics);
    expect(whole("2026-11-01")).toEqual([{ day: "11-01", events: 0, trips: 0 }, { day: "11-02", events: 3, trips: 5 }, { day: "11-03", events: 1, trips: 0 }]);
    expect(whole("2025-11-04")).toHaveLength(13);
    expect(whole("2025-11-04").at(-1)).toEqual({ day: "2026-11", events: 4, trips: 5 });
  });

  it("has an axis of round values that reaches the greatest", () => {
    expect(axisOf(0)).toEqual([0, 1, 2]);
    expect(axisOf(4)).toEqual([0, 1, 2, 3, 4]);
    expect(axisOf(23)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(axisOf(63)).toEqual([0, 20, 40, 60, 80]);
    expect(axisOf(10_001).at(-1)).toBe(15_000);
  });

  it("draws bars by the axis", () => {
    expect(bars([1, 4, 0], 4).map((bar) => bar.share)).toEqual([0.25, 1, 0]);
    expect(bars([0, 0], 2).map((bar) => bar.share)).toEqual([0, 0]);
    expect(bars([], 1)).toEqual([]);
  });
});

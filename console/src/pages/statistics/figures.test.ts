import { describe, expect, it } from "vitest";
import { bars, percent } from "./figures";

describe("figures", () => {
  it("says shares in percent", () => {
    expect(percent(0.935)).toBe("93.5 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(null)).toBe("–");
  });

  it("draws bars by the greatest value", () => {
    expect(bars([1, 4, 0]).map((bar) => bar.share)).toEqual([0.25, 1, 0]);
    expect(bars([0, 0]).map((bar) => bar.share)).toEqual([0, 0]);
    expect(bars([])).toEqual([]);
  });
});

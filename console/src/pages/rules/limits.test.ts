import { describe, expect, it } from "vitest";
import { changedNames, differs, flatLimits, ofFlat, parsed, withCity } from "./limits";

describe("limits", () => {
  it("takes a setting and gives it back", () => {
    const limits = withCity({}, "overspeed.hold_s", 20);
    expect(limits).toEqual({ city: { "overspeed.hold_s": 20 } });
    expect(withCity(limits, "overspeed.hold_s", null)).toEqual({ city: {} });
  });

  it("is the same after it was taken apart, ids with spaces too", () => {
    const limits = { city: { "overspeed.hold_s": 20 }, sites: { "S 1": { "overload.hold_s": 5 } }, companies: {} };
    expect(flatLimits(limits)).toEqual({ "city overspeed.hold_s": 20, "sites S 1 overload.hold_s": 5 });
    expect(ofFlat(flatLimits(limits))).toEqual(limits);
    expect(ofFlat({ "city overspeed.hold_s": null })).toEqual({ city: {}, sites: {}, companies: {} });
  });

  it("names what differs, whichever side has it", () => {
    const before = { city: { a: 1, b: 2 } };
    expect(changedNames(before, { city: { b: 3, c: 4 } })).toEqual(["a", "b", "c"]);
    expect(changedNames({}, {})).toEqual([]);
  });

  it("sees sites and companies too", () => {
    expect(differs({}, { city: {}, sites: {} })).toBe(false);
    expect(differs({}, { sites: { S1: { a: 1 } } })).toBe(true);
  });

  it("refuses what is no object", () => {
    for (const text of ["[]", "null", "3", "{"]) expect(() => parsed(text)).toThrow(SyntaxError);
  });
});

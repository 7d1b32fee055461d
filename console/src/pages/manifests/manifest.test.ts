import { describe, expect, it } from "vitest";
import { type ClosedFigure, drivenSpan, type Manifest, strays, whole } from "./manifest";

const row = (left_site: number, closed: number): ClosedFigure => ({ by: "company", id: "C1", issued: 9, left_site, closed, unclosed: 1, void: 0, elsewhere: 2, deviated: 0, closed_share: null });
const manifest = (changes: Partial<Manifest>) => ({ dump_point_id: "D1", driven_to: null, ending: null, left_site_at: null, out_at: null, in_at: null, trip_end: null, ...changes }) as Manifest;

describe("manifests", () => {
  it("weighs shares by loads, not by companies", () => {
    expect(whole([row(1, 1), row(9, 4)]).closed_share).toBe(0.5);
    expect(whole([]).closed_share).toBeNull();
  });

  it("sees a load that went elsewhere or nowhere", () => {
    expect(strays(manifest({ driven_to: "D1", ending: "delivered" }))).toBe(false);
    expect(strays(manifest({ driven_to: "D2", ending: "delivered" }))).toBe(true);
    expect(strays(manifest({ ending: "dumped" }))).toBe(true);
    expect(strays(manifest({}))).toBe(false);
  });

  it("shows a load from before it left until after it came, but no further than now", () => {
    const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
    expect(drivenSpan(manifest({}), 0)).toBeNull();
    expect(drivenSpan(manifest({ out_at: at(60), in_at: at(100) }), 1e9)).toEqual({ from_ms: 55 * 60_000, to_ms: 105 * 60_000 });
    expect(drivenSpan(manifest({ out_at: at(60) }), 90 * 60_000)).toEqual({ from_ms: 55 * 60_000, to_ms: 90 * 60_000 });
    expect(drivenSpan(manifest({ out_at: at(60) }), 1e12)!.to_ms).toBe((55 + 12 * 60) * 60_000);
  });
});

import { describe, expect, it } from "vitest";
import { boundsOf, cornersAt, cornersOf, inRing, measured, partsOf, rounded, type Shape, shapeOf, withoutCorner } from "./draw_shapes";

const square = (west: number, south: number, side = 0.01) => [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]].map(rounded);
const simple: Shape = { type: "Polygon", coordinates: [square(120, 31)] };
const pierced: Shape = { type: "Polygon", coordinates: [square(120, 31), square(120.004, 31.004, 0.002)] };
const many: Shape = { type: "MultiPolygon", coordinates: [[square(120, 31), square(120.004, 31.004, 0.002)], [square(121, 31)]] };
const line: Shape = { type: "LineString", coordinates: [[120, 31], [120, 31.01], [120.01, 31.01]] };

describe("a shape taken apart and put together", () => {
  it.each([["an area", simple], ["an area with a hole", pierced], ["several areas", many], ["a line", line]])("is the same: %s", (_name, shape) => expect(shapeOf(partsOf(shape))).toEqual(shape));
  it("is nothing where a hole lies in nothing", () => expect(shapeOf([...partsOf(simple), { line: false, hole: true, corners: square(122, 31) }])).toBeNull());
  it("is nothing where nothing is", () => expect(shapeOf(partsOf(null))).toBeNull());
  it("keeps a tenth of a millimetre", () => expect(rounded([119.95123456789, 31.80123456789])).toEqual([119.951234568, 31.801234568]));
});

it("knows what lies in a ring", () => {
  expect(inRing([120.005, 31.005], square(120, 31))).toBe(true);
  expect(inRing([120.011, 31.005], square(120, 31))).toBe(false);
});

describe("a measure", () => {
  const side_m = 0.01 * 111_195;
  it("is an area without its holes", () => {
    expect(measured(simple).area_m2).toBeCloseTo(side_m ** 2 * Math.cos((31 * Math.PI) / 180), -2);
    expect(measured(pierced).area_m2! / measured(simple).area_m2!).toBeCloseTo(0.96, 3);
    expect(measured(pierced).corners).toBe(8);
  });
  it("is a line's length", () => expect(measured(line).length_m).toBeCloseTo(side_m * (1 + Math.cos((31 * Math.PI) / 180)), 0));
});

it("finds corners and bounds", () => {
  expect(cornersOf([line, null])).toHaveLength(3);
  expect(boundsOf(many)).toEqual([120, 31, 121.01, 31.01]);
});

describe("a corner taken away", () => {
  const parts = partsOf(pierced);
  it("is counted once where a ring closes", () => expect(cornersAt(parts)).toHaveLength(8));
  it.each([0, 3])("leaves a closed ring, also where it closed (%i)", (corner) => {
    const left = withoutCorner(parts, { part: 0, corner })!;
    expect(left[0]!.corners).toHaveLength(4);
    expect(left[0]!.corners[0]).toEqual(left[0]!.corners.at(-1));
    expect(left[0]!.corners).not.toContainEqual(parts[0]!.corners[corner]);
    expect(left[1]).toEqual(parts[1]);
  });
  it("stays where too few would be left, of a line or an area", () => {
    const three = withoutCorner(parts, { part: 1, corner: 1 })!;
    expect(withoutCorner(three, { part: 1, corner: 0 })).toBeNull();
    const two = withoutCorner(partsOf(line), { part: 0, corner: 1 })!;
    expect(two[0]!.corners).toHaveLength(2);
    expect(withoutCorner(two, { part: 0, corner: 0 })).toBeNull();
    expect(withoutCorner(parts, { part: 9, corner: 0 })).toBeNull();
  });
});

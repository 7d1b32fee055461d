import { describe, expect, it } from "vitest";
import { bubbles, latOf, lonOf, mercatorX, mercatorY } from "./clusters";

const points = (...places: [number, number][]) =>
  [Float64Array.from(places, ([x]) => x), Float64Array.from(places, ([, y]) => y)] as const;

describe("bubbles of many trucks", () => {
  it("count every truck exactly once", () => {
    const count = 10_000;
    const [x, y] = points(...Array.from({ length: count }, (_, at): [number, number] => [0.83 + (at % 97) / 1e5, 0.4 + (at % 89) / 1e5]));
    const found = bubbles(x, y, new Uint8Array(count).fill(1), 2 ** 14);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(found.count) + found.single.length).toBe(count);
    expect(sum(found.violating)).toBe(sum(found.count));
    expect(new Set(found.single).size).toBe(found.single.length);
  });

  it("leave a few trucks of a cell to be seen one by one", () => {
    const [x, y] = points([0.51, 0.51], [0.52, 0.52], [0.53, 0.53], [0.9, 0.9]);
    expect(bubbles(x, y, new Uint8Array(4), 4)).toEqual({ x: [], y: [], count: [], violating: [], single: [0, 1, 2, 3] });
  });

  it("stand at the mean of their trucks, away from the edge of their cell", () => {
    const [x, y] = points([0.6, 0.6], [0.62, 0.6], [0.64, 0.6], [0.66, 0.6]);
    const inside = bubbles(x, y, Uint8Array.of(0, 1, 0, 1), 4);
    expect(inside.x[0]).toBeCloseTo(0.63);
    expect(inside.violating).toEqual([2]);
    const [edgeX, edgeY] = points([0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]);
    expect(bubbles(edgeX, edgeY, new Uint8Array(4), 4).x[0]).toBeCloseTo(0.625 - 0.075);
  });

  it("are counted in a projection that goes there and back", () => {
    for (const [lon, lat] of [[119.95, 31.7], [-70, -53], [0, 0]] as const) {
      expect(lonOf(mercatorX(lon))).toBeCloseTo(lon, 9);
      expect(latOf(mercatorY(lat))).toBeCloseTo(lat, 9);
    }
  });
});

/**
 * Trucks counted by the cells of a grid that lies on the world, for a map that is far out. Pure.
 *
 * The cells stay where they are, so that a bubble grows, shrinks and drifts as trucks move, and never jumps. One pass
 * over all trucks a second; a handful of bubbles is all that the map library has to cut into tiles.
 */

/** Where bubbles may be put within their cell, from its middle: two neighbours stay this much apart. [share of a cell] */
const DRIFT = 0.3;
// Fewer trucks than this in a cell are shown one by one.
const BUBBLE_FROM = 4;

export interface Bubbles {
  /** Each bubble's place. [share of the world, Web Mercator] */
  x: number[];
  y: number[];
  count: number[];
  /** How many of them have an open violation. */
  violating: number[];
  /** Rows of trucks that are too few in their cell for a bubble. */
  single: number[];
}

export const mercatorX = (lon_deg: number) => lon_deg / 360 + 0.5;
export const mercatorY = (lat_deg: number) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat_deg * Math.PI) / 360)) / (2 * Math.PI);
export const lonOf = (x: number) => (x - 0.5) * 360;
export const latOf = (y: number) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

/**
 * Count points by cells.
 *
 * @param x Of each point. [share of the world, Web Mercator]
 * @param y Likewise.
 * @param violating 1 where a violation is open, else 0.
 * @param cells How many cells go round the world.
 */
export function bubbles(x: Float64Array, y: Float64Array, violating: Uint8Array, cells: number): Bubbles {
  const found: Bubbles = { x: [], y: [], count: [], violating: [], single: [] };
  const byCell = new Map<number, number[]>();
  for (let row = 0; row < x.length; row++) {
    const cell = Math.floor((x[row] as number) * cells) + Math.floor((y[row] as number) * cells) * cells;
    const rows = byCell.get(cell);
    if (rows) rows.push(row);
    else byCell.set(cell, [row]);
  }
  for (const [cell, rows] of byCell) {
    if (rows.length < BUBBLE_FROM) found.single.push(...rows);
    else {
      found.x.push(placed(x, rows, cell % cells, cells));
      found.y.push(placed(y, rows, Math.floor(cell / cells), cells));
      found.count.push(rows.length);
      found.violating.push(rows.reduce((sum, row) => sum + (violating[row] as number), 0));
    }
  }
  return found;
}

/** The mean of the points, kept near the middle of their cell. */
function placed(along: Float64Array, rows: number[], cell: number, cells: number): number {
  const mean = rows.reduce((sum, row) => sum + (along[row] as number), 0) / rows.length;
  const middle = (cell + 0.5) / cells;
  return Math.max(middle - DRIFT / cells, Math.min(middle + DRIFT / cells, mean));
}

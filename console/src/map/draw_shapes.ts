/** Shapes as the drawing library holds them, one ring or line a feature, and as GeoJSON has them; and what they measure. */

export type Corner = [number, number];
export type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon | GeoJSON.LineString;

/** A ring or a line; `hole` is a ring that is cut out of another one. */
export interface Part {
  line: boolean;
  hole: boolean;
  corners: Corner[];
}

// A tenth of a millimetre: what the drawing library holds. [decimals of a degree]
export const DECIMALS = 9;
const ROUND = 10 ** DECIMALS;

export const rounded = ([lon_deg, lat_deg]: readonly number[]): Corner => [Math.round((lon_deg as number) * ROUND) / ROUND, Math.round((lat_deg as number) * ROUND) / ROUND];

const ringsOf = (rings: number[][][]): Part[] => rings.map((ring, at) => ({ line: false, hole: at > 0, corners: ring.map(rounded) }));

/** Take a shape apart. */
export function partsOf(shape: Shape | null): Part[] {
  if (!shape) return [];
  if (shape.type === "LineString") return [{ line: true, hole: false, corners: shape.coordinates.map(rounded) }];
  return (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates).flatMap(ringsOf);
}

/** Tell whether a position lies in a ring: how often a ray to the east crosses it. */
export function inRing([lon_deg, lat_deg]: Corner, ring: readonly Corner[]): boolean {
  let inside = false;
  ring.forEach(([lon, lat], at) => {
    const [lonBefore, latBefore] = ring[(at + ring.length - 1) % ring.length] as Corner;
    if (lat > lat_deg !== latBefore > lat_deg && lon_deg < ((lonBefore - lon) * (lat_deg - lat)) / (latBefore - lat) + lon) inside = !inside;
  });
  return inside;
}

/** Put parts together again; null where there is none, or a hole lies in nothing. */
export function shapeOf(parts: readonly Part[]): Shape | null {
  const line = parts.find((part) => part.line);
  if (line) return line.corners.length > 1 ? { type: "LineString", coordinates: line.corners } : null;
  const areas = parts.filter((part) => !part.hole).map((part) => [part.corners]);
  for (const { corners } of parts.filter((part) => part.hole)) {
    const around = areas.find(([ring]) => ring && corners[0] && inRing(corners[0], ring));
    if (!around) return null;
    around.push(corners);
  }
  if (!areas.length) return null;
  return areas.length === 1 ? { type: "Polygon", coordinates: areas[0] as Corner[][] } : { type: "MultiPolygon", coordinates: areas };
}

const M_PER_DEG = 111_195;

const planar = (corners: readonly Corner[]): Corner[] => {
  const lat = (corners[0]?.[1] ?? 0) * (Math.PI / 180);
  return corners.map(([lon_deg, lat_deg]) => [lon_deg * M_PER_DEG * Math.cos(lat), lat_deg * M_PER_DEG]);
};

const area_m2 = (ring: readonly Corner[]): number => {
  const flat = planar(ring);
  return Math.abs(flat.reduce((sum, [x, y], at) => sum + x * (flat[(at + 1) % flat.length] as Corner)[1] - (flat[(at + 1) % flat.length] as Corner)[0] * y, 0)) / 2;
};

const length_m = (line: readonly Corner[]): number => {
  const flat = planar(line);
  return flat.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - (flat[at] as Corner)[0], y - (flat[at] as Corner)[1]), 0);
};

export interface Measure {
  corners: number;
  /** Of a line. */
  length_m: number | null;
  /** Of an area. */
  area_m2: number | null;
}

/** How large a shape is; on the plane, as good as people read it. */
export function measured(shape: Shape | null): Measure {
  const parts = partsOf(shape);
  const closing = parts.filter((part) => !part.line).length;
  const corners = parts.reduce((sum, part) => sum + part.corners.length, 0) - closing;
  if (!shape) return { corners: 0, length_m: null, area_m2: null };
  if (shape.type === "LineString") return { corners, length_m: length_m(parts[0]?.corners ?? []), area_m2: null };
  return { corners, length_m: null, area_m2: parts.reduce((sum, part) => sum + (part.hole ? -1 : 1) * area_m2(part.corners), 0) };
}

/** All corners of some shapes, for what is drawn to snap to. */
export function cornersOf(shapes: Iterable<GeoJSON.Geometry | null>): Corner[] {
  const found: Corner[] = [];
  const gather = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") found.push(rounded(part as number[]));
    else part.forEach(gather);
  };
  for (const shape of shapes) if (shape && "coordinates" in shape) gather(shape.coordinates);
  return found;
}

/** West, south, east, north of a shape. */
export function boundsOf(shape: GeoJSON.Geometry): [number, number, number, number] {
  const corners = cornersOf([shape]);
  const [lons, lats] = [corners.map(([lon]) => lon), corners.map(([, lat]) => lat)];
  return [lons.reduce((a, b) => Math.min(a, b)), lats.reduce((a, b) => Math.min(a, b)), lons.reduce((a, b) => Math.max(a, b)), lats.reduce((a, b) => Math.max(a, b))];
}

/** A corner of a drawing: of which part, and which of it. */
export interface CornerAt {
  part: number;
  corner: number;
  place: Corner;
}

/** Return the corners in the order in which they are gone through; where a ring closes is one corner, not two. */
export const cornersAt = (parts: readonly Part[]): CornerAt[] =>
  parts.flatMap(({ line, corners }, part) => (line ? corners : corners.slice(0, -1)).map((place, corner) => ({ part, corner, place })));

/** A line needs two corners, an area three. */
const LEAST = { line: 2, area: 3 };

/** Return the parts without one corner; null where too few would be left. */
export function withoutCorner(parts: readonly Part[], { part, corner }: Pick<CornerAt, "part" | "corner">): Part[] | null {
  const from = parts[part];
  if (!from) return null;
  const open = from.line ? from.corners : from.corners.slice(0, -1);
  if (open.length <= (from.line ? LEAST.line : LEAST.area)) return null;
  const left = open.filter((_, at) => at !== corner);
  return parts.map((one, at) => (at === part ? { ...one, corners: from.line ? left : [...left, left[0]!] } : one));
}

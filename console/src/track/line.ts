/** A track as GeoJSON lines: one line per run of fixes in the same band of colour, gaps as lines of their own. */
import type { Geometry } from "geojson";
import { GAP_MS, type Track } from "./track";

export type Colouring = "speed" | "load" | "plain";

/** Upper ends of the bands; the last band is open. */
export const SPEED_BANDS_KMH = [5, 20, 40, 60] as const;
/** Shares of the truck's capacity. */
export const LOAD_BANDS = [0.15, 0.5, 0.85, 1.05] as const;
export const GAP = "gap";
export const UNREAD = "unread";

export type Band = number | typeof GAP | typeof UNREAD;

export interface LineFeature {
  type: "Feature";
  geometry: { type: "LineString"; coordinates: [number, number][] };
  properties: { band: Band; from_ms: number; to_ms: number };
}

/** Return the number of the band that a value lies in; `unread` for NaN. */
export function bandOf(value: number, ends: readonly number[]): Band {
  if (Number.isNaN(value)) return UNREAD;
  const band = ends.findIndex((end) => value < end);
  return band < 0 ? ends.length : band;
}

/** Return the load that counts as full: the registered capacity, else the heaviest reading of the track. */
export function fullLoad(track: Track, capacity_kg: number | null | undefined): number {
  if (capacity_kg) return capacity_kg;
  return track.load_kg.reduce((most, load) => (load > most ? load : most), 1);
}

function bandsOf(track: Track, colouring: Colouring, capacity_kg?: number | null): (row: number) => Band {
  if (colouring === "plain") return () => 0;
  if (colouring === "speed") return (row) => bandOf(track.speed_kmh[row]!, SPEED_BANDS_KMH);
  const full_kg = fullLoad(track, capacity_kg);
  return (row) => bandOf(track.load_kg[row]! / full_kg, LOAD_BANDS);
}

/** Return the lines of a track, in time order; each begins where the one before ends. */
export function lines(track: Track, colouring: Colouring, capacity_kg?: number | null): LineFeature[] {
  const band = bandsOf(track, colouring, capacity_kg);
  const found: LineFeature[] = [];
  for (let at = 1; at < track.placed.length; at += 1) {
    const [before, row] = [track.placed[at - 1]!, track.placed[at]!];
    const gap = track.time_ms[row]! - track.time_ms[before]! > GAP_MS;
    extend(found, track, before, row, gap ? GAP : band(row));
  }
  return found;
}

function extend(found: LineFeature[], track: Track, before: number, row: number, band: Band): void {
  const place = (at: number): [number, number] => [track.lon_deg[at]!, track.lat_deg[at]!];
  const last = found[found.length - 1];
  if (last && last.properties.band === band && band !== GAP) {
    last.geometry.coordinates.push(place(row));
    last.properties.to_ms = track.time_ms[row]!;
    return;
  }
  found.push({
    type: "Feature",
    geometry: { type: "LineString", coordinates: [place(before), place(row)] },
    properties: { band, from_ms: track.time_ms[before]!, to_ms: track.time_ms[row]! },
  });
}

/** Return west, south, east, north of what was placed; null for nothing. */
export function bounds(track: Track): [number, number, number, number] | null {
  if (track.placed.length === 0) return null;
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const row of track.placed) {
    box[0] = Math.min(box[0], track.lon_deg[row]!);
    box[1] = Math.min(box[1], track.lat_deg[row]!);
    box[2] = Math.max(box[2], track.lon_deg[row]!);
    box[3] = Math.max(box[3], track.lat_deg[row]!);
  }
  return box;
}

/** A pixel of a map with tiles of 512 pixels is so long at the equator at zoom 10. [m] */
const PIXEL_M = 40_075_017 / 512 / 2 ** 10;

/** Return how many pixels wide a line of so many metres is at zoom 10; each zoom doubles it. */
export function widthAtTen(width_m: number, geometry: Geometry): number {
  const lat_deg = geometry.type === "LineString" ? (geometry.coordinates[0]?.[1] ?? 0) : 0;
  return width_m / (PIXEL_M * Math.cos((lat_deg * Math.PI) / 180));
}

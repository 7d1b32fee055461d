/** What a track adds up to: metres, driving and standing time, silence. */
import { GAP_MS, type Track } from "./track";

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;
/** A standing receiver tells speeds of a few km/h; below this a truck counts as standing. */
const DRIVES_ABOVE_KMH = 5;

export interface Totals {
  distance_m: number;
  driving_s: number;
  standing_s: number;
  silent_s: number;
  top_speed_kmh: number;
}

/** Return the distance over the sphere; within 0.5 % of the ellipsoid's. */
export function distance_m(lon_a: number, lat_a: number, lon_b: number, lat_b: number): number {
  const sin_lat = Math.sin(((lat_b - lat_a) * RAD) / 2);
  const sin_lon = Math.sin(((lon_b - lon_a) * RAD) / 2);
  const share = sin_lat ** 2 + Math.cos(lat_a * RAD) * Math.cos(lat_b * RAD) * sin_lon ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** Add a track up. A span between two fixes counts by the speed at its end; silences count for themselves. */
export function totals(track: Track): Totals {
  const sum: Totals = { distance_m: 0, driving_s: 0, standing_s: 0, silent_s: 0, top_speed_kmh: Number.NaN };
  for (let at = 1; at < track.placed.length; at += 1) addSpan(sum, track, track.placed[at - 1]!, track.placed[at]!);
  for (const speed of track.speed_kmh) if (!(speed <= sum.top_speed_kmh) && !Number.isNaN(speed)) sum.top_speed_kmh = speed;
  return sum;
}

function addSpan(sum: Totals, track: Track, before: number, row: number): void {
  const span_s = (track.time_ms[row]! - track.time_ms[before]!) / 1000;
  const way_m = distance_m(track.lon_deg[before]!, track.lat_deg[before]!, track.lon_deg[row]!, track.lat_deg[row]!);
  const told_kmh = track.speed_kmh[row]!;
  const drives = (Number.isNaN(told_kmh) ? (way_m / span_s) * 3.6 : told_kmh) >= DRIVES_ABOVE_KMH;
  if (span_s * 1000 > GAP_MS) {
    sum.silent_s += span_s;
    sum.distance_m += way_m;
  } else if (drives) {
    sum.driving_s += span_s;
    sum.distance_m += way_m;
  } else {
    sum.standing_s += span_s; // a standing receiver wanders: its way is no distance
  }
}

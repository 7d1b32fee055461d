/** One truck's fixes as typed columns: what the API's track columns become, once. Absent readings are NaN or -1.
 *
 * Units of display (km/h) are made here and nowhere later. No DOM, no map, no request.
 */
import type { Schema } from "../api/schema";

/** Two fixes farther apart than this are joined by a dashed line: a terminal that works reports each 10 to 60 s. */
export const GAP_MS = 120_000;

export const COVERS = ["closed", "half", "open"] as const;
export type Cover = (typeof COVERS)[number];

type Columns = Schema<"FixColumnsAnswer">;
type Read = "speed_mps" | "course_deg" | "load_kg" | "load_ratio" | "lift_deg" | "cover";

/** What is read of the answer for a track; a link's answer leaves out what its holder may not see. */
export type TrackAnswer = Pick<Schema<"Track">, "vehicle_id" | "plate" | "start" | "end" | "count"> & {
  columns: Pick<Columns, "fix_time" | "lat_deg" | "lon_deg"> & Partial<Pick<Columns, Read>>;
};

export interface Track {
  vehicle_id: string;
  plate: string | null;
  start_ms: number;
  end_ms: number;
  time_ms: Float64Array;
  lon_deg: Float64Array;
  lat_deg: Float64Array;
  speed_kmh: Float64Array;
  course_deg: Float64Array;
  load_kg: Float64Array;
  lift_deg: Float64Array;
  cover: Int8Array;
  /** Rows that have a position. */
  placed: Int32Array;
}

type Numbers = (number | null)[] | null | undefined;

function column(values: Numbers, count: number, factor = 1): Float64Array {
  const found = new Float64Array(count).fill(Number.NaN);
  values?.forEach((value, row) => {
    if (value !== null) found[row] = value * factor;
  });
  return found;
}

export function decode(answer: TrackAnswer): Track {
  const { columns } = answer;
  const count = columns.fix_time.length;
  const lon_deg = column(columns.lon_deg, count);
  const lat_deg = column(columns.lat_deg, count);
  const rows = Array.from({ length: count }, (_, row) => row);
  return {
    vehicle_id: answer.vehicle_id,
    plate: answer.plate,
    start_ms: Date.parse(answer.start),
    end_ms: Date.parse(answer.end),
    time_ms: Float64Array.from(columns.fix_time, (time) => Date.parse(time)),
    lon_deg,
    lat_deg,
    speed_kmh: column(columns.speed_mps, count, 3.6),
    course_deg: column(columns.course_deg, count),
    load_kg: column(columns.load_kg, count),
    lift_deg: column(columns.lift_deg, count),
    cover: Int8Array.from(rows, (row) => COVERS.indexOf(columns.cover?.[row] as Cover)),
    placed: Int32Array.from(rows.filter((row) => !Number.isNaN(lon_deg[row]!) && !Number.isNaN(lat_deg[row]!))),
  };
}

/** Return how many elements of ascending `times` are at or before `time`. */
export function countUpTo(times: ArrayLike<number>, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Moment {
  time_ms: number;
  lon_deg: number;
  lat_deg: number;
  course_deg: number;
  speed_kmh: number;
  load_kg: number;
  lift_deg: number;
  cover: Cover | null;
  /** Between two fixes so far apart that nobody knows where the truck was: the place is a guess. */
  silent: boolean;
}

/** Return where the truck was and what its sensors said at a time; null where it was never placed. */
export function momentAt(track: Track, time_ms: number): Moment | null {
  if (track.placed.length === 0) return null;
  const place = placeAt(track, time_ms);
  const row = Math.max(0, countUpTo(track.time_ms, time_ms) - 1);
  const read = place.silent ? Number.NaN : undefined;
  return {
    time_ms,
    ...place,
    speed_kmh: read ?? track.speed_kmh[row]!,
    load_kg: read ?? track.load_kg[row]!,
    lift_deg: read ?? track.lift_deg[row]!,
    cover: place.silent ? null : (COVERS[track.cover[row]!] ?? null),
  };
}

function placeAt(track: Track, time_ms: number) {
  const times = placedTimes(track);
  const after = countUpTo(times, time_ms);
  const first = track.placed[Math.max(0, after - 1)]!;
  const second = track.placed[Math.min(track.placed.length - 1, after)]!;
  const span_ms = track.time_ms[second]! - track.time_ms[first]!;
  const share = span_ms > 0 ? Math.min(1, Math.max(0, (time_ms - track.time_ms[first]!) / span_ms)) : 0;
  return {
    lon_deg: track.lon_deg[first]! + share * (track.lon_deg[second]! - track.lon_deg[first]!),
    lat_deg: track.lat_deg[first]! + share * (track.lat_deg[second]! - track.lat_deg[first]!),
    course_deg: courseAt(track, first, second),
    silent: span_ms > GAP_MS && share > 0 && share < 1,
  };
}

/** Return the course that was told, else the direction in which the truck went on; NaN for one that stood. */
function courseAt(track: Track, first: number, second: number): number {
  const told = track.course_deg[first]!;
  const east = (track.lon_deg[second]! - track.lon_deg[first]!) * Math.cos((track.lat_deg[first]! * Math.PI) / 180);
  const north = track.lat_deg[second]! - track.lat_deg[first]!;
  if (!Number.isNaN(told) || (east === 0 && north === 0)) return told;
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

const TIMES = new WeakMap<Track, Float64Array>();

function placedTimes(track: Track): Float64Array {
  let times = TIMES.get(track);
  if (!times) {
    times = Float64Array.from(track.placed, (row) => track.time_ms[row]!);
    TIMES.set(track, times);
  }
  return times;
}

/** Return the rows whose times lie in the span, ends included. */
export function cut(track: Track, from_ms: number, to_ms: number): Track {
  const first = countUpTo(track.time_ms, from_ms - 1);
  const end = countUpTo(track.time_ms, to_ms);
  const part = <Column extends { slice(from: number, to: number): Column }>(whole: Column) => whole.slice(first, end);
  return {
    ...track,
    start_ms: Math.max(track.start_ms, from_ms),
    end_ms: Math.min(track.end_ms, to_ms),
    time_ms: part(track.time_ms),
    lon_deg: part(track.lon_deg),
    lat_deg: part(track.lat_deg),
    speed_kmh: part(track.speed_kmh),
    course_deg: part(track.course_deg),
    load_kg: part(track.load_kg),
    lift_deg: part(track.lift_deg),
    cover: part(track.cover),
    placed: track.placed.filter((row) => row >= first && row < end).map((row) => row - first),
  };
}

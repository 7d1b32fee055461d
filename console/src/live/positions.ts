/** The layout of live positions (version 1), read: little-endian, 16 bytes of header, 20 bytes a truck. */

export interface Legend {
  type: "legend";
  vehicles: { no: number[]; id: string[]; plate: (string | null)[]; company_id: (string | null)[] };
}

/** Columns of one message; NaN where a value is unknown. */
export interface Positions {
  /** False: only the trucks that changed. */
  all: boolean;
  /** The server's clock. [Unix s] */
  time_s: number;
  count: number;
  vehicle_no: Uint32Array;
  lon_deg: Float64Array;
  lat_deg: Float64Array;
  speed_mps: Float32Array;
  course_deg: Float32Array;
  state: Uint8Array;
  flags: Uint8Array;
  age_s: Uint16Array;
}

export const STATES = ["silent", "parked", "empty", "loaded", "standing", "unknown"] as const;
export type TruckState = (typeof STATES)[number];

export const FLAG = { violation: 1, sensor_fault: 2, tamper: 4 } as const;

const VERSION = 1;
const HEADER_BYTES = 16;
const RECORD_BYTES = 20;
const UNKNOWN = 65535;
const TYPES: Record<number, boolean> = { 1: true, 2: false };

export class BadPositions extends Error {}

function headerOf(view: DataView): { all: boolean; stride: number; count: number; time_s: number } {
  if (view.byteLength < HEADER_BYTES) throw new BadPositions(`expected at least ${HEADER_BYTES} bytes, got ${view.byteLength}`);
  const [version, type, stride, count] = [view.getUint8(0), view.getUint8(1), view.getUint16(2, true), view.getUint32(4, true)];
  if (version !== VERSION) throw new BadPositions(`expected version ${VERSION}, got ${version}`);
  const all = TYPES[type];
  if (all === undefined) throw new BadPositions(`expected type 1 or 2, got ${type}`);
  if (stride < RECORD_BYTES) throw new BadPositions(`expected records of at least ${RECORD_BYTES} bytes, got ${stride}`);
  const expected = HEADER_BYTES + count * stride;
  if (view.byteLength !== expected) throw new BadPositions(`expected ${expected} bytes for ${count} records, got ${view.byteLength}`);
  return { all, stride, count, time_s: view.getFloat64(8, true) };
}

/** Read a message. Longer records than ours are read as far as we know them. Throws `BadPositions`. */
export function decode(buffer: ArrayBuffer): Positions {
  const view = new DataView(buffer);
  const { all, stride, count, time_s } = headerOf(view);
  const read: Positions = {
    all, time_s, count,
    vehicle_no: new Uint32Array(count), lon_deg: new Float64Array(count), lat_deg: new Float64Array(count),
    speed_mps: new Float32Array(count), course_deg: new Float32Array(count),
    state: new Uint8Array(count), flags: new Uint8Array(count), age_s: new Uint16Array(count),
  };
  for (let row = 0, at = HEADER_BYTES; row < count; row++, at += stride) {
    const speed = view.getUint16(at + 12, true);
    const course = view.getUint16(at + 14, true);
    read.vehicle_no[row] = view.getUint32(at, true);
    read.lon_deg[row] = view.getInt32(at + 4, true) / 1e7;
    read.lat_deg[row] = view.getInt32(at + 8, true) / 1e7;
    read.speed_mps[row] = speed === UNKNOWN ? NaN : speed / 100;
    read.course_deg[row] = course === UNKNOWN ? NaN : course / 100;
    read.state[row] = view.getUint8(at + 16);
    read.flags[row] = view.getUint8(at + 17);
    read.age_s[row] = view.getUint16(at + 18, true);
  }
  return read;
}

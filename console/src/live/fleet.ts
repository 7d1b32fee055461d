/** Every truck as it was last told, from legends and positions in the order in which they come. No I/O. */
import { type Legend, type Positions, STATES, type TruckState } from "./positions";

export interface Truck {
  no: number;
  id: string;
  plate: string | null;
  company_id: string | null;
  lon_deg: number;
  lat_deg: number;
  speed_mps: number;
  course_deg: number;
  /** Index into `STATES`. */
  state: number;
  flags: number;
  /** When it was where it is. [Unix ms on the server's clock] */
  fix_ms: number;
}

export class Fleet {
  /** By number; a truck that was never heard of has no position (NaN). */
  readonly trucks = new Map<number, Truck>();
  private readonly byId = new Map<string, Truck>();
  /** What the server's clock shows beyond ours. [ms] */
  clock_ms = 0;

  find(id: string): Truck | undefined {
    return this.byId.get(id);
  }

  takeLegend({ vehicles }: Legend): void {
    const before = new Map(this.trucks);
    this.trucks.clear();
    this.byId.clear();
    vehicles.no.forEach((no, at) => {
      const named = { no, id: vehicles.id[at] ?? "", plate: vehicles.plate[at] ?? null, company_id: vehicles.company_id[at] ?? null };
      const truck: Truck = { lon_deg: NaN, lat_deg: NaN, speed_mps: NaN, course_deg: NaN, state: 0, flags: 0, fix_ms: NaN, ...before.get(no), ...named };
      this.trucks.set(no, truck);
      this.byId.set(truck.id, truck);
    });
  }

  takePositions(read: Positions, now_ms: number = Date.now()): void {
    this.clock_ms = read.time_s * 1000 - now_ms;
    if (read.all) for (const truck of this.trucks.values()) truck.lon_deg = truck.lat_deg = NaN;
    for (let row = 0; row < read.count; row++) {
      const truck = this.trucks.get(read.vehicle_no[row] as number);
      if (!truck) continue;
      truck.lon_deg = read.lon_deg[row] as number;
      truck.lat_deg = read.lat_deg[row] as number;
      truck.speed_mps = read.speed_mps[row] as number;
      truck.course_deg = read.course_deg[row] as number;
      truck.state = read.state[row] as number;
      truck.flags = read.flags[row] as number;
      truck.fix_ms = (read.time_s - (read.age_s[row] as number)) * 1000;
    }
  }

  /** Count the trucks of each state that are wanted. */
  counts(wanted: (truck: Truck) => boolean = () => true): Record<TruckState, number> {
    const counted = [0, 0, 0, 0, 0, 0];
    for (const truck of this.trucks.values()) {
      if (truck.lon_deg === truck.lon_deg && wanted(truck)) counted[truck.state] = (counted[truck.state] ?? 0) + 1;
    }
    return Object.fromEntries(STATES.map((state, at) => [state, counted[at]])) as Record<TruckState, number>;
  }
}

/** The trucks under way. */
export const ON_THE_ROAD: readonly TruckState[] = ["empty", "loaded", "standing", "unknown"];
export const LOADED: readonly TruckState[] = ["loaded", "standing"];

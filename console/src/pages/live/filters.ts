/** What of the fleet is wanted: it stands in the address, so that a link shows the same. Pure. */
import type { Truck } from "../../live/fleet";
import { STATES, type TruckState } from "../../live/positions";

export interface Filters {
  company: string | null;
  hidden: ReadonlySet<TruckState>;
  /** The truck whose card is open. */
  truck: string | null;
}

const isState = (name: string): name is TruckState => (STATES as readonly string[]).includes(name);

export function readFilters(query: Record<string, string>): Filters {
  return {
    company: query.company || null,
    hidden: new Set((query.hide ?? "").split(",").filter(isState)),
    truck: query.truck || null,
  };
}

/** Return the address of the live map with these filters. */
export function addressOf({ company, hidden, truck }: Filters, path = "/console/"): string {
  const query = new URLSearchParams();
  if (company) query.set("company", company);
  if (hidden.size) query.set("hide", STATES.filter((state) => hidden.has(state)).join(","));
  if (truck) query.set("truck", truck);
  return query.size ? `${path}?${query}` : path;
}

/** Return whether a truck is wanted; the one that is looked at always is. */
export function wantedBy({ company, hidden, truck }: Filters): (one: Truck) => boolean {
  return (one) => one.id === truck || ((company === null || one.company_id === company) && !hidden.has(STATES[one.state] ?? "unknown"));
}

export function toggled<Item>(items: ReadonlySet<Item>, item: Item): Set<Item> {
  const after = new Set(items);
  if (!after.delete(item)) after.add(item);
  return after;
}

const EARTH_M = 6_371_000;

/** Return the distance between two places of a city; a plane does at this scale. [m] */
export function distance_m(from: { lon_deg: number; lat_deg: number }, to: { lon_deg: number; lat_deg: number }): number {
  const rad = Math.PI / 180;
  const east = (to.lon_deg - from.lon_deg) * rad * Math.cos(((from.lat_deg + to.lat_deg) / 2) * rad);
  return EARTH_M * Math.hypot(east, (to.lat_deg - from.lat_deg) * rad);
}

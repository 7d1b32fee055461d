/** What a company may choose from: its trucks, the city's sites and dump points, corridors that it knows. */
import { useEffect, useState } from "preact/hooks";
import { request, withQuery } from "../../api/client";
import { PATH, type Place } from "./application";

export interface Truck {
  id: string;
  plate: string;
  failing: boolean;
}

export interface Offers {
  trucks: Truck[];
  sites: Place[];
  dump_points: Place[];
  corridors: Place[];
}

const LIMIT = 500;
/** Of a great city's building sites, or of a large haulier's trucks. */
const PAGES_MOST = 5;

async function all<Row>(path: string, member: string, query: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | null = withQuery(path, { ...query, limit: LIMIT });
  for (let page = 0; next && page < PAGES_MOST; page += 1) {
    const answer: Record<string, unknown> = await request("GET", next);
    rows.push(...(answer[member] as Row[]));
    next = answer.next as string | null;
  }
  return rows;
}

type Feature = Omit<Place, "kind">;
type Corridor = Omit<Feature, "id"> & { corridor_id: string };
const placed = (kind: Place["kind"]) => ({ id, name, geometry }: Feature): Place => ({ kind, id, name: name ?? null, geometry });

async function read(): Promise<Offers> {
  const [trucks, failing, sites, dumps, corridors] = await Promise.all([
    all<{ vehicle_id: string; plate?: string }>("/v1/vehicle-register", "vehicle_register", {}),
    all<{ vehicle_id: string }>("/v1/compliance", "vehicles", { failing: "true" }),
    all<Feature>(`${PATH}/places`, "places", { kind: "site" }),
    all<Feature>(`${PATH}/places`, "places", { kind: "dump_point" }),
    all<Corridor>("/v1/corridors", "corridors", {}),
  ]);
  const fails = new Set(failing.map((truck) => truck.vehicle_id));
  return {
    trucks: trucks.map((truck) => ({ id: truck.vehicle_id, plate: truck.plate ?? truck.vehicle_id, failing: fails.has(truck.vehicle_id) })),
    sites: sites.map(placed("site")),
    dump_points: dumps.map(placed("dump_point")),
    corridors: corridors.map((corridor) => placed("corridor")({ ...corridor, id: corridor.corridor_id })),
  };
}

export function useOffers(): { offers: Offers | null; error: unknown } {
  const [got, keep] = useState<{ offers: Offers | null; error: unknown }>({ offers: null, error: null });
  useEffect(() => {
    let current = true;
    read().then((offers) => current && keep({ offers, error: null }), (error) => current && keep({ offers: null, error }));
    return () => {
      current = false;
    };
  }, []);
  return got;
}

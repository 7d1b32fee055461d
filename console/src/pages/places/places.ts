/** The places of a city by kind, read whole in the map's datum: a city has thousands of them, not millions. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { request, withQuery } from "../../api/client";

/** Addresses of the registers that have shapes, in the order in which they are offered. */
export const KINDS = ["sites", "dump-points", "zones", "corridors", "districts"] as const;
export type Kind = (typeof KINDS)[number];

export type Place = GeoJSON.Feature<GeoJSON.Geometry | null, Record<string, unknown>>;
export type Places = Partial<Record<Kind, Place[]>>;

export const isKind = (name: string | undefined): name is Kind => KINDS.includes(name as Kind);

// As many as a register's file may have.
const PAGES_MOST = 40;
const PAGE = 500;

async function read(kind: Kind, crs: string): Promise<Place[]> {
  const found: Place[] = [];
  let path: string | null = withQuery(`/v1/${kind}`, { format: "geojson", limit: PAGE, crs });
  for (let page = 0; path && page < PAGES_MOST; page += 1) {
    const answer: { features: Place[]; next: string | null } = await request("GET", path);
    found.push(...answer.features);
    path = answer.next;
  }
  return found;
}

/** Follow the places; `reload` reads one kind anew. */
export function usePlaces(crs: string | null): { places: Places; error: unknown; reload: (kind: Kind) => void } {
  const [places, keep] = useState<Places>({});
  const [error, fail] = useState<unknown>(null);
  const reload = useCallback(
    (kind: Kind) => {
      if (crs === null) return;
      read(kind, crs).then((found) => keep((had) => ({ ...had, [kind]: found })), fail);
    },
    [crs],
  );
  useEffect(() => KINDS.forEach(reload), [reload]);
  return { places, error, reload };
}

/** Those whose id or name holds what is typed. */
export function found(places: readonly Place[], typed: string): Place[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [...places];
  return places.filter(({ id, properties }) => [id, properties.name, properties.address, properties.order].some((text) => String(text ?? "").toLowerCase().includes(wanted)));
}

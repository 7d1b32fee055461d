/** The registered places that an event names, as the map draws them. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Place, Tone } from "../../track/layers";
import type { Event } from "./findings";

/** Member of the evidence: resource, and how it is drawn. */
const NAMED: readonly [member: string, resource: string, tone: Tone][] = [
  ["zone_id", "zones", "critical"],
  ["corridor_ids", "corridors", "good"],
  ["site_id", "sites", "notice"],
  ["nearest_site_id", "sites", "notice"],
  ["dump_point_id", "dump-points", "good"],
];
/** A permit has a handful of corridors; more would hide the map. */
const PLACES_MOST = 12;

interface Wanted {
  resource: string;
  id: string;
  tone: Tone;
}

export function wantedPlaces(events: readonly Event[]): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const event of events) {
    for (const [member, resource, tone] of NAMED) {
      for (const id of [event.opening[member] ?? []].flat()) found.set(`${resource}/${id}`, { resource, id: String(id), tone });
    }
    if (event.subject_kind === "site") found.set(`sites/${event.subject_id}`, { resource: "sites", id: event.subject_id, tone: "notice" });
    if (event.subject_kind === "dump_point") found.set(`dump-points/${event.subject_id}`, { resource: "dump-points", id: event.subject_id, tone: "notice" });
  }
  return [...found.values()].slice(0, PLACES_MOST);
}

interface Feature {
  geometry?: Place["geometry"] | null;
  properties?: Record<string, unknown>;
  name?: string | null;
  half_width_m?: number;
}

/** Return a place of an answer; null for what has no shape. */
export function placeOf(answer: Feature, { id, tone }: Pick<Wanted, "id" | "tone">): Place | null {
  if (!answer.geometry) return null;
  return { id, label: String(answer.name ?? answer.properties?.name ?? id), geometry: answer.geometry, tone, ...(answer.half_width_m && { width_m: 2 * answer.half_width_m }) };
}

export function usePlaces(events: readonly Event[]): Place[] {
  const [places, setPlaces] = useState<Place[]>([]);
  const wanted = wantedPlaces(events);
  useEffect(() => {
    let current = true;
    const asked = wanted.map((each) =>
      get<Feature>(`/v1/${each.resource}/${encodeURIComponent(each.id)}`).then((answer) => placeOf(answer, each)).catch(() => null),
    );
    void Promise.all(asked).then((found) => current && setPlaces(found.filter((place) => place !== null)));
    return () => {
      current = false;
    };
  }, [wanted.map((each) => `${each.resource}/${each.id}`).join()]);
  return places;
}

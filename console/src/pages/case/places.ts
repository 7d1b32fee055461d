/** The registered places that an event names, as the map draws them. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import type { Place, Tone } from "../../track/layers";
import type { Event } from "./findings";

type Resource = "zones" | "corridors" | "sites" | "dump-points";

/** Member of the evidence: resource, and how it is drawn. */
const NAMED: readonly [member: string, resource: Resource, tone: Tone][] = [
  ["zone_id", "zones", "critical"],
  ["corridor_ids", "corridors", "good"],
  ["site_id", "sites", "notice"],
  ["nearest_site_id", "sites", "notice"],
  ["dump_point_id", "dump-points", "good"],
];
/** A permit has a handful of corridors; more would hide the map. */
const PLACES_MOST = 12;

interface Wanted {
  resource: Resource;
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

type Feature = Pick<Schema<"ZonesItem">, "name"> & { geometry: Place["geometry"] | null; half_width_m?: number | null };

/** Return a place of an answer; null for what has no shape. */
export function placeOf(answer: Feature, { id, tone }: Pick<Wanted, "id" | "tone">): Place | null {
  if (!answer.geometry) return null;
  return { id, label: String(answer.name ?? id), geometry: answer.geometry, tone, ...(answer.half_width_m && { width_m: 2 * answer.half_width_m }) };
}

export function usePlaces(events: readonly Event[]): Place[] {
  const [places, setPlaces] = useState<Place[]>([]);
  const wanted = wantedPlaces(events);
  useEffect(() => {
    let current = true;
    const asked = wanted.map((each) =>
      get(`/v1/${each.resource}/${encodeURIComponent(each.id)}`).then((answer) => placeOf(answer, each)).catch(() => null),
    );
    void Promise.all(asked).then((found) => current && setPlaces(found.filter((place) => place !== null)));
    return () => {
      current = false;
    };
  }, [wanted.map((each) => `${each.resource}/${each.id}`).join()]);
  return places;
}

/** A truck's past beside its fixes, as `/v1/vehicles/{id}/history` answers it, and all of it as one list by time. */
import type { Schema } from "../api/schema";
import type { Tone } from "./layers";

/** What is shown of a trip. */
export type Trip = Pick<
  Schema<"Trip">,
  | "trip_id" | "start" | "site_id" | "permit_id" | "loaded_at" | "left_site_at" | "unloading_start" | "dump_point_id" | "end" | "load_kg"
  | "weighed_kg" | "ending"
>;
export type Stay = Omit<Schema<"Stay">, "fixes">;
export type FoundEvent = Pick<Schema<"EventAnswer">, "event_id" | "kind" | "severity" | "start" | "end" | "position">;
export type Passage = Pick<Schema<"PassageOfVehicle">, "device" | "type" | "time" | "site_id" | "dump_point_id" | "body">;
export type Gap = Pick<Schema<"GapOfTrack">, "start" | "end" | "gap_s" | "distance_m" | "missing_records">;
export type CaseOfTruck = Pick<Schema<"Case">, "case_id" | "case_no" | "kind" | "severity" | "status" | "opened_at">;

export interface History extends Pick<Schema<"History">, "vehicle_id" | "plate" | "truncated"> {
  trips: Trip[];
  stays: Stay[];
  events: FoundEvent[];
  cases: CaseOfTruck[];
  washes: Passage[];
  gate_passages: Passage[];
  gaps: Gap[];
}

export type EntryKind = "trip" | "stay" | "event" | "wash" | "gate" | "gap";

export interface Entry {
  id: string;
  kind: EntryKind;
  from_ms: number;
  to_ms: number;
  tone: Tone;
  position: [number, number] | null;
  trip?: Trip;
  stay?: Stay;
  event?: FoundEvent;
  passage?: Passage;
  gap?: Gap;
}

const TONES: readonly Tone[] = ["muted", "notice", "warning", "critical"];
const ms = (time: string | null, other: number): number => (time === null ? other : Date.parse(time));

/** Return everything as one list in the order of time. Facts that a trip tells already are left to it. */
export function entries(history: History): Entry[] {
  const found: Entry[] = [];
  const add = (entry: Omit<Entry, "position" | "to_ms"> & Partial<Entry>) => found.push({ position: null, to_ms: entry.from_ms, ...entry });
  for (const trip of history.trips) {
    const from_ms = Date.parse(trip.start);
    add({ id: trip.trip_id, kind: "trip", from_ms, to_ms: ms(trip.end ?? trip.unloading_start, from_ms), tone: trip.ending === "delivered" ? "good" : trip.ending === "dumped" ? "critical" : "muted", trip });
  }
  for (const stay of history.stays) {
    add({ id: `stay ${stay.start}`, kind: "stay", from_ms: Date.parse(stay.start), to_ms: Date.parse(stay.end), tone: "muted", position: stay.position.coordinates, stay });
  }
  for (const event of history.events.filter((each) => each.severity > 0)) {
    const from_ms = Date.parse(event.start);
    add({ id: event.event_id, kind: "event", from_ms, to_ms: ms(event.end, from_ms), tone: TONES[event.severity] ?? "notice", position: event.position?.coordinates ?? null, event });
  }
  for (const passage of history.washes) add({ id: `wash ${passage.device} ${passage.time}`, kind: "wash", from_ms: Date.parse(passage.time), tone: "notice", passage });
  for (const passage of history.gate_passages) add({ id: `gate ${passage.device} ${passage.time}`, kind: "gate", from_ms: Date.parse(passage.time), tone: "good", passage });
  for (const gap of history.gaps) add({ id: `gap ${gap.start}`, kind: "gap", from_ms: Date.parse(gap.start), to_ms: Date.parse(gap.end), tone: "muted", gap });
  return found.sort((a, b) => a.from_ms - b.from_ms);
}

/** Return the mass that the trips carried: as weighed, else as the truck's own sensor told; null where nothing is known. */
export function carried_kg(trips: readonly Trip[]): number | null {
  const known = trips.map((trip) => trip.weighed_kg ?? trip.load_kg).filter((mass) => mass !== null);
  return known.length > 0 ? known.reduce((sum, mass) => sum + mass, 0) : null;
}

/** All that a case's page tells, loaded together: the case, its events, its truck and what lies around it in time. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { stamp } from "../../charts/time";
import type { CaseDetail } from "./case";
import type { Event } from "./findings";
import { readCase } from "./work";

/** A case holds as many events as merged into it; the first ones tell what it is about. */
const EVENTS_MOST = 20;

export interface Vehicle {
  vehicle_id: string;
  plate: string | null;
  company_id: string | null;
  company_name: string | null;
  capacity_kg: number | null;
  tare_kg: number | null;
  terminal_ids: string[];
}

export interface Loaded {
  detail: CaseDetail | null;
  events: Event[];
  vehicle: Vehicle | null;
  failed: unknown;
}

const NOTHING: Loaded = { detail: null, events: [], vehicle: null, failed: null };

const soft = <Answer>(asked: Promise<Answer>): Promise<Answer | null> => asked.catch(() => null);

/** Load a case, and again when its number of change grows. */
export function useCase(case_id: string | null, change_no: number | null = null): [Loaded, (detail: CaseDetail) => void] {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  useEffect(() => {
    if (!case_id) return setLoaded(NOTHING);
    let current = true;
    const put = (more: Partial<Loaded>) => current && setLoaded((before) => ({ ...before, ...more }));
    if (loaded.detail?.case_id !== case_id) setLoaded(NOTHING);
    if (loaded.detail?.case_id === case_id && change_no !== null && loaded.detail.change_no >= change_no) return undefined;
    readCase(case_id).then(
      async (detail) => {
        put({ detail, failed: null });
        const events = detail.events.slice(0, EVENTS_MOST).map((id) => soft(get<Event>(`/v1/events/${id}`)));
        const vehicle = detail.vehicle_id ? soft(get<Vehicle>(`/v1/vehicles/${encodeURIComponent(detail.vehicle_id)}`)) : null;
        put({ events: (await Promise.all(events)).filter((event) => event !== null), vehicle: await vehicle });
      },
      (failed) => put({ failed }),
    );
    return () => {
      current = false;
    };
  }, [case_id, change_no]);
  return [loaded, (detail) => setLoaded((before) => (before.detail?.case_id === detail.case_id ? { ...before, detail } : before))];
}

/** Return the address of a playback about a case. */
export function playbackAddress(vehicle_id: string, from_ms: number, to_ms: number, at_ms?: number): string {
  const query = new URLSearchParams({ vehicle: vehicle_id, from: stamp(from_ms), to: stamp(to_ms) });
  if (at_ms !== undefined) query.set("at", stamp(at_ms));
  return `/console/playback?${query}`;
}

/** All that a case's page tells, loaded together: the case, its events, its truck and what lies around it in time. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { stamp } from "../../charts/time";
import type { CaseDetail } from "./case";
import type { Event } from "./findings";
import { readCase } from "./work";

/** A case holds as many events as merged into it; the first ones tell what it is about. */
const EVENTS_MOST = 20;

export type Vehicle = Schema<"Vehicle">;

export interface Loaded {
  detail: CaseDetail | null;
  events: Event[];
  vehicle: Vehicle | null;
  failed: unknown;
}

const NOTHING: Loaded = { detail: null, events: [], vehicle: null, failed: null };

const soft = <Answer>(asked: Promise<Answer>): Promise<Answer | null> => asked.catch(() => null);

const newer = (held: CaseDetail | null, read: CaseDetail): CaseDetail =>
  held?.case_id === read.case_id && held.change_no > read.change_no ? held : read;

/** Load a case, and again when its number of change grows, or in another round. */
export function useCase(case_id: string | null, change_no: number | null = null, round = 0): [Loaded, (detail: CaseDetail) => void] {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const asked = useRef(round);
  useEffect(() => {
    if (!case_id) return setLoaded(NOTHING);
    let current = true;
    const put = (more: Partial<Loaded>) => current && setLoaded((before) => ({ ...before, ...more }));
    if (loaded.detail?.case_id !== case_id) setLoaded(NOTHING);
    const again = asked.current !== round;
    asked.current = round;
    if (!again && loaded.detail?.case_id === case_id && change_no !== null && loaded.detail.change_no >= change_no) return undefined;
    readCase(case_id).then(
      async (detail) => {
        // What a step's own answer has told meanwhile is newer.
        if (current) setLoaded((before) => ({ ...before, detail: newer(before.detail, detail), failed: null }));
        const events = detail.events.slice(0, EVENTS_MOST).map((id) => soft(get(`/v1/events/${id}`)));
        const vehicle = detail.vehicle_id ? soft(get(`/v1/vehicles/${encodeURIComponent(detail.vehicle_id)}`)) : null;
        put({ events: (await Promise.all(events)).filter((event) => event !== null), vehicle: await vehicle });
      },
      (failed) => put({ failed }),
    );
    return () => {
      current = false;
    };
  }, [case_id, change_no, round]);
  return [loaded, (detail) => setLoaded((before) => (before.detail?.case_id === detail.case_id ? { ...before, detail } : before))];
}

/** Return the address of a playback about a case. */
export function playbackAddress(vehicle_id: string, from_ms: number, to_ms: number, at_ms?: number): string {
  const query = new URLSearchParams({ vehicle: vehicle_id, from: stamp(from_ms), to: stamp(to_ms) });
  if (at_ms !== undefined) query.set("at", stamp(at_ms));
  return `/console/playback?${query}`;
}

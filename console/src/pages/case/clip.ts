/** What a case's map and chart show: its track around the event, loaded once per case and span. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { ApiError } from "../../api/client";
import { readTrack } from "../../track/read";
import type { Track } from "../../track/track";
import { type Case, clipSpan } from "./case";

export interface Clip {
  track: Track | null;
  failed: unknown;
  loading: boolean;
}

/** Load the track around a case; nothing where it is about no truck, or about one that this user may not follow. */
export function useClip(one: Case | null, around_ms: number): Clip {
  const [clip, setClip] = useState<Clip>({ track: null, failed: null, loading: true });
  const key = one && [one.case_id, one.vehicle_id, one.start, one.end, around_ms].join();
  useEffect(() => {
    if (!one?.vehicle_id) return setClip({ track: null, failed: null, loading: false });
    let current = true;
    setClip((before) => ({ ...before, loading: true, failed: null }));
    const span = clipSpan(one, around_ms, serverNow_ms());
    readTrack(one.vehicle_id, span.from_ms, span.to_ms).then(
      (track) => current && setClip({ track, failed: null, loading: false }),
      (error) => current && setClip({ track: null, failed: isHidden(error) ? null : error, loading: false }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  return clip;
}

const isHidden = (error: unknown) => error instanceof ApiError && [403, 404].includes(error.problem.status);

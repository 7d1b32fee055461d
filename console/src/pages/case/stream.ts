/** Changes of cases as they happen: one stream for the console, resumed where it broke, reloaded where it must be. */
import { get, withQuery } from "../../api/client";
import type { Case } from "./case";

export interface Listener {
  onCase: (one: Case) => void;
  /** Too much was missed: load the list again. */
  onResync: () => void;
  onState?: (live: boolean) => void;
}

/** The browser comes back by itself from a broken connection; only a refusal is ours to try again. [ms] */
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000];

/** Listen from a change on; returns how to stop. */
export function listen(last_change_id: string | null, listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let failures = 0;
  let last = last_change_id;
  const open = () => {
    source = new EventSource(withQuery("/v1/cases/stream", { last_event_id: last }));
    source.onopen = () => {
      failures = 0;
      listener.onState?.(true);
    };
    source.addEventListener("case", (message) => {
      last = message.lastEventId || last;
      listener.onCase(JSON.parse(message.data));
    });
    source.addEventListener("resync", (message) => {
      last = message.lastEventId || last;
      listener.onResync();
    });
    source.onerror = () => {
      listener.onState?.(false);
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(again, AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)]);
    };
  };
  // A refused stream is most often an access token that ran out: any request renews it.
  const again = () => get("/v1/session").catch(() => null).then(() => source?.readyState === EventSource.CLOSED && open());
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
}

/**
 * The stream of cases (`GET /v1/cases/stream`): ONE connection of this tab for all who listen, because a browser opens
 * only six to a host.
 *
 * To miss nothing: listen, load the list, then take what comes. A `resync` says that changes were missed: load again.
 */
import { get } from "../api/client";
import type { Case } from "../pages/case/case";
import { waitBefore } from "./backoff";
import { tellState } from "./connection";

export interface CaseListener {
  onCase: (one: Case) => void;
  /** The list is to be loaded anew. */
  onResync: () => void;
}

const PATH = "/v1/cases/stream";
const STREAM = "cases";

const listeners = new Set<CaseListener>();
let source: EventSource | null = null;
let seen: string | null = null;
let tries = 0;
let timer = 0;

function open(): void {
  source = new EventSource(seen === null ? PATH : `${PATH}?last_event_id=${encodeURIComponent(seen)}`);
  source.onopen = () => {
    tries = 0;
    tellState(STREAM, "live");
  };
  source.addEventListener("case", (message: MessageEvent<string>) => {
    seen = message.lastEventId || seen;
    const one = JSON.parse(message.data) as Case;
    for (const listener of [...listeners]) listener.onCase(one);
  });
  source.addEventListener("resync", (message: MessageEvent<string>) => {
    seen = message.lastEventId || null;
    for (const listener of [...listeners]) listener.onResync();
  });
  source.onerror = () => {
    tellState(STREAM, "reconnecting");
    // The browser tries again by itself unless it was refused: then the session may be over.
    if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(again, waitBefore(tries++));
  };
}

function again(): void {
  get("/v1/session").then(
    () => listeners.size && open(),
    () => (timer = listeners.size ? window.setTimeout(again, waitBefore(tries++)) : 0),
  );
}

/** Listen until the returned function is called. */
export function followCases(listener: CaseListener): () => void {
  listeners.add(listener);
  if (!source || source.readyState === EventSource.CLOSED) open();
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    source?.close();
    source = null;
    seen = null;
    clearTimeout(timer);
    tellState(STREAM, null);
  };
}

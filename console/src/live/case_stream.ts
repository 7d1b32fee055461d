/**
 * The stream of cases (`GET /v1/cases/stream`): ONE connection of this tab for all who listen, because a browser opens
 * only six to a host.
 *
 * To miss nothing: listen, load the list once changes are heard of, then take what comes. A `resync` says that changes
 * were missed: load again.
 */
import { get } from "../api/client";
import type { Case } from "../pages/case/case";
import { waitBefore } from "./backoff";
import { tellState } from "./connection";

export interface CaseListener {
  onCase: (one: Case) => void;
  /** The list is to be loaded anew. */
  onResync: () => void;
  /** Changes are heard of from here on, or will not be for a while: a list that is loaded now misses none of them. */
  onLive?: () => void;
}

const PATH = "/v1/cases/stream";
const STREAM = "cases";
/** A list is worth having without its changes, too: it waits so long for them. [ms] */
const GRACE_MS = 1_500;

const listeners = new Set<CaseListener>();
/** Who waits to be live, each with the timer of its grace. */
const waiting = new Map<CaseListener, number>();
/** Who may have loaded a list while no change was heard of. */
const deaf = new Set<CaseListener>();
let source: EventSource | null = null;
let seen: string | null = null;
let tries = 0;
let timer = 0;

function open(): void {
  // Somebody may have come while the next try was waited for: one connection is enough.
  clearTimeout(timer);
  source?.close();
  // Whoever has loaded a list already may miss what happens until this one is open.
  if (seen === null) for (const listener of listeners) if (!waiting.has(listener)) deaf.add(listener);
  source = new EventSource(seen === null ? PATH : `${PATH}?last_event_id=${encodeURIComponent(seen)}`);
  source.onopen = () => {
    tries = 0;
    tellState(STREAM, "live");
    const missed = [...deaf];
    deaf.clear();
    for (const listener of [...waiting.keys()]) begin(listener);
    for (const listener of missed) listener.onResync();
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
    () => listeners.size && source?.readyState !== EventSource.OPEN && open(),
    () => (timer = listeners.size ? window.setTimeout(again, waitBefore(tries++)) : 0),
  );
}

function begin(listener: CaseListener): void {
  clearTimeout(waiting.get(listener));
  waiting.delete(listener);
  if (source?.readyState !== EventSource.OPEN) deaf.add(listener);
  listener.onLive?.();
}

/** Listen until the returned function is called. */
export function followCases(listener: CaseListener): () => void {
  if (!source || source.readyState === EventSource.CLOSED) open();
  listeners.add(listener);
  if (source?.readyState === EventSource.OPEN || !listener.onLive) begin(listener);
  else waiting.set(listener, window.setTimeout(() => begin(listener), GRACE_MS));
  return () => {
    listeners.delete(listener);
    clearTimeout(waiting.get(listener));
    waiting.delete(listener);
    deaf.delete(listener);
    if (listeners.size) return;
    source?.close();
    source = null;
    seen = null;
    clearTimeout(timer);
    tellState(STREAM, null);
  };
}

/** The cases that are not over, kept as they change; the map, the wall and the alerts of every page read them here. */
import { computed, signal } from "@preact/signals";
import { get } from "../api/client";
import { type Case, isEnded } from "../pages/case/case";
import { loadKinds } from "../words/kinds";
import { waitBefore } from "./backoff";
import { followCases } from "./case_stream";
import { joined } from "./joined";

// Marks on a map and rows beside it; the case list has them all.
const MOST = 300;
const OPEN = ["new", "acknowledged", "assigned", "handled", "verified"] as const;

const held = signal<ReadonlyMap<string, Case>>(new Map());
export const casesFailed = signal<unknown>(null);
/** Whether the list was loaded. */
export const casesKnown = signal(false);

/** Critical first, then the newest. */
export const openCases = computed(() =>
  [...held.value.values()].sort((one, other) => other.severity - one.severity || other.opened_at.localeCompare(one.opened_at)),
);

/** The newest first, whatever their severity. */
export const newestCases = computed(() => [...held.value.values()].sort((one, other) => other.opened_at.localeCompare(one.opened_at)));

type Arrival = (one: Case) => void;
const arrivals = new Set<Arrival>();

/** Call back for each case that is opened from now on, until the returned function is called. */
export function onArrival(callback: Arrival): () => void {
  arrivals.add(callback);
  return () => arrivals.delete(callback);
}

/** What was heard of since the list was asked for: the list may be older. */
let heard: Case[] | null = null;
/** Only the answer to the last question counts. */
let asked = 0;
let tries = 0;
let timer = 0;

function take(one: Case): void {
  heard?.push(one);
  const before = held.value.get(one.case_id);
  if (before && before.change_no >= one.change_no) return;
  const after = new Map(held.value);
  if (isEnded(one)) after.delete(one.case_id);
  else after.set(one.case_id, one);
  held.value = after;
  if (!before && one.status === "new" && one.version === 1) arrivals.forEach((call) => call(one));
}

/** Load the list; a screen that nobody attends tries again by itself. */
async function load(): Promise<void> {
  clearTimeout(timer);
  const mine = ++asked;
  heard = [];
  try {
    const { cases } = await get("/v1/cases", { status: OPEN, limit: MOST });
    if (mine !== asked) return;
    held.value = joined(cases, heard);
    casesKnown.value = true;
    casesFailed.value = null;
    tries = 0;
  } catch (error) {
    if (mine !== asked) return;
    casesFailed.value = error;
    timer = window.setTimeout(() => void load(), waitBefore(tries++));
  }
  heard = null;
}

export const loadCases = (): void => void load();

/** Follow the cases in scope until the returned function is called. */
export function followOpenCases(): () => void {
  held.value = new Map();
  casesKnown.value = false;
  casesFailed.value = null;
  loadKinds().catch(() => undefined); // their codes are shown until the next page asks again
  const stop = followCases({ onCase: take, onResync: loadCases, onLive: loadCases });
  return () => {
    stop();
    clearTimeout(timer);
    asked += 1; // an answer that comes yet is somebody else's
    heard = null;
  };
}

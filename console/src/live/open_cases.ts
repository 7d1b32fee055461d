/** The cases that are not over, kept as they change; the map, the wall and the alerts of every page read them here. */
import { computed, signal } from "@preact/signals";
import { get } from "../api/client";
import { type Case, isEnded } from "../pages/case/case";
import { loadKinds } from "../words/kinds";
import { followCases } from "./case_stream";

// Marks on a map and rows beside it; the case list has them all.
const MOST = 300;
const OPEN = ["new", "acknowledged", "assigned", "handled", "verified"];

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

function take(one: Case): void {
  const before = held.value.get(one.case_id);
  if (before && before.change_no >= one.change_no) return;
  const after = new Map(held.value);
  if (isEnded(one)) after.delete(one.case_id);
  else after.set(one.case_id, one);
  held.value = after;
  if (!before && one.status === "new" && one.version === 1) arrivals.forEach((call) => call(one));
}

/** A change that came by the stream while the list was on its way is newer than the list. */
async function load(): Promise<void> {
  try {
    const { cases } = await get<{ cases: Case[] }>("/v1/cases", { status: OPEN, limit: MOST });
    const listed = new Map(cases.map((one) => [one.case_id, one]));
    for (const [id, one] of held.value) if ((listed.get(id)?.change_no ?? -1) < one.change_no && casesKnown.value === false) listed.set(id, one);
    held.value = listed;
    casesKnown.value = true;
    casesFailed.value = null;
  } catch (error) {
    casesFailed.value = error;
  }
}

/** Follow the cases in scope until the returned function is called. */
export function followOpenCases(): () => void {
  held.value = new Map();
  casesKnown.value = false;
  loadKinds().catch(() => undefined); // their codes are shown until the next page asks again
  const stop = followCases({ onCase: take, onResync: () => void load() });
  void load();
  return stop;
}

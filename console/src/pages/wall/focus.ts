/** Which critical case the wall looks at, and for how long. Pure. */
import type { Case } from "../case/case";

/** How long the map stays with one case, and with the whole city between. [ms] */
export const DWELL_MS = 12_000;
const GRAVE = 3;

/** The cases worth a look: critical, with a place, not taken up; newest first. */
export function worthALook(cases: Case[]): Case[] {
  return cases
    .filter((one) => one.severity >= GRAVE && one.position !== null && one.status === "new")
    .sort((one, other) => other.opened_at.localeCompare(one.opened_at));
}

/** The next one after the one that was looked at; null is the whole city, which comes after the last. */
export function nextFocus(candidates: Case[], before: string | null): Case | null {
  const at = candidates.findIndex((one) => one.case_id === before);
  if (before !== null && at < 0) return null;
  return candidates[at + 1] ?? null;
}

/** Items of registers; what differs between two of them is told as of anything that people edit. */
import type { Thing } from "../../lists/changes";

export { changesOf, type Difference, differences, putOver } from "../../lists/changes";

export type Item = Thing & { version?: number };

/** An item of the history, whose places are features, as one flat object. */
export function flat(stored: Record<string, unknown> | null): Item {
  if (stored?.type !== "Feature") return { ...stored };
  return { ...(stored.properties as Item | null), geometry: stored.geometry };
}

/** When a permit holds. */
import { serverNow_ms } from "../../api/clock";

/** Whether its time has come or gone; the status is another matter. */
export function period(permit: { valid_from?: string; valid_to?: string }, now: number = serverNow_ms()): "in_force" | "expired" | "not_yet" {
  if (permit.valid_to && Date.parse(permit.valid_to) <= now) return "expired";
  return permit.valid_from && Date.parse(permit.valid_from) > now ? "not_yet" : "in_force";
}

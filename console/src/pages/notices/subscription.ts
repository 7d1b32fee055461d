/** A subscription as the API has it and as its form holds it. Pure. */
import type { Schema } from "../../api/schema";

export const REASONS = ["opened", "assigned", "unacknowledged", "overdue", "ended"] as const;
export type Reason = Schema<"SubscriptionAnswer">["reasons"][number];
export type Level = Schema<"LevelBody">;
export type Subscription = Schema<"SubscriptionAnswer">;
export type Wanted = Omit<Subscription, "subscription_id" | "created_at" | "updated_at" | "revision">;

export const BLANK: Wanted = {
  name: "", language: "zh", kinds: null, min_severity: 2, district_ids: null, company_ids: null,
  reasons: ["opened", "assigned", "unacknowledged", "overdue"], channel_ids: [], quiet_from: null, quiet_to: null, quiet_passes: 3,
  digest_over: 5, levels: [], repeats: 0, repeat_every_s: 900, enabled: true,
};

/** Levels that the API takes. */
export const LEVELS_MOST = 5;

export const toggled = <Value,>(values: readonly Value[], value: Value): Value[] =>
  values.includes(value) ? values.filter((one) => one !== value) : [...values, value];

/** Return the body to send: nothing chosen means everything, times without seconds, levels by growing time. */
export function body(wanted: Wanted): Wanted {
  const some = (values: string[] | null) => (values?.length ? values : null);
  const clock = (text: string | null) => text?.slice(0, 5) || null;
  const { quiet_from, quiet_to } = wanted;
  const quiet = quiet_from && quiet_to ? { quiet_from: clock(quiet_from), quiet_to: clock(quiet_to) } : { quiet_from: null, quiet_to: null };
  const levels = wanted.levels.filter((level) => level.channel_ids.length > 0).sort((one, other) => one.after_s - other.after_s);
  return { ...pick(wanted), name: wanted.name.trim(), kinds: some(wanted.kinds), district_ids: some(wanted.district_ids), company_ids: some(wanted.company_ids), levels, ...quiet };
}

/** Leave out what the API adds to an answer, which it refuses in an order. */
function pick(wanted: Wanted): Wanted {
  return Object.fromEntries(Object.keys(BLANK).map((name) => [name, wanted[name as keyof Wanted]])) as unknown as Wanted;
}

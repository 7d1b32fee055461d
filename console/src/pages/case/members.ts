/** Members of an event's evidence as people read them: the end of a name says its unit (`_mps`, `_kg`, `_s` ...). */

export type MemberUnit =
  | "speed" | "speed_kmh" | "mass" | "seconds" | "length" | "angle" | "share" | "time" | "hours" | "yes_no" | "count" | "words"
  | "text";

const BY_ENDING: readonly [string, MemberUnit][] = [
  ["_mps", "speed"],
  ["_kmh", "speed_kmh"],
  ["_kg", "mass"],
  ["_kg_above", "mass"],
  ["_share_above", "share"],
  ["_share", "share"],
  ["_deg", "angle"],
  ["_ms", "time"],
  ["_s", "seconds"],
  ["_h", "hours"],
  ["_m", "length"],
];
const SHARES = new Set(["confidence"]);
/** Of the machinery, not of the case. */
const HIDDEN = new Set(["rule_version", "world_version", "counted_on"]);

export function unitOf(name: string, value: unknown): MemberUnit {
  if (typeof value === "boolean") return "yes_no";
  if (typeof value === "number") {
    if (SHARES.has(name)) return "share";
    return BY_ENDING.find(([ending]) => name.endsWith(ending))?.[1] ?? "count";
  }
  return Array.isArray(value) ? "words" : "text";
}

/** Thresholds in force, apart from what was measured. */
const THRESHOLDS = new Set([
  "hold_s", "min_fixes", "above_mps", "severe_above_mps", "lift_above_deg", "lost_share_above", "leave_above_m", "limit_kmh",
  "permitted_kg", "above_share", "over_share", "grace_s", "within_s", "lost_above_kg", "lost_kg_above", "gap_s", "far_m", "patience_s",
  "allowed_s", "rest_s", "deadline_s", "margin_m", "empty_below_kg", "capacity_kg", "sure_within_s", "heavy_share", "gap_share_above",
  "gap_above_kg", "settle_h", "silence_s",
]);

export const isThreshold = (name: string): boolean => THRESHOLDS.has(name);

export interface Member {
  /** Where it stands in the event: `opening.limit_kmh`. */
  path: string;
  name: string;
  value: unknown;
  unit: MemberUnit;
  threshold: boolean;
}

/** Return the members of an event's evidence that say something, in the order in which the rule wrote them. */
export function members(part: "opening" | "closing", values: Record<string, unknown> | null): Member[] {
  return Object.entries(values ?? {})
    .filter(([name, value]) => !HIDDEN.has(name) && value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => ({ path: `${part}.${name}`, name, value, unit: unitOf(name, value), threshold: isThreshold(name) }));
}

/** How the number of a unit is shown: factor, decimals, sign. Durations and times are shown by the caller. */
export const NUMBERS: Partial<Record<MemberUnit, { factor: number; decimals: number; sign: string }>> = {
  speed: { factor: 3.6, decimals: 1, sign: "km/h" },
  speed_kmh: { factor: 1, decimals: 1, sign: "km/h" },
  length: { factor: 1, decimals: 0, sign: "m" },
  angle: { factor: 1, decimals: 1, sign: "°" },
  share: { factor: 100, decimals: 1, sign: "%" },
  hours: { factor: 1, decimals: 1, sign: "h" },
  count: { factor: 1, decimals: 2, sign: "" },
};

/** Return a number in its unit of display. Masses from a tonne on are tonnes. */
export function numberText(value: number, unit: MemberUnit): string {
  const row = unit === "mass" ? massRow(value) : NUMBERS[unit];
  if (!row) return String(value);
  const text = (value * row.factor).toFixed(row.decimals).replace(/\.0+$|(\.\d*?)0+$/, "$1");
  return row.sign === "°" ? `${text}°` : row.sign ? `${text} ${row.sign}` : text;
}

const massRow = (value: number) =>
  Math.abs(value) >= 1000 ? { factor: 0.001, decimals: 2, sign: "t" } : { factor: 1, decimals: 0, sign: "kg" };

/** Thresholds that a chart can show as a line, by the panel that they belong to. */
export function chartThresholds(opening: Record<string, unknown>): { panel: "speed" | "load" | "lift"; value: number; name: string }[] {
  const rows: [panel: "speed" | "load" | "lift", name: string, factor: number][] = [
    ["speed", "limit_kmh", 1],
    ["speed", "above_mps", 3.6],
    ["speed", "severe_above_mps", 3.6],
    ["load", "permitted_kg", 0.001],
    ["load", "empty_below_kg", 0.001],
    ["lift", "lift_above_deg", 1],
  ];
  return rows.flatMap(([panel, name, factor]) => {
    const value = opening[name];
    return typeof value === "number" ? [{ panel, value: value * factor, name }] : [];
  });
}

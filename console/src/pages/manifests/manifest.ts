/** What the API says about a manifest, and what follows from it. No DOM here. */
import type { Schema } from "../../api/schema";
import type { Tone } from "../../design";

export type Manifest = Schema<"ManifestAnswer">;
export type Standing = Manifest["status"];
export type Ending = NonNullable<Manifest["ending"]>;
export type ClosedFigure = Schema<"ManifestFigure">;

export const TONES: Record<Standing, Tone> = { issued: "outline", out: "notice", closed: "good", unclosed: "critical", void: "plain" };
export const ENDING_TONES: Record<Ending, Tone> = { delivered: "good", dumped: "critical", returned: "notice", lost: "warning" };

/** Tell whether the truck unloaded somewhere that its papers do not name. */
export const strays = ({ ending, driven_to, dump_point_id }: Manifest) => ending === "dumped" || (driven_to !== null && driven_to !== dump_point_id);

export const hauledKg = ({ weighed_kg, load_kg }: Manifest) => weighed_kg ?? load_kg;

type Counts = Pick<ClosedFigure, "issued" | "left_site" | "closed" | "unclosed" | "void" | "elsewhere" | "deviated">;

/** Return all rows as one; the share is of what left a site and is not void. */
export function whole(figures: readonly ClosedFigure[]): Counts & { closed_share: number | null } {
  const sum = (name: keyof Counts) => figures.reduce((total, row) => total + row[name], 0);
  const left_site = sum("left_site");
  return {
    issued: sum("issued"), left_site, closed: sum("closed"), unclosed: sum("unclosed"), void: sum("void"), elsewhere: sum("elsewhere"),
    deviated: sum("deviated"), closed_share: left_site ? sum("closed") / left_site : null,
  };
}

/** Minutes that the truck is shown before it left and after it unloaded. */
const AROUND_MS = 5 * 60_000;
/** A load takes an hour; what is still under way after so long is a search, not a look. */
const SPAN_MOST_MS = 12 * 3600_000;

/** Return the time in which the load was driven; null where it has not left. */
export function drivenSpan(one: Manifest, now_ms: number): { from_ms: number; to_ms: number } | null {
  const from = one.left_site_at ?? one.out_at;
  if (from === null) return null;
  const from_ms = Date.parse(from) - AROUND_MS;
  const ends = [one.trip_end, one.in_at].filter((at): at is string => at !== null).map((at) => Date.parse(at) + AROUND_MS);
  return { from_ms, to_ms: Math.min(now_ms, from_ms + SPAN_MOST_MS, Math.max(...(ends.length ? ends : [now_ms]))) };
}

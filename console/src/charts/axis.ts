/** Ticks of a time axis at round local times, and round ends of a value axis. */
import { dayStart } from "./time";

const STEPS_S = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/** Return the round times within a span, at most `most` of them, by the local clock. */
export function ticks(from_ms: number, to_ms: number, most: number): number[] {
  const span_s = (to_ms - from_ms) / 1000;
  const step_ms = (STEPS_S.find((step_s) => span_s / step_s <= most) ?? STEPS_S[STEPS_S.length - 1]!) * 1000;
  const origin_ms = dayStart(from_ms);
  const first_ms = origin_ms + Math.ceil((from_ms - origin_ms) / step_ms) * step_ms;
  const found: number[] = [];
  for (let time_ms = first_ms; time_ms <= to_ms && found.length <= most; time_ms += step_ms) found.push(time_ms);
  return found;
}

/** Return how exact the labels of a span have to be. */
export function labelParts(from_ms: number, to_ms: number): "second" | "minute" | "short" {
  const span_ms = to_ms - from_ms;
  if (span_ms < 10 * 60_000) return "second";
  return span_ms <= 26 * 3_600_000 ? "minute" : "short";
}

/** Return the least round number not below the values: 1, 2, 2.5 or 5 times a power of ten. */
export function roundTop(values: Iterable<number>, least: number): number {
  let top = least;
  for (const value of values) if (value > top) top = value;
  const power = 10 ** Math.floor(Math.log10(top));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((lead) => lead * power).find((round) => round >= top) ?? top;
}

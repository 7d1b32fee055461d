/** Times as people in the city read them: Asia/Shanghai, 24 hours, weeks that begin on Monday. */

/** China keeps one zone and no summer time, which makes days plain arithmetic. */
export const ZONE = "Asia/Shanghai";
const ZONE_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

type Parts = "second" | "minute" | "day" | "full" | "short";

const FORMATS: Record<Exclude<Parts, "short">, Intl.DateTimeFormatOptions> = {
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  minute: { hour: "2-digit", minute: "2-digit" },
  day: { year: "numeric", month: "2-digit", day: "2-digit" },
  full: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

// Swedish writes 2026-05-01 20:10:00, which reads the same in both languages.
const MADE = Object.fromEntries(
  Object.entries(FORMATS).map(([parts, options]) => [
    parts,
    new Intl.DateTimeFormat("sv-SE", { ...options, timeZone: ZONE, hourCycle: "h23" }),
  ]),
) as Record<Exclude<Parts, "short">, Intl.DateTimeFormat>;

/** Return a time as text; a dash for none. */
export function shown(time: number | string | null | undefined, parts: Parts = "full"): string {
  if (time === null || time === undefined) return "–";
  const time_ms = typeof time === "number" ? time : Date.parse(time);
  if (Number.isNaN(time_ms)) return "–";
  // Without a year, Swedish puts the day before the month.
  return parts === "short" ? MADE.full.format(time_ms).slice(5, 16) : MADE[parts].format(time_ms);
}

/** Return when the local day of a time began. */
export function dayStart(time_ms: number): number {
  return Math.floor((time_ms + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
}

/** Return RFC 3339 with the zone's offset, as addresses and the API carry it. */
export function stamp(time_ms: number): string {
  return `${new Date(time_ms + ZONE_MS).toISOString().replace(/\.\d+Z$/, "")}+08:00`;
}

/** Return the local days of a month as rows of seven, Monday first; days of other months are null. */
export function monthDays(year: number, month: number): (number | null)[][] {
  const first_ms = Date.UTC(year, month - 1, 1) - ZONE_MS;
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const blank = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const cells = [...Array<null>(blank).fill(null), ...Array.from({ length: count }, (_, day) => first_ms + day * DAY_MS)];
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** Return the year and month (1-12) that a time lies in. */
export function monthOf(time_ms: number): { year: number; month: number } {
  const local = new Date(time_ms + ZONE_MS);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1 };
}

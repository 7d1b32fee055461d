/** Times as the city reads them: Asia/Shanghai, 24 hours, whatever the computer's own zone is. */
import { serverNow_ms } from "../api/clock";
import { language } from "../i18n";

const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00";
const OFFSET_MS = 8 * 3600_000;

const locale = () => (language.value === "zh" ? "zh-CN" : "en-GB");

type Parts = Intl.DateTimeFormatOptions;

/** Making a formatter costs more than a hundred uses of one. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatted(at: string | number | Date, parts: Parts): string {
  const key = locale() + JSON.stringify(parts);
  let formatter = formatters.get(key);
  if (!formatter) formatters.set(key, (formatter = new Intl.DateTimeFormat(locale(), { timeZone: ZONE, hourCycle: "h23", ...parts })));
  return formatter.format(new Date(at));
}

/** The city's own time as ISO 8601 writes it: no reader takes the day for the month. */
const digits = (at: string | number | Date) => new Date(new Date(at).getTime() + OFFSET_MS).toISOString().replace("T", " ");

/** 14:03:20 */
export const clockTime = (at: string | number | Date) => digits(at).slice(11, 19);
/** 11-22 14:03 */
export const shortTime = (at: string | number | Date) => digits(at).slice(5, 16);
/** 2026-11-22 14:03:20 */
export const fullTime = (at: string | number | Date) => digits(at).slice(0, 19);
/** 2026年11月22日 星期日 */
export const longDay = (at: string | number | Date) => formatted(at, { year: "numeric", month: "long", day: "numeric", weekday: "long" }).replace(/(?<=日)(?=星期)/, " ");
/** 14:03 of today, 11-21 14:03 of another day. */
export const briefTime = (at: string | number | Date) => (digits(at).slice(0, 10) === digits(serverNow_ms()).slice(0, 10) ? digits(at).slice(11, 16) : shortTime(at));

/** The first instant of the city's day, as RFC 3339. */
export function startOfDay(at: number = serverNow_ms()): string {
  const day = new Date(at + OFFSET_MS).toISOString().slice(0, 10);
  return `${day}T00:00:00${OFFSET}`;
}

export function toLocalInput(at: string | null): string {
  return at ? new Date(Date.parse(at) + OFFSET_MS).toISOString().slice(0, 16) : "";
}

export function fromLocalInput(value: string): string | null {
  return value ? `${value.length === 16 ? `${value}:00` : value}${OFFSET}` : null;
}

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [[86_400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];

/** "3min ago", "in 2h". */
export function relativeTime(at: string | number, now: number = serverNow_ms()): string {
  const away_s = Math.round(((typeof at === "number" ? at : Date.parse(at)) - now) / 1000);
  const [unit_s, unit] = STEPS.find(([step_s]) => Math.abs(away_s) >= step_s) ?? [1, "second"];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: language.value === "zh" ? "short" : "narrow" }).format(Math.trunc(away_s / unit_s), unit as Intl.RelativeTimeFormatUnit);
}

const SECONDS = { zh: ["天", "小时", "分", "秒"], en: ["d", "h", "min", "s"] } as const;

/** "2 h 05 min": the two greatest parts of a duration. */
export function duration(seconds: number): string {
  const parts = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const first = parts.findIndex((part) => part > 0);
  const from = first < 0 ? 3 : first;
  return parts.slice(from, from + 2).map((part, at) => `${part} ${SECONDS[language.value][from + at]}`).join(" ");
}

/** A number of a column: always so many decimals, so that points stand below each other. */
export function fixed(value: number, decimals: number): string {
  return value.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A number in the reader's way, with at most so many decimals. */
export function figure(value: number, decimals = 0): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: decimals });
}

/** What an application for a permit is, and how its parts are named. */
import { ApiError } from "../../api/client";
import type { Schema } from "../../api/schema";
import type { Tone } from "../../design";
import { figure, fullTime } from "../../design/time";
import { translator } from "../../i18n";
import { words } from "./application_words";

const t = translator(words);

export type Application = Schema<"Application">;
export type Whole = Schema<"WholeApplication">;
export type Kind = Application["kind"];
export type Status = Application["status"];
export type Content = Application["content"];
export type Place = Schema<"NamedPlace">;
export type Remark = Schema<"Remark">;
export type Difference = Schema<"Difference">;
export type Step = Schema<"ApplicationStep">;
export type Window = NonNullable<Content["windows"]>[number];

export const PATH = "/v1/permit-applications" as const;
export const OPEN: readonly Status[] = ["draft", "submitted", "returned"];
export const TONES: Record<Status, Tone> = { draft: "plain", submitted: "notice", returned: "warning", approved: "good", rejected: "critical", withdrawn: "outline" };
/** A bureau has some days to answer in; what waits longer stands out. */
export const LATE_DAYS = 5;

export const placeName = (place: Place): string => place.name ?? place.id;

/** Whether a value of a member asks for nothing. */
export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** A content without what is empty, as it is sent. */
export const filled = (content: Content): Content => Object.fromEntries(Object.entries(content).filter(([, value]) => !isEmpty(value)));

/** What a change asks to be otherwise than its permit: null takes a member away. */
export function otherwise(content: Content, base: Content): Record<string, unknown> {
  const names = [...new Set([...Object.keys(content), ...Object.keys(base)])] as (keyof Content)[];
  const text = (value: unknown) => JSON.stringify(isEmpty(value) ? null : value);
  return Object.fromEntries(names.filter((name) => text(content[name]) !== text(base[name])).map((name) => [name, isEmpty(content[name]) ? null : content[name]]));
}

export const hours = (windows: Window[] | undefined): string =>
  windows?.map(({ days, from, to }) => `${days ? `${days.map((day) => t(`day_${day}` as "day_1")).join("")} ` : ""}${from}–${to}`).join(t("and")) ?? "";

export function quotaText(content: Content): string {
  const amounts: [number | undefined, "m3" | "t" | "trips"][] = [[content.quota_m3, "m3"], [content.quota_t, "t"], [content.quota_trips, "trips"]];
  return amounts.flatMap(([amount, unit]) => (amount ? [`${figure(amount, 1)} ${t(unit)}`] : [])).join(t("and"));
}

/** A value of a member as people read it. */
export function shown(member: string, value: unknown, names: (id: string) => string = (id) => id): string {
  if (isEmpty(value)) return "–";
  if (member === "windows") return hours(value as Window[]);
  if (member === "valid_from" || member === "valid_to") return fullTime(String(value)).slice(0, -3);
  if (Array.isArray(value)) return value.map((one) => names(String(one))).join(t("and"));
  if (typeof value === "number") return figure(value, 2);
  return typeof value === "object" ? JSON.stringify(value) : names(String(value));
}

const MEMBERS = new Set(Object.keys(words.zh).filter((key) => key.startsWith("member_")).map((key) => key.slice(7)));
export const memberName = (member: string): string => (MEMBERS.has(member) ? t(`member_${member}` as "member_site_id") : member);

/** What a remark says, in a sentence. */
export function remarkText(remark: Remark, names: (id: string) => string): string {
  const key = `remark_${remark.code}`;
  if (!(key in words.zh)) return remark.code;
  const listed = (remark.ids ?? []).slice(0, 8).map(names).join(t("and")) + ((remark.count ?? 0) > 8 ? "…" : "");
  const amount = (value: number | null | undefined) => figure(value ?? 0, 0);
  return t(key as "remark_over", {
    ids: listed, limit: amount(remark.limit_m3), granted: amount(remark.granted_m3), asked: amount(remark.asked_m3), at: remark.at ? fullTime(remark.at).slice(0, 10) : "",
  });
}

export interface Fault {
  field: string | null;
  expected: string;
  got: string;
}

/** What the API found wrong, member by member. */
export const faultsOf = (error: unknown): Fault[] => (error instanceof ApiError && Array.isArray(error.problem.errors) ? (error.problem.errors as Fault[]) : []);

/** The application as somebody else left it, where they were faster. */
export const asLeft = (error: unknown): Whole | null =>
  error instanceof ApiError && error.problem.type === "/problems/permit-application-moved-on" ? ((error.problem.application as Whole | undefined) ?? null) : null;

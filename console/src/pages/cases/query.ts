/** The filters of the inbox, as they stand in the address: whoever gets the link sees the same list. Pure. */
import type { QueryOf, Schema } from "../../api/schema";
import type { CaseStatus } from "../../design";
import { type Case, isOverdue } from "../case/case";

export const VIEWS = ["open", "new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive", "all"] as const;
export type View = (typeof VIEWS)[number];

/** What a view of the list asks for; `open` is what still needs somebody. */
export const STATUSES_OF: Record<View, readonly CaseStatus[]> = {
  open: ["new", "acknowledged", "assigned", "handled", "verified"],
  new: ["new"],
  acknowledged: ["acknowledged"],
  assigned: ["assigned"],
  handled: ["handled"],
  verified: ["verified"],
  closed: ["closed"],
  false_positive: ["false_positive"],
  all: [],
};

export interface Filters {
  view: View;
  kinds: string[];
  min_severity: number;
  district_id: string;
  company_id: string;
  vehicle_id: string;
  /** `me` or a user's name. */
  assignee: string;
  overdue: boolean;
  source: string;
  /** RFC 3339, or empty where it is open. */
  from: string;
  to: string;
  q: string;
}

export const NO_FILTERS: Filters = {
  view: "open", kinds: [], min_severity: 0, district_id: "", company_id: "", vehicle_id: "", assignee: "", overdue: false, source: "",
  from: "", to: "", q: "",
};

const TEXTS = ["district_id", "company_id", "vehicle_id", "assignee", "source", "from", "to", "q"] as const;

/** Read filters from an address; what is no filter is left out. */
export function readFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  const view = given.get("view") as View;
  const severity = Number(given.get("min_severity") ?? 0);
  return {
    ...NO_FILTERS,
    ...Object.fromEntries(TEXTS.map((name) => [name, given.get(name) ?? ""])),
    view: VIEWS.includes(view) ? view : "open",
    kinds: given.getAll("kind"),
    min_severity: [1, 2, 3].includes(severity) ? severity : 0,
    overdue: given.get("overdue") === "true",
  };
}

/** Return the address's query of filters; the case that is open stays in it. */
export function writeFilters(filters: Filters, opened?: string | null): string {
  const query = new URLSearchParams();
  if (filters.view !== "open") query.set("view", filters.view);
  for (const kind of filters.kinds) query.append("kind", kind);
  if (filters.min_severity) query.set("min_severity", String(filters.min_severity));
  if (filters.overdue) query.set("overdue", "true");
  for (const name of TEXTS) if (filters[name]) query.set(name, filters[name]);
  if (opened) query.set("case", opened);
  return query.toString();
}

const interval = (from: string, to: string) => (from || to ? `${from || ".."}/${to || ".."}` : null);

/** Return what the API is asked with. */
export function apiQuery(filters: Filters, me: string): QueryOf<"get", "/v1/cases"> {
  return {
    status: STATUSES_OF[filters.view],
    kind: filters.kinds,
    min_severity: filters.min_severity || null,
    district_id: filters.district_id,
    company_id: filters.company_id,
    vehicle_id: filters.vehicle_id,
    assignee: filters.assignee === "me" ? me : filters.assignee,
    overdue: filters.overdue || null,
    source: filters.source as Schema<"Case">["source"] | "",
    datetime: interval(filters.from, filters.to),
    q: filters.q,
  };
}

/** Return how many filters besides the view are set. */
export const countSet = (filters: Filters): number =>
  filters.kinds.length + TEXTS.filter((name) => filters[name] && !(name === "to" && filters.from)).length +
  Number(filters.min_severity > 0) + Number(filters.overdue);

/** Tell whether a case belongs into the list; `q` is asked of what a row shows. */
export function belongs(one: Case, filters: Filters, me: string, now_ms: number): boolean {
  const statuses = STATUSES_OF[filters.view];
  const assignee = filters.assignee === "me" ? me : filters.assignee;
  const opened_ms = Date.parse(one.opened_at);
  return (
    (statuses.length === 0 || statuses.includes(one.status)) &&
    (filters.kinds.length === 0 || filters.kinds.includes(one.kind)) &&
    one.severity >= filters.min_severity &&
    (!filters.district_id || one.district_id === filters.district_id) &&
    (!filters.company_id || one.company_id === filters.company_id) &&
    (!filters.vehicle_id || one.vehicle_id === filters.vehicle_id) &&
    (!assignee || one.assignee === assignee) &&
    (!filters.overdue || isOverdue(one, now_ms)) &&
    (!filters.source || one.source === filters.source) &&
    (!filters.from || opened_ms >= Date.parse(filters.from)) &&
    (!filters.to || opened_ms < Date.parse(filters.to)) &&
    (!filters.q || holds(one, filters.q))
  );
}

function holds(one: Case, text: string): boolean {
  const sought = text.trim().toLowerCase();
  return [one.case_no, one.plate, one.vehicle_id, one.company_name, one.subject_id].some((value) => value?.toLowerCase().includes(sought));
}

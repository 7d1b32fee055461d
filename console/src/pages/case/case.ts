/** A case as the API gives it out, and what follows from it without asking anybody. Pure. */
import type { CaseStatus } from "../../design";

export interface Point {
  type: "Point";
  coordinates: [number, number];
}

export interface Case {
  case_id: string;
  case_no: string;
  kind: string;
  severity: number;
  status: CaseStatus;
  version: number;
  source: "event" | "hotline" | "patrol" | "inbox";
  vehicle_id: string | null;
  plate: string | null;
  company_id: string | null;
  company_name: string | null;
  district_id: string | null;
  subject_kind: string | null;
  subject_id: string | null;
  position: Point | null;
  start: string;
  end: string | null;
  opened_at: string;
  due_at: string | null;
  extended: boolean;
  overdue: boolean;
  assignee: string | null;
  assignee_name: string | null;
  events: string[];
  comment_required: boolean;
  paged: boolean;
  updated_at: string;
  change_no: number;
}

export type StepName =
  | "acknowledge" | "assign" | "extend" | "handle" | "verify" | "close" | "send_back" | "false_positive" | "comment"
  | "reopen" | "call_back" | "confirm_vehicle";

export interface CaseStep {
  step_no: number;
  at: string;
  by: string | null;
  by_name: string | null;
  step: string;
  from_status: CaseStatus | null;
  to_status: CaseStatus;
  comment: string | null;
  detail: Record<string, unknown> | null;
  photos: string[];
}

export interface CaseDetail extends Case {
  steps: CaseStep[];
  allowed_steps: string[];
  description?: string | null;
  reported_plate?: string | null;
  contact?: string | null;
  reference?: string | null;
  candidates?: Candidate[];
}

/** A truck that was near the place of a report at about its time. */
export interface Candidate {
  vehicle_id: string;
  plate: string | null;
  distance_m: number;
  at: string;
  position: Point;
}

export interface StepOrder {
  step: string;
  expected_version: number;
  comment?: string;
  assignee?: string;
  due_at?: string;
  reason?: string;
  satisfaction?: number;
  vehicle_id?: string;
  photos?: string[];
}

const ENDED: ReadonlySet<CaseStatus> = new Set(["closed", "false_positive"]);

export const isEnded = (one: Case): boolean => ENDED.has(one.status);

/** Return the seconds left until a case is due, negative when they are over; null for one that has ended. */
export function left_s(one: Case, now_ms: number): number | null {
  return isEnded(one) || one.due_at === null ? null : (Date.parse(one.due_at) - now_ms) / 1000;
}

/** Tell whether a case is overdue now: its flag is as old as the answer it came in. */
export function isOverdue(one: Case, now_ms: number): boolean {
  const rest_s = left_s(one, now_ms);
  return rest_s === null ? one.overdue && !isEnded(one) : rest_s < 0;
}

/** Return the span of a case's track that is worth seeing: some minutes before it and after. */
export function clipSpan(one: Pick<Case, "start" | "end">, around_ms = 600_000, now_ms = Infinity) {
  const start_ms = Date.parse(one.start);
  const end_ms = one.end === null ? start_ms : Date.parse(one.end);
  return { from_ms: start_ms - around_ms, to_ms: Math.max(Math.min(end_ms + around_ms, now_ms), start_ms + 1000) };
}

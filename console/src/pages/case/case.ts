/** A case as the API gives it out, and what follows from it without asking anybody. Pure. */
import type { Schema } from "../../api/schema";
import type { CaseStatus } from "../../design";

export type Case = Schema<"Case">;
export type StepName = Schema<"OneStepOrder">["step"];
export type CaseStep = Schema<"CaseStep">;
export type CaseDetail = Schema<"WholeCase">;
/** A truck that was near the place of a report at about its time. */
export type Candidate = Schema<"CaseCandidate">;
export type StepOrder = Schema<"OneStepOrder">;

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

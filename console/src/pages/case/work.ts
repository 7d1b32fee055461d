/** Taking steps: what is sent, and what comes back when somebody else was faster. */
import { ApiError, get, post } from "../../api/client";
import type { CaseDetail, StepOrder } from "./case";

export type Outcome = { taken: CaseDetail } | { moved: CaseDetail };

export const readCase = (case_id: string): Promise<CaseDetail> => get<CaseDetail>(`/v1/cases/${encodeURIComponent(case_id)}`);

/** Take a step. Somebody else's step in between is no error: the case as it now is comes back. Throws `ApiError`. */
export async function takeStep(case_id: string, order: StepOrder): Promise<Outcome> {
  try {
    return { taken: await post<CaseDetail>(`/v1/cases/${encodeURIComponent(case_id)}/steps`, order) };
  } catch (error) {
    if (!isMovedOn(error)) throw error;
    const now = (error as ApiError).problem.case as CaseDetail | undefined;
    return { moved: now ?? (await readCase(case_id)) };
  }
}

export const isMovedOn = (error: unknown): boolean => error instanceof ApiError && /case-moved-on$/.test(error.problem.type);

export interface BulkResult {
  case_id: string;
  ok: boolean;
  case?: CaseDetail;
  problem?: { type: string; title: string; detail?: string };
}

export const takeSteps = async (case_ids: string[], order: Omit<StepOrder, "expected_version">): Promise<BulkResult[]> =>
  (await post<{ results: BulkResult[] }>("/v1/cases/steps", { case_ids, ...order })).results;

/** Send one photo; the answer is its id. */
export async function sendPhoto(file: File): Promise<string> {
  const form = new FormData();
  form.append("photo", file);
  return (await post<{ photo_id: string }>("/v1/photos", form)).photo_id;
}

export const photoAddress = (photo_id: string, size: "full" | "thumbnail" = "full"): string =>
  `/v1/photos/${encodeURIComponent(photo_id)}?size=${size}`;

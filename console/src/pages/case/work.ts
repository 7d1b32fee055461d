/** Taking steps: what is sent, and what comes back when somebody else was faster. */
import { ApiError, get, post } from "../../api/client";
import type { Schema } from "../../api/schema";
import type { CaseDetail, StepOrder } from "./case";

export type Outcome = { taken: CaseDetail } | { moved: CaseDetail };

export const readCase = (case_id: string): Promise<CaseDetail> => get(`/v1/cases/${encodeURIComponent(case_id)}`);

/** Take a step. Somebody else's step in between is no error: the case as it now is comes back. Throws `ApiError`. */
export async function takeStep(case_id: string, order: StepOrder): Promise<Outcome> {
  try {
    return { taken: await post(`/v1/cases/${encodeURIComponent(case_id)}/steps`, order) };
  } catch (error) {
    if (!isMovedOn(error)) throw error;
    const now = (error as ApiError).problem.case as CaseDetail | undefined;
    return { moved: now ?? (await readCase(case_id)) };
  }
}

export const isMovedOn = (error: unknown): boolean => error instanceof ApiError && /case-moved-on$/.test(error.problem.type);

export type BulkResult = Schema<"BulkResult">;

export const takeSteps = async (case_ids: string[], order: Omit<Schema<"BulkStepOrder">, "case_ids">): Promise<BulkResult[]> =>
  (await post("/v1/cases/steps", { case_ids, ...order })).results;

/** Send one photo; the answer is its id. */
export async function sendPhoto(file: File): Promise<string> {
  const form = new FormData();
  form.append("photo", file);
  return (await post("/v1/photos", form)).photo_id;
}

export const photoAddress = (photo_id: string, size: "full" | "thumbnail" = "full"): string =>
  `/v1/photos/${encodeURIComponent(photo_id)}?size=${size}`;

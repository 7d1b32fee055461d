/** What the API says when it does not do what was asked: a problem (RFC 9457). */

export interface Problem {
  type: string;
  status: number;
  title: string;
  detail?: string;
  [fact: string]: unknown;
}

export class ApiError extends Error {
  constructor(public readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

/** Tell whether there is no such thing, or none that this user may see. */
export const isGone = (error: unknown): boolean => error instanceof ApiError && error.problem.status === 404;

/** Return the problem that an answer tells; one that something between us and the API gave tells its status alone. */
export async function problemOf(answer: Response): Promise<ApiError> {
  const unknown = { type: "about:blank", status: answer.status, title: answer.statusText };
  return new ApiError(await answer.json().catch(() => unknown));
}

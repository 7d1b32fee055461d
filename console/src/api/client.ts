/** Requests to the API: the console's cookie says who asks; every error is a problem (RFC 9457). */
import { language } from "../i18n";
import { refreshed } from "./refresh";

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

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** Return the path with its query; empty values are left out, lists are repeated. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") parameters.append(name, String(one));
    }
  }
  return parameters.size ? `${path}?${parameters}` : path;
}

function ask(method: string, path: string, body: unknown): Promise<Response> {
  const raw = body instanceof FormData || body instanceof Blob;
  return fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      "accept-language": language.value === "zh" ? "zh-CN" : "en",
      ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
}

const ofSession = (path: string) => path.startsWith("/v1/session/") || path === "/v1/session";

/** What to do when the session is over; the shell shows the login page. */
export const session = { onEnd: () => {} };

/**
 * Return what the API answers. An access token that ran out is renewed once, unseen by the page.
 *
 * Throws `ApiError` for a problem that the API tells, `TypeError` when it cannot be reached.
 */
export async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  let answer = await ask(method, path, body);
  if (answer.status === 401 && !(ofSession(path) && method !== "GET")) {
    if (await refreshed()) answer = await ask(method, path, body);
    if (answer.status === 401) session.onEnd();
  }
  if (!answer.ok) {
    const unknown = { type: "about:blank", status: answer.status, title: answer.statusText };
    throw new ApiError(await answer.json().catch(() => unknown));
  }
  return answer;
}

/** Return the JSON of an answer; fails as `answered` does. */
export async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await answered(method, path, body);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

export const get = <Answer>(path: string, query?: Query) => request<Answer>("GET", withQuery(path, query));
export const post = <Answer>(path: string, body?: unknown) => request<Answer>("POST", path, body ?? {});
export const put = <Answer>(path: string, body: unknown) => request<Answer>("PUT", path, body);
export const patch = <Answer>(path: string, body: unknown) => request<Answer>("PATCH", path, body);
export const remove = <Answer>(path: string) => request<Answer>("DELETE", path);

/** Requests to the API: the console's cookie says who asks; every error is a problem (RFC 9457). */
import { language } from "../i18n";
import { setBy } from "./clock";
import { problemOf } from "./problem";
import { refreshed } from "./refresh";
import type { AnswerOf, BodyOf, Known, PathOf, QueryOf, Verb } from "./schema";

export { ApiError, isGone, type Problem } from "./problem";

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

async function ask(method: string, path: string, body: unknown): Promise<Response> {
  const raw = body instanceof FormData || body instanceof Blob;
  const sent_ms = Date.now();
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      "accept-language": language.value === "zh" ? "zh-CN" : "en",
      ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
  setBy(answer, sent_ms);
  return answer;
}

const ofSession = (path: string) => path.startsWith("/v1/session/") || path === "/v1/session";

/** What to do when the session is over, and whether it is already; the shell asks for the password again. */
export const session = { onEnd: () => {}, isOver: () => false };

/**
 * Return what the API answers. An access token that ran out is renewed once, unseen by the page.
 *
 * Throws `ApiError` for a problem that the API tells, `TypeError` when it cannot be reached.
 */
export async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  let answer = await ask(method, path, body);
  if (answer.status === 401 && !(ofSession(path) && method !== "GET")) {
    if (!session.isOver() && (await refreshed())) answer = await ask(method, path, body);
    if (answer.status === 401) session.onEnd();
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/** Return the JSON of an answer of a path that is put together; fails as `answered` does. */
export async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await answered(method, path, body);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

type Given<Of extends Verb, Path extends string> = [BodyOf<Of, Path>] extends [undefined] ? [body?: undefined] : [body: BodyOf<Of, Path>];

/** Return what a path of the API answers. Path, query, body and answer are those of the API's own description. */
export function get<const Path extends PathOf<"get">>(path: Path & Known<Path>, query?: QueryOf<"get", Path>): Promise<AnswerOf<"get", Path>> {
  return request("GET", withQuery(path, query));
}
/** Return the page that another one names as its `next`: `follow<"/v1/cases">(page.next)`. */
export const follow = <Path extends PathOf<"get">>(link: string): Promise<AnswerOf<"get", Path>> => request("GET", link);

export function post<const Path extends PathOf<"post">>(path: Path & Known<Path>, ...[body]: Given<"post", Path>): Promise<AnswerOf<"post", Path>> {
  return request("POST", path, body ?? {});
}
export function put<const Path extends PathOf<"put">>(path: Path & Known<Path>, ...[body]: Given<"put", Path>): Promise<AnswerOf<"put", Path>> {
  return request("PUT", path, body);
}
export function patch<const Path extends PathOf<"patch">>(path: Path & Known<Path>, ...[body]: Given<"patch", Path>): Promise<AnswerOf<"patch", Path>> {
  return request("PATCH", path, body);
}
export function remove<const Path extends PathOf<"delete">>(path: Path & Known<Path>): Promise<AnswerOf<"delete", Path>> {
  return request("DELETE", path);
}

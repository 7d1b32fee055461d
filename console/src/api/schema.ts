/** The API's own description as types: what a path answers, what it takes, and the things in both by their names. */
import type { components, paths } from "./schema.d";

/** A thing of answers or requests, by its name in the description. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Verb = "get" | "post" | "put" | "patch" | "delete";

/** `/v1/cases/{case_id}` as it stands in a request: with any text in the place of a name. */
type Written<Path extends string> = Path extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Written<After>}` : Path;

type Same<One, Other> = [One, Other] extends [Other, One] ? true : false;

/** The described path that a written one is; never for one that is not described. */
type Described<Path extends string> = Path extends string ? { [Each in keyof paths]: Same<Written<Each>, Path> extends true ? Each : never }[keyof paths] : never;

type Operation<Of extends Verb, Path extends string> = Described<Path> extends infer Each extends keyof paths ? NonNullable<paths[Each][Of]> : never;

/** The paths of a verb as they may be written. */
export type PathOf<Of extends Verb> = { [Each in keyof paths]: paths[Each][Of] extends object ? Written<Each> : never }[keyof paths];

/** Nothing but a described path: one with more behind it would pass for `PathOf`, as any text may stand for a name. */
export type Known<Path extends string> = [Described<Path>] extends [never] ? never : unknown;

// What is empty is left out of a request.
type Asked<Value> = Value | null | "" | (NonNullable<Value> extends (infer One)[] ? readonly One[] | One : never);

/** What may be asked of a path. */
export type QueryOf<Of extends Verb, Path extends string> =
  Operation<Of, Path> extends { parameters: { query?: infer Query } } ? { [Name in keyof Query]?: Asked<Query[Name]> } : never;

type Sent<Content> = Content extends { "application/json": infer Body } ? Body : Content extends { "multipart/form-data": unknown } ? FormData : never;

/** What is sent to a path; undefined where that is nothing. */
export type BodyOf<Of extends Verb, Path extends string> =
  Operation<Of, Path> extends { requestBody?: infer Body } ? ([NonNullable<Body>] extends [{ content: infer Content }] ? Sent<Content> : undefined) : undefined;

type Told<Answer> = Answer extends { content: { "application/json": infer Body } } ? Body : undefined;

/** What a path answers when all is well; undefined where that is nothing. */
export type AnswerOf<Of extends Verb, Path extends string> =
  Operation<Of, Path> extends { responses: infer Answers } ? Told<Answers[keyof Answers]> : never;

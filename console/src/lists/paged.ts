/** A list that the API gives page by page: what it holds now, and how to turn the page. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Query, request, withQuery } from "../api/client";
import type { AnswerOf, Known, PathOf, QueryOf } from "../api/schema";

export interface Paged<Row> {
  rows: Row[];
  /** Counts from 1. */
  page: number;
  next: boolean;
  loading: boolean;
  error: unknown;
  onPage: (page: number) => void;
  reload: () => void;
}

type RowOf<Path extends string, Member> = Member extends keyof AnswerOf<"get", Path> ? (AnswerOf<"get", Path>[Member] extends (infer Row)[] ? Row : never) : never;

/** Follow a list: `usePaged("/v1/manifests", "manifests", { status })`. Another query begins again at the first page. */
export function usePaged<const Path extends PathOf<"get">, const Member extends keyof AnswerOf<"get", Path> & string>(
  path: Path & Known<Path>, member: Member, query?: QueryOf<"get", Path>,
): Paged<RowOf<Path, Member>>;
export function usePaged<Row>(path: string, member: string, query: Query = {}): Paged<Row> {
  return usePages(path, member, query);
}

/** Follow a list whose path is put together, as those of the registers are. */
export function usePages<Row>(path: string, member: string, query: Query = {}): Paged<Row> {
  const first = withQuery(path, query);
  const links = useRef<string[]>([first]);
  const [at, turn] = useState({ first, page: 1, asked: 0 });
  const [got, keep] = useState<{ rows: Row[]; next: string | null; error: unknown }>({ rows: [], next: null, error: null });
  const [loading, load] = useState(true);
  if (at.first !== first) {
    links.current = [first];
    turn({ first, page: 1, asked: 0 });
  }
  useEffect(() => {
    let current = true;
    load(true);
    request<Record<string, unknown>>("GET", links.current[at.page - 1] ?? first).then(
      (answer) => current && (keep({ rows: answer[member] as Row[], next: (answer.next as string | null) ?? null, error: null }), load(false)),
      (error) => current && (keep({ rows: [], next: null, error }), load(false)),
    );
    return () => {
      current = false;
    };
  }, [at]);
  const onPage = useCallback((page: number) => {
    keep((had) => {
      if (had.next && page === links.current.length + 1) links.current.push(had.next);
      return had;
    });
    turn((was) => ({ ...was, page }));
  }, []);
  const reload = useCallback(() => turn((was) => ({ ...was, asked: was.asked + 1 })), []);
  return { rows: got.rows, page: at.page, next: got.next !== null, loading, error: got.error, onPage, reload };
}

interface Answered<Answer> {
  answer: Answer | null;
  error: unknown;
  reload: () => void;
}

/** Follow one answer: `useAnswer("/v1/manifests/figures", { by })`; null asks nothing, another `round` asks again. */
export function useAnswer<const Path extends PathOf<"get">>(path: (Path & Known<Path>) | null, query?: QueryOf<"get", Path>, round?: unknown): Answered<AnswerOf<"get", Path>>;
export function useAnswer<Answer>(path: string | null, query: Query = {}, round: unknown = 0): Answered<Answer> {
  const whole = path === null ? null : withQuery(path, query);
  const [asked, ask] = useState(0);
  const [got, keep] = useState<{ answer: Answer | null; error: unknown }>({ answer: null, error: null });
  useEffect(() => {
    let current = true;
    if (whole === null) keep({ answer: null, error: null });
    else
      request<Answer>("GET", whole).then(
        (answer) => current && keep({ answer, error: null }),
        (error) => current && keep({ answer: null, error }),
      );
    return () => {
      current = false;
    };
  }, [whole, asked, round]);
  return { ...got, reload: useCallback(() => ask((count) => count + 1), []) };
}

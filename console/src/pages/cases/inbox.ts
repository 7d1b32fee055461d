/** The inbox's list kept up to date: loaded by its filters, then changed by the stream; resync loads it again. */
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { follow, get } from "../../api/client";
import type { CaseStatus } from "../../design";
import { followCases } from "../../live/case_stream";
import { user } from "../../session/session";
import type { Case } from "../case/case";
import { changed, EMPTY, type List, loaded, revealed, tidied, withPage } from "./list";
import { apiQuery, belongs, type Filters } from "./query";

/** Rows of a page: two screens of a desk. */
const LIMIT = 60;
/** Changes come in bursts; the counts of the tabs follow them after this. [ms] */
const COUNT_AFTER_MS = 400;

export interface Inbox {
  list: List;
  counts: Partial<Record<CaseStatus, number>>;
  failed: unknown;
  put: (one: Case) => void;
  reveal: () => void;
  tidy: (keep: string | null) => void;
  more: () => void;
  reload: () => void;
}

export function useInbox(filters: Filters, isReading: () => boolean): Inbox {
  const [list, setList] = useState<List>(EMPTY);
  const [counts, setCounts] = useState<Inbox["counts"]>({});
  const [failed, fail] = useState<unknown>(null);
  const [loads, setLoads] = useState(0);
  const me = user.value?.name ?? "";
  const query = apiQuery(filters, me);
  const key = JSON.stringify(query);
  const counting = useRef(0);
  const shown = useRef("");

  const put = (one: Case) => setList((before) => changed(before, one, belongs(one, filters, me, serverNow_ms()), isReading()));
  const count = () => {
    clearTimeout(counting.current);
    counting.current = setTimeout(() => {
      get("/v1/cases", { ...query, limit: 1 }).then((page) => shown.current === key && setCounts(page.counts), () => {});
    }, COUNT_AFTER_MS) as unknown as number;
  };
  useEffect(() => {
    let current = true;
    // Changes that come while the list is on its way would be overwritten by it.
    let early: Case[] | null = [];
    fail(null);
    // The same list loaded anew stays under the eyes, and keys, of who reads it.
    if (shown.current !== key) setList(EMPTY);
    shown.current = key;
    const load = () => get("/v1/cases", { ...query, limit: LIMIT }).then((page) => {
      if (!current) return;
      setList(loaded(page.cases, page.next));
      setCounts(page.counts);
      const missed = early ?? [];
      early = null;
      missed.forEach(put);
    }, (error) => current && fail(error));
    const stop = followCases({
      onCase: (one) => (early ? void early.push(one) : put(one), count()),
      onResync: () => setLoads((before) => before + 1),
      onLive: () => void load(),
    });
    return () => {
      current = false;
      clearTimeout(counting.current);
      stop();
    };
  }, [key, loads]);

  const more = () => {
    if (!list.next) return;
    // A page of the list that was asked for, not of another one that is shown by then.
    follow<"/v1/cases">(pathOf(list.next)).then(
      (page) => shown.current === key && setList((before) => (before.next === list.next ? withPage(before, page.cases, page.next) : before)),
      (error) => shown.current === key && fail(error),
    );
  };
  return {
    list, counts, failed, put, more,
    reveal: () => setList(revealed),
    tidy: (keep) => setList((before) => tidied(before, keep)),
    reload: () => setLoads((before) => before + 1),
  };
}

/** A link of the API is an address of this host or a path; only its path is asked. */
function pathOf(link: string): string {
  const { pathname, search } = new URL(link, location.origin);
  return pathname + search;
}

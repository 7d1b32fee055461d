/** One item being edited: as it was read, as it is drafted, and what the API says of saving it. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, request, withQuery } from "../../api/client";
import { language } from "../../i18n";
import { changesOf, type Item, itemPath, putOver, type Register } from "./description";

export interface Fault {
  /** Of what was expected; never changes. */
  code: string;
  item: string | null;
  field: string | null;
  row: number | null;
  expected: string;
  got: string;
  expected_zh: string;
  got_zh: string;
}

/** What was expected, in the page's language. */
export const expectedOf = (fault: Fault): string => (language.value === "zh" ? fault.expected_zh : fault.expected);

/** What came instead, likewise; a value stays what it is. */
export const gotOf = (fault: Fault): string => (language.value === "zh" ? fault.got_zh : fault.got);

export interface Editing {
  /** null until it is read. */
  before: Item | null;
  draft: Item;
  changed: Item;
  error: unknown;
  faults: Fault[];
  /** The item as somebody else made it meanwhile. */
  now: Item | null;
  busy: boolean;
  set: (name: string, value: unknown) => void;
  save: (reason: string) => Promise<Item | null>;
  retire: (reason: string) => Promise<boolean>;
  /** Go on from the item as it is now, in the named members with what it says. */
  settle: (theirs: ReadonlySet<string>) => void;
  reset: () => void;
  /** Read it anew; what was drafted goes. */
  reload: () => void;
}

export const faultsOf = (error: unknown): Fault[] => (error instanceof ApiError ? ((error.problem.errors as Fault[] | undefined) ?? []) : []);

const status = (error: unknown): number => (error instanceof ApiError ? error.problem.status : 0);
// Somebody was faster: 412 names another version, 428 none, 409 an id that is taken.
const FASTER = new Set([412, 428]);

const EMPTY: Item = {};
/** What is not said is WGS 84; not every register has positions to say it of. */
const system = (crs: string) => (crs === "wgs84" ? {} : { crs });

/**
 * Edit an item; null makes a new one.
 *
 * @param crs Of the positions that are read and written, as the map shows them.
 */
export function useItem(register: Register, id: string | null, crs: string = "wgs84", start: Item = EMPTY): Editing {
  const [before, keep] = useState<Item | null>(id === null ? EMPTY : null);
  const [draft, edit] = useState<Item>(start);
  const [now, meanwhile] = useState<Item | null>(null);
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const read = useCallback(() => request<Item>("GET", withQuery(itemPath(register, id ?? ""), system(crs))), [register.name, id, crs]);
  const load = useCallback(() => {
    fail(null);
    if (id === null) return void (keep(EMPTY), edit(start));
    read().then((item) => (keep(item), edit(item)), fail);
  }, [read]);
  useEffect(load, [load]);

  const tried = async <Answer>(doing: () => Promise<Answer>): Promise<Answer | null> => {
    work(true);
    fail(null);
    try {
      return await doing();
    } catch (problem) {
      if (id !== null && FASTER.has(status(problem))) await read().then(meanwhile, fail);
      else fail(problem);
      return null;
    } finally {
      work(false);
    }
  };
  const changed = before ? changesOf(before, draft) : EMPTY;
  const save = (reason: string) =>
    tried(async () => {
      const query = { reason: reason.trim(), ...system(crs) };
      // What did not change is not sent: a position that went to a shifted map and back is not quite what it was.
      const saved = id === null
        ? await request<Item>("POST", withQuery(`/v1/${register.name}`, query), draft)
        : await request<Item>("PATCH", withQuery(itemPath(register, id), query), { ...changed, version: before?.version });
      keep(saved);
      edit(saved);
      return saved;
    });
  const retire = async (reason: string) =>
    (await tried(async () => (await request("DELETE", withQuery(itemPath(register, id ?? ""), { reason: reason.trim(), version: before?.version })), true))) ?? false;
  const settle = (theirs: ReadonlySet<string>) => {
    if (!now || !before) return;
    edit(putOver(before, now, draft, theirs));
    keep(now);
    meanwhile(null);
  };
  const set = useCallback((name: string, value: unknown) => edit((was) => ({ ...was, [name]: value })), []);
  const reset = () => (fail(null), meanwhile(null), before && edit(id === null ? start : before));
  return { before, draft, changed, error, faults: faultsOf(error), now, busy, set, save, retire, settle, reset, reload: load };
}

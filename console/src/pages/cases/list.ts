/** What the inbox holds, and what a change does to it. Pure: the reader's rows never move unless the reader asks.
 *
 * A case that is new to the list waits in `waiting` (the "3 new" pill) while somebody reads; a case that no longer belongs
 * stays where it is, `gone`, until the list is tidied, so that nothing slides under the pointer.
 */
import { type Case, isOverdue } from "../case/case";

export interface List {
  rows: Case[];
  waiting: Case[];
  gone: ReadonlySet<string>;
  next: string | null;
  loaded: boolean;
}

export const EMPTY: List = { rows: [], waiting: [], gone: new Set(), next: null, loaded: false };

/** Rows that a browser holds at once: an hour's scrolling; older ones are found by filters. */
export const MOST = 1000;

const byOpening = (a: Case, b: Case) => b.opened_at.localeCompare(a.opened_at) || b.case_no.localeCompare(a.case_no);

export function loaded(rows: Case[], next: string | null): List {
  return { rows, waiting: [], gone: new Set(), next, loaded: true };
}

export function withPage(list: List, rows: Case[], next: string | null): List {
  const known = new Set(list.rows.map((row) => row.case_id));
  const whole = [...list.rows, ...rows.filter((row) => !known.has(row.case_id))];
  return { ...list, rows: whole.slice(0, MOST), next: whole.length >= MOST ? null : next };
}

/** Return the list after a change of a case. */
export function changed(list: List, one: Case, is_wanted: boolean, is_reading: boolean): List {
  const at = list.rows.findIndex((row) => row.case_id === one.case_id);
  if (at >= 0) return replaced(list, at, one, is_wanted);
  const waiting = list.waiting.filter((row) => row.case_id !== one.case_id);
  if (!is_wanted || isBelowTheList(list, one)) return { ...list, waiting };
  const more = { ...list, waiting: [one, ...waiting].slice(0, MOST) };
  return is_reading ? more : revealed(more);
}

/** A case older than the last row belongs to a page that is not loaded yet. */
function isBelowTheList(list: List, one: Case): boolean {
  const last = list.rows[list.rows.length - 1];
  return list.next !== null && last !== undefined && byOpening(one, last) > 0;
}

function replaced(list: List, at: number, one: Case, is_wanted: boolean): List {
  if (list.rows[at]!.change_no > one.change_no) return list;
  const gone = new Set(list.gone);
  if (is_wanted) gone.delete(one.case_id);
  else gone.add(one.case_id);
  return { ...list, rows: list.rows.with(at, one), gone };
}

/** Show what waited, in its place. */
export function revealed(list: List): List {
  return { ...list, rows: [...list.waiting, ...list.rows].sort(byOpening).slice(0, MOST), waiting: [] };
}

/** Take out what no longer belongs, but for the case that somebody has open. */
export function tidied(list: List, keep: string | null): List {
  return {
    ...list,
    rows: list.rows.filter((row) => !list.gone.has(row.case_id) || row.case_id === keep),
    gone: new Set([...list.gone].filter((id) => id === keep)),
  };
}

/** Return the id so many rows on; the first or last where there is no such row. */
export function stepped(list: List, from: string | null, by: number): string | null {
  const at = list.rows.findIndex((row) => row.case_id === from);
  if (at < 0) return list.rows[0]?.case_id ?? null;
  return list.rows[Math.min(list.rows.length - 1, Math.max(0, at + by))]!.case_id;
}

/** Return cases in the order in which they should be taken up: late ones, then those nobody has, gravest first, soonest due first. */
export function mostUrgent(cases: readonly Case[], now_ms: number): Case[] {
  const rank = (one: Case) => [isOverdue(one, now_ms) ? 0 : 1, one.status === "new" ? 0 : 1, -one.severity, one.due_at === null ? Infinity : Date.parse(one.due_at)];
  const ranked = cases.map((one) => ({ one, by: rank(one) }));
  ranked.sort((a, b) => a.by.map((value, at) => Math.sign(value - (b.by[at] as number)) || 0).find((way) => way !== 0) ?? 0);
  return ranked.map(({ one }) => one);
}

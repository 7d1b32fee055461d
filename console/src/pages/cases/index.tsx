/** The inbox: the duty officer's page. List at the left, the open case at the right, keys for everything. */
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button, Empty, ErrorNote, Skeleton, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { writing } from "../case/keys";
import type { Case } from "../case/case";
import { loadKinds } from "../../words/kinds";
import { Bulk } from "./bulk";
import { FilterBar } from "./filter_bar";
import { useInbox } from "./inbox";
import { stepped } from "./list";
import { Overview } from "./overview";
import { Preview } from "./preview";
import { type Filters, readFilters, writeFilters } from "./query";
import { CaseRow } from "./row";
import { words } from "./words";
import "../case/case.css";
import "./cases.css";

const t = translator(words);

/** Below this there is no room for the preview: a case opens on its own page. */
const wide = () => matchMedia("(min-width: 1000px)").matches;

export default function Cases() {
  const { url, route } = useLocation();
  const search = useMemo(() => new URL(url, location.origin).search, [url]);
  const filters = useMemo(() => readFilters(search), [search]);
  const opened = new URLSearchParams(search).get("case");
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const reading = useRef(false);
  reading.current = opened !== null || marked.size > 0 || (scroller.current?.scrollTop ?? 0) > 8;
  const inbox = useInbox(filters, () => reading.current || (scroller.current?.scrollTop ?? 0) > 8);
  const { list } = inbox;
  const row = list.rows.find((each) => each.case_id === opened) ?? null;

  useEffect(() => void loadKinds().catch(toastProblem), []);
  const go = (next: Filters, open: string | null) => {
    const query = writeFilters(next, open);
    route(`/console/cases${query ? `?${query}` : ""}`, true);
  };
  // Keys come faster than the page is drawn anew: they go by what was opened last.
  const last = useRef(opened);
  // A key that was pressed before the open case was loaded; false once it is and takes its keys itself.
  const early = useRef<string | null | false>(null);
  const takeEarly = () => {
    const key = early.current;
    early.current = false;
    return key || null;
  };
  // Before anything is painted: set later, it would undo a key that was pressed on what is seen.
  useLayoutEffect(() => {
    last.current = opened;
  }, [opened]);
  const open = (case_id: string | null) => {
    if (case_id !== last.current) early.current = null;
    last.current = case_id;
    inbox.tidy(case_id);
    go(filters, case_id);
    if (case_id) requestAnimationFrame(() => scroller.current?.querySelector(`[data-case="${case_id}"]`)?.scrollIntoView({ block: "nearest" }));
  };
  const filter = (next: Filters) => {
    setMarked(new Set());
    go(next, null);
  };
  const mark = (one: Case, through = false) => setMarked((before) => markedThrough(before, list.rows, one, through ? opened : null));
  const reveal = () => {
    inbox.reveal();
    scroller.current?.scrollTo({ top: 0 });
  };

  const step = (by: number) => open(stepped(list, last.current, by));
  const markLast = () => {
    const one = list.rows.find((each) => each.case_id === last.current);
    if (one) mark(one);
  };
  const keys: Record<string, () => void> = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => last.current && route(`/console/cases/${last.current}`),
    x: markLast,
    n: reveal,
    Escape: () => (marked.size > 0 ? setMarked(new Set()) : open(null)),
  };
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writing(event)) return;
      const isButton = (event.target as Element).matches("a, button, summary, [role=tab], [role=slider]");
      if (isButton && (event.key === "Enter" || event.key.startsWith("Arrow"))) return;
      const action = keys[event.key];
      if (!action) return void (early.current !== false && (early.current = event.key));
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  const onOpen = (one: Case, event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !wide()) return;
    event.preventDefault();
    event.stopPropagation(); // the router takes every click on a link that reaches the window
    open(one.case_id);
  };
  const rowOpens = useStable(onOpen);
  const rowMarks = useStable(mark);
  return (
    <div class="inbox">
      <div class="inbox-list">
        <div class="inbox-head">
          <h1>{t("cases")}</h1>
          <span class="grow" />
          {may("report") && <Button icon="plus" look="quiet" href="/console/report">{t("report")}</Button>}
        </div>
        <FilterBar filters={filters} counts={inbox.counts} onFilters={filter} />
        {marked.size > 0 && (
          <Bulk rows={list.rows.filter((each) => marked.has(each.case_id))} onDone={() => setMarked(new Set())} onCase={inbox.put} />
        )}
        <div class="case-list" ref={scroller} tabIndex={-1}>
          {list.waiting.length > 0 && (
            <button type="button" class="fresh-pill" onClick={reveal}>{t("fresh", { count: list.waiting.length })}</button>
          )}
          <ErrorNote error={inbox.failed} onRetry={inbox.reload} />
          {!list.loaded && !inbox.failed && <div class="list-wait"><Skeleton lines={8} /></div>}
          {list.loaded && list.rows.length === 0 && <Empty icon="check">{t(filters.view === "open" || filters.view === "new" ? "none_open" : "none")}</Empty>}
          <ol aria-label={t("list")}>
            {list.rows.map((one) => (
              <CaseRow
                key={one.case_id} one={one} opened={one.case_id === opened} marked={marked.has(one.case_id)} gone={list.gone.has(one.case_id)}
                onOpen={rowOpens} onMark={rowMarks}
              />
            ))}
          </ol>
          {list.next && <div class="list-more"><Button onClick={inbox.more}>{t("more_rows")}</Button></div>}
        </div>
      </div>
      {row ? <Preview key={row.case_id} row={row} withKeys={marked.size === 0} early={takeEarly} isCurrent={() => last.current === row.case_id} onChanged={inbox.put} onClose={() => open(null)} /> : <Overview onOpen={open} />}
    </div>
  );
}

/** Return a function that stays the same from drawing to drawing: rows whose case has not changed are then not drawn anew. */
function useStable<Parameters extends unknown[]>(latest: (...parameters: Parameters) => void): (...parameters: Parameters) => void {
  const held = useRef(latest);
  held.current = latest;
  return useRef((...parameters: Parameters) => held.current(...parameters)).current;
}

/** Return the marks after one more, or one less; with a row to begin at, all between are marked. */
function markedThrough(before: ReadonlySet<string>, rows: readonly Case[], one: Case, from: string | null): ReadonlySet<string> {
  const after = new Set(before);
  const [first, last] = [rows.findIndex((row) => row.case_id === from), rows.indexOf(one)].sort((a, b) => a - b) as [number, number];
  if (from !== null && first >= 0) rows.slice(first, last + 1).forEach((row) => after.add(row.case_id));
  else if (!after.delete(one.case_id)) after.add(one.case_id);
  return after;
}


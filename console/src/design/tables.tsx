/** Lists as tables: the head stays, rows are reached and opened by keyboard, pages follow `next`. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { translator } from "../i18n";
import { Button } from "./buttons";
import { words } from "./words";

const t = translator(words);

export interface Column<Row> {
  id: string;
  label: ComponentChildren;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end. */
  end?: boolean;
  width?: string;
}

/** What a cell shows that has nothing to show. */
const NOTHING = "–";

const looks = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(" ") || undefined;

interface TableProps<Row> {
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string;
  /** Read aloud before the table. */
  caption: string;
  selected?: string | null;
  onOpen?: (row: Row) => void;
}

/** Keys j, k and the arrows move from row to row, Enter opens. */
export function Table<Row>({ columns, rows, id, caption, selected = null, onOpen }: TableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const row = (event.target as Element).closest("tr");
    if (!step || !row || event.target !== row) return;
    event.preventDefault();
    const to = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    (to as HTMLElement | null)?.focus();
  };
  const first = selected !== null && rows.some((row) => id(row) === selected) ? selected : rows[0] && id(rows[0]);
  return (
    // A table that is scrolled by keys alone must take the focus; where rows open, they do.
    <div class="table-frame" tabIndex={onOpen ? undefined : 0}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" class={column.end ? "end" : undefined} style={column.width ? { width: column.width } : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={move}>
          {rows.map((row) => {
            const open = onOpen && {
              class: "opens",
              tabIndex: id(row) === first ? 0 : -1,
              onClick: (event: MouseEvent) => (event.target as Element).closest("a, button, input, label") || onOpen(row),
              onKeyDown: (event: KeyboardEvent) => event.key === "Enter" && event.target === event.currentTarget && onOpen(row),
            };
            return (
              <tr key={id(row)} aria-selected={id(row) === selected ? true : undefined} {...(open as object)}>
                {columns.map((column) => {
                  const cell = column.cell(row);
                  return <td key={column.id} class={looks(column.end && "end", cell === NOTHING && "none")}>{cell}</td>;
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Pages of a list that only knows its next one; `page` counts from 1. */
export function Pagination({ page, next, onPage }: { page: number; next: boolean; onPage: (page: number) => void }) {
  if (page === 1 && !next) return null;
  return (
    <nav class="pagination" aria-label={t("page", { page })}>
      <Button look="quiet" icon="chevron_left" disabled={page === 1} onClick={() => onPage(page - 1)}>{t("previous")}</Button>
      <span>{t("page", { page })}</span>
      <Button look="quiet" icon="chevron_right" disabled={!next} onClick={() => onPage(page + 1)}>{t("next")}</Button>
    </nav>
  );
}

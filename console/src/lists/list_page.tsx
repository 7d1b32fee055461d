/** The shape of a page that shows a list: title and tools, filters, the table, its pages. */
import type { ComponentChildren } from "preact";
import { type Column, Empty, ErrorNote, Pagination, Skeleton, Table } from "../design";
import type { Paged } from "./paged";
import "./lists.css";

interface ListProps<Row> {
  list: Paged<Row>;
  columns: Column<Row>[];
  id: (row: Row) => string;
  caption: string;
  selected?: string | null;
  onOpen?: (row: Row) => void;
  empty?: ComponentChildren;
}

/** The table of a list, or why there is none. */
export function List<Row>({ list, columns, id, caption, selected, onOpen, empty }: ListProps<Row>) {
  if (list.error) return <div class="list-note"><ErrorNote error={list.error} onRetry={list.reload} /></div>;
  if (list.loading && !list.rows.length) return <div class="list-note"><Skeleton lines={8} /></div>;
  if (!list.rows.length && list.page === 1) return <Empty>{empty}</Empty>;
  return (
    <>
      <Table columns={columns} rows={list.rows} id={id} caption={caption} selected={selected} onOpen={onOpen} />
      <Pagination page={list.page} next={list.next} onPage={list.onPage} />
    </>
  );
}

interface FrameProps {
  title: string;
  /** At the end of the title's line. */
  tools?: ComponentChildren;
  /** Below the title: what narrows the list. */
  filters?: ComponentChildren;
  children: ComponentChildren;
}

export function ListPage({ title, tools, filters, children }: FrameProps) {
  return (
    <div class="list-page">
      <header>
        <h1 class="grow">{title}</h1>
        {tools}
      </header>
      {filters && <div class="filters">{filters}</div>}
      <div class="panel sheet">{children}</div>
    </div>
  );
}

/** Figures in large type above a list. */
export function Figures({ children }: { children: ComponentChildren }) {
  return <dl class="figures">{children}</dl>;
}

export function FigureOf({ label, tone = "", children }: { label: string; tone?: "" | "critical" | "warning" | "good"; children: ComponentChildren }) {
  return (
    <div class={`figure ${tone}`}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The shape of a page that shows a list: title and tools, filters, the table, its pages. */
import type { ComponentChildren } from "preact";
import { type Column, Empty, ErrorNote, type IconName, Pagination, Skeleton, Table } from "../design";
import { translator } from "../i18n";
import type { Paged } from "./paged";
import { words } from "./words";
import "./lists.css";

const t = translator(words);

interface ListProps<Row> {
  list: Paged<Row>;
  columns: Column<Row>[];
  id: (row: Row) => string;
  caption: string;
  selected?: string | null;
  onOpen?: (row: Row) => void;
  empty?: ComponentChildren;
  icon?: IconName;
}

/** The table of a list, or why there is none. */
export function List<Row>({ list, columns, id, caption, selected, onOpen, empty, icon }: ListProps<Row>) {
  if (list.error) return <div class="list-note"><ErrorNote error={list.error} onRetry={list.reload} /></div>;
  if (list.loading && !list.rows.length) return <div class="list-note"><Skeleton lines={8} /></div>;
  if (!list.rows.length && list.page === 1) return <Empty icon={icon}>{empty ?? t("none_match")}</Empty>;
  return (
    <div class="list" aria-busy={list.loading}>
      <Table columns={columns} rows={list.rows} id={id} caption={caption} selected={selected} onOpen={onOpen} />
      <Pagination page={list.page} next={list.next} onPage={list.onPage} />
    </div>
  );
}

interface FrameProps {
  title: string;
  /** Below the title, in a few words. */
  hint?: ComponentChildren;
  /** At the end of the title's line. */
  tools?: ComponentChildren;
  /** Below the title: what narrows the list. */
  filters?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A page whose head stays and whose content scrolls. */
export function PageFrame({ title, hint, tools, filters, class: more = "", children }: FrameProps) {
  return (
    <div class={`list-page ${more}`}>
      <header>
        <h1 class="grow">{title}</h1>
        {tools}
      </header>
      {hint && <p class="muted">{hint}</p>}
      {filters && <div class="filters">{filters}</div>}
      {children}
    </div>
  );
}

export function ListPage({ children, ...frame }: FrameProps) {
  return <PageFrame {...frame}><div class="panel sheet">{children}</div></PageFrame>;
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

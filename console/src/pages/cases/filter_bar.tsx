/** Tabs by status with counts, the search, and the filters; every choice goes into the address. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { request, withQuery } from "../../api/client";
import { Button, type CaseStatus, Check, DateRange, Field, Icon, Input, Menu, Select, Tabs } from "../../design";
import { language, translator } from "../../i18n";
import { choicesOf, kinds, said } from "../../words/kinds";
import { countSet, type Filters, NO_FILTERS, STATUSES_OF, type View, VIEWS } from "./query";
import { words } from "./words";

const t = translator(words);

interface Props {
  filters: Filters;
  counts: Partial<Record<CaseStatus, number>>;
  onFilters: (filters: Filters) => void;
}

const ALL: CaseStatus[] = ["new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive"];

export function countOf(view: View, counts: Partial<Record<CaseStatus, number>>): number {
  const statuses = STATUSES_OF[view].length > 0 ? STATUSES_OF[view] : ALL;
  return statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}

/** Typing pauses this long before the list is asked for anew. [ms] */
const PAUSE_MS = 250;

export function FilterBar({ filters, counts, onFilters }: Props) {
  const [text, setText] = useState(filters.q);
  const set = (more: Partial<Filters>) => onFilters({ ...filters, q: text.trim(), ...more });
  // Before anything is painted: set later, it would undo a letter that was typed meanwhile.
  useLayoutEffect(() => setText(filters.q), [filters.q]);
  // Likewise: a timer that outlived a choice would take it back.
  useLayoutEffect(() => {
    if (text.trim() === filters.q) return undefined;
    const timer = setTimeout(() => set({ q: text.trim() }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, filters]);
  const tabs = VIEWS.map((view) => ({
    id: view,
    label: <>{t(view)} <span class={view === "new" && countOf(view, counts) > 0 ? "tab-count hot" : "tab-count"} data-count={view} hidden={countOf(view, counts) === 0}>{countOf(view, counts)}</span></>,
  }));
  const set_count = countSet(filters);
  return (
    <div class="filter-bar">
      <Tabs tabs={tabs} selected={filters.view} onSelect={(view) => set({ view: view as View })} label={t("views")} />
      <div class="filter-row">
        <div class="case-search">
          <Icon name="search" />
          <Input type="search" value={text} placeholder={t("search")} aria-label={t("search")} maxLength={60} onValue={setText} />
        </div>
        <Button aria-pressed={filters.assignee === "me"} onClick={() => set({ assignee: filters.assignee === "me" ? "" : "me" })}>{t("mine")}</Button>
        <Button aria-pressed={filters.overdue} onClick={() => set({ overdue: !filters.overdue })}>{t("overdue")}</Button>
        <Menu class="button" label={t("filters")} summary={<><Icon name="filter" />{t("filters")}{set_count > 0 && <span class="count">{set_count}</span>}</>}>
          <FilterFields filters={filters} set={set} />
        </Menu>
        {set_count > 0 && <Button look="quiet" icon="close" onClick={() => onFilters({ ...NO_FILTERS, view: filters.view })}>{t("clear")}</Button>}
      </div>
    </div>
  );
}

interface Register {
  id: string;
  name: string;
}

function FilterFields({ filters, set }: { filters: Filters; set: (more: Partial<Filters>) => void }) {
  const companies = useRegister("companies", "company_id");
  const districts = useRegister("districts", "district_id");
  const any = { value: "", label: t("any") };
  const named = (rows: Register[]) => [any, ...rows.map(({ id, name }) => ({ value: id, label: name }))];
  const severities = [any, ...(["1", "2", "3"] as const).map((value) => ({ value, label: t(`severity_${value}`) }))];
  return (
    <div class="filter-fields">
      <Field label={t("severity")}>
        <Select value={filters.min_severity ? String(filters.min_severity) : ""} choices={severities} onValue={(value) => set({ min_severity: Number(value) })} />
      </Field>
      <Field label={t("source")}><Select value={filters.source} choices={[any, ...choicesOf("sources")]} onValue={(source) => set({ source })} /></Field>
      <Field label={t("district")}><Select value={filters.district_id} choices={named(districts)} onValue={(district_id) => set({ district_id })} /></Field>
      <Field label={t("company")}><Select value={filters.company_id} choices={named(companies)} onValue={(company_id) => set({ company_id })} /></Field>
      <div class="field wide"><span class="label">{t("opened")}</span>
        <DateRange from={filters.from || null} to={filters.to || null} onRange={(from, to) => set({ from: from ?? "", to: to ?? "" })} />
      </div>
      <fieldset class="wide kinds">
        <legend>{t("kind")}</legend>
        {(kinds.value?.kinds ?? []).filter((row) => row.severity > 0).map((row) => (
          <Check
            key={row.kind} label={said(row, row.kind)} checked={filters.kinds.includes(row.kind)}
            onValue={(on) => set({ kinds: on ? [...filters.kinds, row.kind] : filters.kinds.filter((kind) => kind !== row.kind) })}
          />
        ))}
      </fieldset>
    </div>
  );
}

/** Companies and districts of a city: a page of them is all of them. */
const REGISTER_MOST = 500;

interface Item {
  id?: string;
  name?: string | null;
  properties?: { name?: string };
  [member: string]: unknown;
}

function useRegister(resource: string, key: string): Register[] {
  const [rows, setRows] = useState<Register[]>([]);
  useEffect(() => {
    request<Record<string, Item[]>>("GET", withQuery(`/v1/${resource}`, { limit: REGISTER_MOST })).then(
      (answer) => setRows((answer[resource] ?? answer.features ?? []).map((item) => rowOf(item, key))),
      () => setRows([]),
    );
  }, [language.value]);
  return rows;
}

function rowOf(item: Item, key: string): Register {
  const id = String(item[key] ?? (item.properties as Item | undefined)?.[key] ?? item.id ?? "");
  return { id, name: item.name ?? item.properties?.name ?? id };
}


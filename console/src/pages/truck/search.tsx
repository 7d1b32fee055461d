/** Finding trucks: by plate, terminal or company, or by where they were when. The search stands in the address. */
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { follow, get, request, withQuery } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, DateRange, Empty, ErrorNote, Field, fullTime, Input, Select, Skeleton, Table } from "../../design";
import { translator } from "../../i18n";
import { words } from "./words";
import "./truck.css";

const t = translator(words);

type Found = Schema<"VehicleFound">;

interface Sought {
  q: string;
  company_id: string;
  area: string;
  from: string;
  to: string;
}

const AREAS = [["site", "sites"], ["dump_point", "dump-points"], ["zone", "zones"], ["district", "districts"]] as const;
const LIMIT = 100;

function readSought(search: string): Sought {
  const given = new URLSearchParams(search);
  const text = (name: string) => given.get(name) ?? "";
  return { q: text("q"), company_id: text("company_id"), area: text("area"), from: text("from"), to: text("to") };
}

export default function TruckSearch() {
  const { url, route } = useLocation();
  const search = new URL(url, location.origin).search;
  const sought = useMemo(() => readSought(search), [search]);
  const [draft, setDraft] = useState(sought);
  const [rows, setRows] = useState<Found[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const areas = useAreas();
  const companies = useCompanies();
  // Before anything is painted: set later, it would undo what was typed meanwhile.
  useLayoutEffect(() => setDraft(sought), [sought]);
  useEffect(() => {
    let current = true;
    setRows(null);
    fail(null);
    get("/v1/search/vehicles", {
      q: sought.q, company_id: sought.company_id, area: sought.area, limit: LIMIT, datetime: sought.area && sought.from && sought.to ? `${sought.from}/${sought.to}` : null,
    }).then((answer) => current && (setRows(answer.vehicles), setNext(answer.next)), (error) => current && fail(error));
    return () => {
      current = false;
    };
  }, [sought]);
  const shown = useRef(sought);
  shown.current = sought;
  const more = () => {
    if (!next) return;
    setNext(null); // until it is here: a second click would put the same page below itself
    follow<"/v1/search/vehicles">(next).then((answer) => {
      if (shown.current !== sought) return; // another list is shown by now
      setRows((before) => [...(before ?? []), ...answer.vehicles]);
      setNext(answer.next);
    }, (error) => shown.current === sought && (fail(error), setNext(next)));
  };
  const change = (part: Partial<Sought>) => setDraft((before) => ({ ...before, ...part }));
  const lacksTime = draft.area !== "" && !(draft.from && draft.to);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!lacksTime) route(withQuery("/console/trucks", { ...draft, q: draft.q.trim() }));
  };
  const any = { value: "", label: t("any") };
  const inArea = sought.area !== "";
  return (
    <div class="page truck-search-page">
      <h1>{t("search_title")}</h1>
      <form class="search-form panel" onSubmit={submit}>
        <Field label={t("q")}><Input type="search" name="q" value={draft.q} maxLength={60} onValue={(q) => change({ q })} /></Field>
        <Field label={t("company")}><Select value={draft.company_id} choices={[any, ...companies]} onValue={(company_id) => change({ company_id })} /></Field>
        <Field label={t("area")}><Select value={draft.area} choices={[any, ...areas]} onValue={(area) => change({ area })} /></Field>
        {draft.area && (
          <div class="field"><span class="label">{t("range")}</span><DateRange from={draft.from || null} to={draft.to || null} onRange={(from, to) => change({ from: from ?? "", to: to ?? "" })} /></div>
        )}
        <Button type="submit" look="primary" icon="search" disabled={lacksTime}>{t("search")}</Button>
        {lacksTime && <p class="muted small">{t("range_needed")}</p>}
      </form>
      <ErrorNote error={failed} />
      {!rows && !failed && <Skeleton lines={8} />}
      {rows?.length === 0 && <Empty icon="truck">{t("none")}</Empty>}
      {rows && rows.length > 0 && (
        <section class="panel" aria-label={t("results")}>
          <Table
            caption={t("results")} rows={rows} id={(row) => row.vehicle_id} onOpen={(row) => route(`/console/trucks/${encodeURIComponent(row.vehicle_id)}`)}
            columns={[
              { id: "plate", label: t("plate"), cell: (row) => <><a class="plate" href={`/console/trucks/${encodeURIComponent(row.vehicle_id)}`}>{row.plate ?? row.vehicle_id}</a> {row.retired && <Badge tone="outline">{t("retired")}</Badge>}{row.merged_into && <> <a href={`/console/trucks/${encodeURIComponent(row.merged_into)}`}>{t("merged_into")} {row.merged_into}</a></>}</> },
              { id: "vehicle_id", label: t("vehicle_id"), cell: (row) => <span class="mono">{row.vehicle_id}</span> },
              { id: "company", label: t("company"), cell: (row) => row.company_name ?? "–" },
              { id: "terminal", label: t("terminal"), cell: (row) => <span class="mono">{row.terminal_ids.join(", ") || "–"}</span> },
              ...(inArea ? [
                { id: "first", label: t("first_time"), cell: (row: Found) => (row.first_time ? fullTime(row.first_time) : "–") },
                { id: "last", label: t("last_time"), cell: (row: Found) => (row.last_time ? fullTime(row.last_time) : "–") },
                { id: "fixes", label: t("fixes"), end: true, cell: (row: Found) => row.fixes ?? "–" },
              ] : []),
            ]}
          />
          {next && <div class="list-more"><Button onClick={more}>…</Button></div>}
        </section>
      )}
    </div>
  );
}

interface Item {
  name?: string | null;
  [member: string]: unknown;
}

type Choices = { value: string; label: string }[];

const listed = (resource: string): Promise<Item[]> =>
  request<Record<string, Item[]>>("GET", withQuery(`/v1/${resource}`, { limit: 500 })).then((answer) => answer[resource.replace("-", "_")] ?? [], () => []);

function useAreas(): Choices {
  const [choices, setChoices] = useState<Choices>([]);
  useEffect(() => {
    const asked = AREAS.map(async ([kind, resource]) =>
      (await listed(resource)).map((item) => ({ value: `${kind}:${item[`${kind}_id`]}`, label: `${t(kind)} · ${item.name ?? item[`${kind}_id`]}` })),
    );
    void Promise.all(asked).then((found) => setChoices(found.flat()));
  }, []);
  return choices;
}

function useCompanies(): Choices {
  const [choices, setChoices] = useState<Choices>([]);
  useEffect(() => void listed("companies").then((rows) => setChoices(rows.map((row) => ({ value: String(row.company_id), label: String(row.name ?? row.company_id) })))), []);
  return choices;
}

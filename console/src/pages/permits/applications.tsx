/** 申报审批: a company's own applications; the office's work list, what waits longest first. */
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { Badge, Button, type Column, Field, Input, Select, shortTime, Tabs } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { may, user } from "../../session/session";
import { type Application, type Kind, LATE_DAYS, PATH, placeName, type Whole } from "./application";
import { ApplicationDrawer, Standing } from "./application_drawer";
import { ApplicationForm, type Writing } from "./application_form";
import { words } from "./application_words";
import { SectionTabs } from "./section_tabs";
import "../registers/registers.css";
import "./permits.css";
import "./applications.css";

const t = translator(words);

function Waiting({ one }: { one: Application }) {
  if (one.waiting_days === null) return <>–</>;
  const text = one.waiting_days ? t("days", { count: one.waiting_days }) : t("today");
  return one.waiting_days >= LATE_DAYS ? <Badge tone="warning">{text}</Badge> : <>{text}</>;
}

function Remarked({ one }: { one: Application }) {
  const stops = one.remarks.filter((remark) => remark.stop).length;
  const others = one.remarks.length - stops;
  return <>{stops > 0 && <Badge tone="critical">{t("stops", { count: stops })}</Badge>} {others > 0 && <Badge tone="warning">{t("warnings", { count: others })}</Badge>}</>;
}

const placesOf = (one: Application, kind: string) => one.places.filter((place) => place.kind === kind).map(placeName).join(t("and")) || "–";

const columns = (officer: boolean): Column<Application>[] => [
  { id: "number", label: t("number"), cell: (one) => <span class="mono">{one.application_no}</span> },
  { id: "kind", label: t("kind"), cell: (one) => <span class="nowrap">{t(`kind_${one.kind}`)}</span> },
  { id: "status", label: t("status"), cell: (one) => <Standing one={one} /> },
  ...(officer ? [{ id: "company", label: t("company"), cell: (one: Application) => one.company_name ?? one.company_id }] : []),
  { id: "trucks", label: t("trucks"), cell: (one) => (one.content.vehicle_ids ? t("count_trucks", { count: one.content.vehicle_ids.length }) : one.kind === "new" ? "–" : t("all_trucks")) },
  { id: "site", label: t("site"), cell: (one) => placesOf(one, "site") },
  { id: "dump_points", label: t("dump_points"), cell: (one) => placesOf(one, "dump_point") },
  { id: "submitted", label: t("step_submit"), cell: (one) => <span class="nowrap">{one.submitted_at ? shortTime(one.submitted_at) : "–"}</span> },
  { id: "waiting", label: t("waiting"), end: true, cell: (one) => <Waiting one={one} /> },
  { id: "remarks", label: t("remarks"), cell: (one) => <Remarked one={one} /> },
];

const VIEWS = ["to_do", "ended", "all"] as const;
type View = (typeof VIEWS)[number];
const STATUSES: Record<View, (officer: boolean) => Application["status"][] | null> = {
  to_do: (officer) => (officer ? ["submitted"] : ["draft", "submitted", "returned"]),
  ended: () => ["approved", "rejected", "withdrawn"],
  all: () => null,
};

export default function ApplicationsPage() {
  const { query, route } = useLocation();
  const officer = may("permit");
  const applicant = may("apply") && Boolean(user.value?.company_id);
  const [view, turn] = useState<View>("to_do");
  const [text, search] = useState("");
  const [kind, choose] = useState<Kind | "">("");
  const [at, writeAt] = useState<Writing | null>(null);
  // What is open stands in the address: it can be sent to somebody, and is there again after a reload.
  const opened = query.id ?? null;
  const open = (id: string | null) => route(`/console/permits/applications${id ? `?id=${id}` : ""}`, true);
  const writing: Writing | null = at ?? (query.new && applicant ? { kind: "new" } : null);
  const write = (next: Writing | null) => {
    writeAt(next);
    if (!next && query.new) open(null);
  };
  const [round, again] = useState(0);
  const list = usePaged(PATH, "applications", {
    status: STATUSES[view](officer), kind, q: text.trim(), order: officer && view === "to_do" ? "waiting" : "newest", limit: 50,
  });
  const changed = () => (list.reload(), again((count) => count + 1));
  const written = (one: Whole) => (writeAt(null), open(one.application_id), changed());
  const empty = t(view === "to_do" ? (officer ? "none_to_do" : "none_mine") : "none");
  return (
    <ListPage title={t(applicant ? "mine" : "applications")} tools={applicant && <Button look="primary" icon="plus" onClick={() => write({ kind: "new" })}>{t("apply")}</Button>}
      filters={
        <>
          <SectionTabs here="applications" round={round} />
          <Field label={t("search")}><Input type="search" value={text} maxLength={100} onValue={search} /></Field>
          <Field label={t("kind")}><Select value={kind} choices={[{ value: "", label: t("all") }, ...(["new", "change", "extension"] as const).map((value) => ({ value, label: t(`kind_${value}`) }))]} onValue={(value) => choose(value as Kind | "")} /></Field>
        </>
      }>
      <Tabs label={t("status")} selected={view} onSelect={(id) => turn(id as View)} tabs={VIEWS.map((id) => ({ id, label: t(id) }))} />
      <List list={list} columns={columns(!applicant)} id={(one) => one.application_id} caption={t("applications")} selected={opened} onOpen={(one) => open(one.application_id)} empty={empty} icon="document" />
      {opened && !writing && <ApplicationDrawer key={`${opened} ${round}`} id={opened} onChanged={list.reload} onEdit={(of) => write({ kind: of.kind, of })} onClose={() => (open(null), again((count) => count + 1))} />}
      {writing && <ApplicationForm key={writing.of?.application_id ?? "new"} writing={writing} onDone={written} onClose={() => write(null)} />}
    </ListPage>
  );
}

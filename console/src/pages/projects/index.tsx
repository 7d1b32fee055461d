/** Key projects: each with its fleet, its mark and a board of what it did. */
import { useState } from "preact/hooks";
import { put } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, type Column, Dialog, Empty, ErrorNote, Field, figure, fromLocalInput, fullTime, Icon, IconButton, Input, Panel, Select, Skeleton, Table, toastProblem, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures, PageFrame } from "../../lists/list_page";
import { EditedMeanwhile, type Member, useMeanwhile } from "../../lists/meanwhile";
import { type Names, orNone, useNames } from "../../lists/names";
import { useAnswer } from "../../lists/paged";
import { TrucksField } from "../../lists/truck_fields";
import { may } from "../../session/session";
import { colon, listed } from "../../words/punctuation";
import { words } from "./words";
import "./projects.css";

const t = translator(words);

/** `revision` is null for one that is not there yet. */
type Project = Omit<Schema<"ProjectAnswer">, "changed_at" | "by" | "revision"> & { revision: string | null };
type Day = Schema<"BoardDay">;

const columns = (): Column<Day>[] => [
  { id: "day", label: t("day"), cell: (row) => <span class="nowrap">{row.day}</span> },
  { id: "trips", label: t("trips"), end: true, cell: (row) => figure(row.trips) },
  { id: "load", label: t("load"), end: true, cell: (row) => figure(row.load_kg / 1000) },
  { id: "delivered", label: t("delivered"), end: true, cell: (row) => figure(row.delivered) },
  { id: "missing", label: t("missing"), end: true, cell: (row) => (row.missing ? <span class="bad">{figure(row.missing)}</span> : "0") },
  { id: "trucks", label: t("working"), end: true, cell: (row) => figure(row.trucks) },
  { id: "cases", label: t("cases"), end: true, cell: (row) => figure(row.cases) },
];

function Board({ project, sites, onEdit }: { project: Project; sites: Names; onEdit: () => void }) {
  const { answer, error, reload } = useAnswer(`/v1/projects/${project.project_id}/board`);
  const sum = (name: "trips" | "load_kg" | "delivered" | "missing" | "cases") => answer?.days.reduce((total, day) => total + day[name], 0) ?? 0;
  const title = (
    <span class="project-name"><span class="project-mark" style={{ background: project.mark }} aria-hidden="true" />{project.name}<small class="muted">{t("fleet", { count: project.vehicle_ids.length })}</small></span>
  );
  return (
    <Panel title={title} tools={may("register") && <IconButton icon="edit" label={t("edit")} onClick={onEdit} />}>
      {error ? <ErrorNote error={error} onRetry={reload} /> : !answer ? <Skeleton lines={4} /> : (
        <div class="stack">
          {project.site_ids.length > 0 && <p class="muted">{t("sites")}{colon()}{listed(project.site_ids.map(sites.of))}</p>}
          <Figures>
            <FigureOf label={t("trips")}>{figure(sum("trips"))}</FigureOf>
            <FigureOf label={t("load")}>{figure(sum("load_kg") / 1000)}</FigureOf>
            <FigureOf label={t("delivered")}>{figure(sum("delivered"))}</FigureOf>
            <FigureOf label={t("missing")} tone={sum("missing") ? "critical" : "good"}>{figure(sum("missing"))}</FigureOf>
            <FigureOf label={t("cases")}>{figure(sum("cases"))}</FigureOf>
          </Figures>
          {answer.days.length ? <Table columns={columns()} rows={[...answer.days].reverse()} id={(row) => row.day} caption={listed([project.name, t("total")])} /> : <p class="muted">{t("no_trips")}</p>}
        </div>
      )}
    </Panel>
  );
}

const NEW: Project = { project_id: "", name: "", mark: "#c026d3", site_ids: [], vehicle_ids: [], from_time: null, to_time: null, in_use: true, revision: null };

function Editor({ project, sites, onDone, onClose }: { project: Project; sites: Names; onDone: () => void; onClose: () => void }) {
  const known = project.project_id !== "";
  const [order, change] = useState(project);
  const meanwhile = useMeanwhile();
  const done = () => (onDone(), onClose());
  const define = ({ project_id, ...rest }: Project, expected_revision: string | null) =>
    put(`/v1/projects/${encodeURIComponent(project_id)}`, { ...pick(rest), expected_revision }).then(done, meanwhile.caught(toastProblem));
  const save = (in_use: boolean) => {
    change({ ...order, in_use });
    void define({ ...order, in_use }, order.revision);
  };
  return (
    <>
      <Dialog title={known ? project.name : t("new")} open onClose={onClose} onSubmit={() => save(true)}
        footer={
          <>
            {known && <Button look="danger" onClick={() => save(false)}>{t("remove")}</Button>}
            <span class="grow" />
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button look="primary" type="submit">{t("save")}</Button>
          </>
        }>
        {!known && <Field label={t("project")}><Input value={order.project_id} maxLength={40} onValue={(project_id) => change({ ...order, project_id })} /></Field>}
        <Field label={t("name")}><Input value={order.name} maxLength={100} onValue={(name) => change({ ...order, name })} /></Field>
        <Field label={t("mark")}><Input type="color" value={order.mark} onValue={(mark) => change({ ...order, mark })} /></Field>
        <SitesField sites={sites} chosen={order.site_ids} onSites={(site_ids) => change({ ...order, site_ids })} />
        <TrucksField label={t("trucks")} trucks={order.vehicle_ids} onTrucks={(vehicle_ids) => change({ ...order, vehicle_ids })} />
        <div class="columns">
        <Field label={t("from")}><Input type="datetime-local" value={toLocalInput(order.from_time)} onValue={(value) => change({ ...order, from_time: fromLocalInput(value) })} /></Field>
        <Field label={t("to")}><Input type="datetime-local" value={toLocalInput(order.to_time)} onValue={(value) => change({ ...order, to_time: fromLocalInput(value) })} /></Field>
        </div>
      </Dialog>
      {meanwhile.found && (
        <EditedMeanwhile found={meanwhile.found} before={project} mine={order} members={members(sites)} onKeep={done} onClose={meanwhile.clear}
          onSave={(chosen, revision) => void define({ ...order, ...chosen }, revision)} />
      )}
    </>
  );
}

function members(sites: Names): Member[] {
  const time = (value: unknown) => (value ? fullTime(String(value)) : "–");
  return [
    { name: "name", label: t("name") },
    { name: "mark", label: t("mark"), shown: (value) => <span class="project-mark" style={{ background: String(value) }} role="img" aria-label={String(value)} /> },
    { name: "site_ids", label: t("sites"), shown: (value) => listed((value as string[]).map(sites.of)) || "–" },
    { name: "vehicle_ids", label: t("trucks") },
    { name: "from_time", label: t("from"), shown: time },
    { name: "to_time", label: t("to"), shown: time },
    { name: "in_use", label: t("in_use") },
  ];
}

function SitesField({ sites, chosen, onSites }: { sites: Names; chosen: string[]; onSites: (ids: string[]) => void }) {
  const free = sites.choices.filter((choice) => !chosen.includes(choice.value));
  return (
    <div class="stack">
      <Field label={t("sites")}><Select value="" choices={orNone(t("add_site"), free)} onValue={(id) => id && onSites([...chosen, id])} /></Field>
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((id) => (
            <li key={id} class="chip">
              <span>{sites.of(id)}</span>
              <button type="button" aria-label={t("take_away", { what: sites.of(id) })} onClick={() => onSites(chosen.filter((one) => one !== id))}><Icon name="close" /></button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What the API takes of a project; it answers with more. */
const pick = ({ name, mark, site_ids, vehicle_ids, from_time, to_time, in_use }: Omit<Project, "project_id">) => ({ name, mark, site_ids, vehicle_ids, from_time, to_time, in_use });

export default function Projects() {
  const { answer, error, reload } = useAnswer("/v1/projects");
  const [editing, edit] = useState<Project | null>(null);
  const sites = useNames("sites");
  return (
    <PageFrame title={t("title")} hint={t("total")} tools={may("register") && <Button look="primary" icon="plus" onClick={() => edit(NEW)}>{t("new")}</Button>}>
      <div class="scroll">
      {error ? <ErrorNote error={error} onRetry={reload} /> : !answer ? <Skeleton lines={6} /> : answer.projects.length === 0 ? <Empty icon="flag">{t("none")}</Empty> : (
        <div class="boards">{answer.projects.map((project) => <Board key={project.project_id} project={project} sites={sites} onEdit={() => edit(project)} />)}</div>
      )}
      </div>
      {editing && <Editor key={editing.project_id} project={editing} sites={sites} onDone={reload} onClose={() => edit(null)} />}
    </PageFrame>
  );
}

/** Key projects: each with its fleet, its mark and a board of what it did. */
import { useState } from "preact/hooks";
import { put } from "../../api/client";
import { Button, type Column, Dialog, Empty, ErrorNote, Field, figure, fromLocalInput, Icon, IconButton, Input, Panel, Select, Skeleton, Table, toastProblem, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures, PageFrame } from "../../lists/list_page";
import { type Names, orNone, useNames } from "../../lists/names";
import { useAnswer } from "../../lists/paged";
import { TrucksField } from "../../lists/truck_fields";
import { may } from "../../session/session";
import { words } from "./words";
import "./projects.css";

const t = translator(words);

interface Project {
  project_id: string;
  name: string;
  mark: string;
  site_ids: string[];
  vehicle_ids: string[];
  from_time: string | null;
  to_time: string | null;
  in_use: boolean;
}

interface Day {
  day: string;
  trips: number;
  load_kg: number;
  delivered: number;
  missing: number;
  trucks: number;
  cases: number;
}

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
  const { answer, error, reload } = useAnswer<{ days: Day[] }>(`/v1/projects/${project.project_id}/board`);
  const sum = (name: "trips" | "load_kg" | "delivered" | "missing" | "cases") => answer?.days.reduce((total, day) => total + day[name], 0) ?? 0;
  const title = (
    <span class="project-name"><span class="project-mark" style={{ background: project.mark }} aria-hidden="true" />{project.name}<small class="muted">{t("fleet", { count: project.vehicle_ids.length })}</small></span>
  );
  return (
    <Panel title={title} tools={may("register") && <IconButton icon="edit" label={t("edit")} onClick={onEdit} />}>
      {error ? <ErrorNote error={error} onRetry={reload} /> : !answer ? <Skeleton lines={4} /> : (
        <div class="stack">
          {project.site_ids.length > 0 && <p class="muted">{t("sites")}：{project.site_ids.map(sites.of).join("、")}</p>}
          <Figures>
            <FigureOf label={t("trips")}>{figure(sum("trips"))}</FigureOf>
            <FigureOf label={t("load")}>{figure(sum("load_kg") / 1000)}</FigureOf>
            <FigureOf label={t("delivered")}>{figure(sum("delivered"))}</FigureOf>
            <FigureOf label={t("missing")} tone={sum("missing") ? "critical" : "good"}>{figure(sum("missing"))}</FigureOf>
            <FigureOf label={t("cases")}>{figure(sum("cases"))}</FigureOf>
          </Figures>
          {answer.days.length ? <Table columns={columns()} rows={[...answer.days].reverse()} id={(row) => row.day} caption={`${project.name}, ${t("total")}`} /> : <p class="muted">{t("no_trips")}</p>}
        </div>
      )}
    </Panel>
  );
}

const NEW: Project = { project_id: "", name: "", mark: "#c026d3", site_ids: [], vehicle_ids: [], from_time: null, to_time: null, in_use: true };

function Editor({ project, sites, onDone, onClose }: { project: Project; sites: Names; onDone: () => void; onClose: () => void }) {
  const known = project.project_id !== "";
  const [order, change] = useState(project);
  const save = (in_use: boolean) => {
    const { project_id, ...rest } = order;
    put(`/v1/projects/${encodeURIComponent(project_id)}`, { ...pick(rest), in_use }).then(() => (onDone(), onClose()), toastProblem);
  };
  return (
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
  );
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
const pick = ({ name, mark, site_ids, vehicle_ids, from_time, to_time }: Omit<Project, "project_id">) => ({ name, mark, site_ids, vehicle_ids, from_time, to_time });

export default function Projects() {
  const { answer, error, reload } = useAnswer<{ projects: Project[] }>("/v1/projects");
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

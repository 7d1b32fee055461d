/** Key projects: each with its fleet, its mark and a board of what it did. */
import { useState } from "preact/hooks";
import { put } from "../../api/client";
import { Button, type Column, Dialog, Empty, ErrorNote, Field, figure, fromLocalInput, IconButton, Input, Panel, Skeleton, Table, toastProblem, toLocalInput } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures } from "../../lists/list_page";
import { useAnswer } from "../../lists/paged";
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
  { id: "day", label: t("day"), cell: (row) => row.day },
  { id: "trips", label: t("trips"), end: true, cell: (row) => figure(row.trips) },
  { id: "load", label: t("load"), end: true, cell: (row) => figure(row.load_kg / 1000) },
  { id: "delivered", label: t("delivered"), end: true, cell: (row) => figure(row.delivered) },
  { id: "missing", label: t("missing"), end: true, cell: (row) => (row.missing ? <span class="bad">{figure(row.missing)}</span> : "0") },
  { id: "trucks", label: t("working"), end: true, cell: (row) => figure(row.trucks) },
  { id: "cases", label: t("cases"), end: true, cell: (row) => figure(row.cases) },
];

function Board({ project, onEdit }: { project: Project; onEdit: () => void }) {
  const { answer, error, reload } = useAnswer<{ days: Day[] }>(`/v1/projects/${project.project_id}/board`);
  const sum = (name: "trips" | "load_kg" | "missing" | "cases") => answer?.days.reduce((total, day) => total + day[name], 0) ?? 0;
  const title = (
    <span class="row"><span class="project-mark" style={{ background: project.mark }} />{project.name}<span class="muted">{t("fleet", { count: project.vehicle_ids.length })}</span></span>
  );
  return (
    <Panel title={title} tools={may("register") && <IconButton icon="edit" label={t("edit")} onClick={onEdit} />}>
      {error ? <ErrorNote error={error} onRetry={reload} /> : !answer ? <Skeleton lines={4} /> : (
        <div class="stack">
          <Figures>
            <FigureOf label={t("trips")}>{figure(sum("trips"))}</FigureOf>
            <FigureOf label={t("load")}>{figure(sum("load_kg") / 1000)}</FigureOf>
            <FigureOf label={t("missing")} tone={sum("missing") ? "critical" : "good"}>{figure(sum("missing"))}</FigureOf>
            <FigureOf label={t("cases")}>{figure(sum("cases"))}</FigureOf>
          </Figures>
          {answer.days.length ? <Table columns={columns()} rows={[...answer.days].reverse()} id={(row) => row.day} caption={project.name} /> : <p class="muted">{t("no_trips")}</p>}
        </div>
      )}
    </Panel>
  );
}

const NEW: Project = { project_id: "", name: "", mark: "#c026d3", site_ids: [], vehicle_ids: [], from_time: null, to_time: null, in_use: true };
const listed = (text: string) => text.split(/[,，\s]+/).filter(Boolean);

function Editor({ project, onDone, onClose }: { project: Project; onDone: () => void; onClose: () => void }) {
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
      <Field label={t("sites")}><Input value={order.site_ids.join(", ")} onValue={(text) => change({ ...order, site_ids: listed(text) })} /></Field>
      <Field label={t("trucks")}><Input value={order.vehicle_ids.join(", ")} onValue={(text) => change({ ...order, vehicle_ids: listed(text) })} /></Field>
      <Field label={t("from")}><Input type="datetime-local" value={toLocalInput(order.from_time)} onValue={(value) => change({ ...order, from_time: fromLocalInput(value) })} /></Field>
      <Field label={t("to")}><Input type="datetime-local" value={toLocalInput(order.to_time)} onValue={(value) => change({ ...order, to_time: fromLocalInput(value) })} /></Field>
    </Dialog>
  );
}

/** What the API takes of a project; it answers with more. */
const pick = ({ name, mark, site_ids, vehicle_ids, from_time, to_time }: Omit<Project, "project_id">) => ({ name, mark, site_ids, vehicle_ids, from_time, to_time });

export default function Projects() {
  const { answer, error, reload } = useAnswer<{ projects: Project[] }>("/v1/projects");
  const [editing, edit] = useState<Project | null>(null);
  return (
    <div class="list-page">
      <header>
        <h1 class="grow">{t("title")}</h1>
        {may("register") && <Button look="primary" icon="plus" onClick={() => edit(NEW)}>{t("new")}</Button>}
      </header>
      {error ? <ErrorNote error={error} onRetry={reload} /> : !answer ? <Skeleton lines={6} /> : answer.projects.length === 0 ? <Empty icon="flag">{t("none")}</Empty> : (
        <div class="boards">{answer.projects.map((project) => <Board key={project.project_id} project={project} onEdit={() => edit(project)} />)}</div>
      )}
      {editing && <Editor key={editing.project_id} project={editing} onDone={reload} onClose={() => edit(null)} />}
    </div>
  );
}

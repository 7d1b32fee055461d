/** 电子联单: which loads were closed, which were not, and where each was driven. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import { Badge, Button, type Column, DateRange, Dialog, Drawer, Field, figure, fullTime, Input, Select, shortTime, type Tone, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures, List, ListPage } from "../../lists/list_page";
import { useAnswer, usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { words } from "./words";

const t = translator(words);

interface Manifest {
  manifest_no: string;
  vehicle_id: string;
  plate: string | null;
  site_id: string;
  dump_point_id: string;
  permit_id: string | null;
  driver_id: string | null;
  material: string | null;
  planned_kg: number | null;
  issued_at: string;
  issued_by: string;
  out_at: string | null;
  in_at: string | null;
  status: "issued" | "out" | "closed" | "unclosed" | "void";
  trip_id: string | null;
  left_site_at: string | null;
  driven_to: string | null;
  trip_end: string | null;
  ending: "delivered" | "dumped" | "returned" | "lost" | null;
  load_kg: number | null;
  weighed_kg: number | null;
  deviated: boolean;
}

interface Figure {
  issued: number;
  left_site: number;
  closed: number;
  unclosed: number;
  elsewhere: number;
}

const TONES: Record<Manifest["status"], Tone> = { issued: "outline", out: "notice", closed: "good", unclosed: "critical", void: "plain" };
const STATUSES = Object.keys(TONES) as Manifest["status"][];

const tonnes = (row: Manifest) => {
  const kg = row.weighed_kg ?? row.load_kg;
  return kg === null ? "–" : figure(kg / 1000, 1);
};
const strays = (row: Manifest) => row.driven_to !== null && row.driven_to !== row.dump_point_id;

const columns = (): Column<Manifest>[] => [
  { id: "no", label: t("manifest"), cell: (row) => <span class="mono">{row.manifest_no}</span> },
  { id: "status", label: t("status"), cell: (row) => <Badge tone={TONES[row.status]}>{t(`status_${row.status}`)}</Badge> },
  { id: "truck", label: t("truck"), cell: (row) => <span class="plate">{row.plate ?? row.vehicle_id}</span> },
  { id: "site", label: t("site"), cell: (row) => row.site_id },
  { id: "dump", label: t("dump_point"), cell: (row) => row.dump_point_id },
  { id: "out", label: t("out"), cell: (row) => (row.out_at ? shortTime(row.out_at) : "–") },
  { id: "in", label: t("in"), cell: (row) => (row.in_at ? shortTime(row.in_at) : "–") },
  {
    id: "driven", label: t("driven"),
    cell: (row) => <>{row.driven_to ?? "–"} {strays(row) && <Badge tone="critical">{t("elsewhere")}</Badge>} {row.deviated && <Badge tone="warning">{t("deviated")}</Badge>}</>,
  },
  { id: "load", label: t("load"), end: true, cell: tonnes },
];

function Summary({ datetime }: { datetime: string }) {
  const { answer } = useAnswer<{ figures: Figure[] }>("/v1/manifests/figures", { by: "company", datetime });
  if (!answer) return null;
  const sum = (name: keyof Figure) => answer.figures.reduce((total, row) => total + row[name], 0);
  const left = sum("left_site");
  return (
    <Figures>
      <FigureOf label={t("closed_share")} tone={left && sum("closed") / left < 0.95 ? "warning" : "good"}>{left ? `${figure((100 * sum("closed")) / left, 1)} %` : "–"}</FigureOf>
      <FigureOf label={t("issued")}>{figure(sum("issued"))}</FigureOf>
      <FigureOf label={t("left_site")}>{figure(left)}</FigureOf>
      <FigureOf label={t("unclosed")} tone={sum("unclosed") ? "critical" : ""}>{figure(sum("unclosed"))}</FigureOf>
      <FigureOf label={t("elsewhere")} tone={sum("elsewhere") ? "critical" : ""}>{figure(sum("elsewhere"))}</FigureOf>
    </Figures>
  );
}

function Details({ row, onDone, onClose }: { row: Manifest; onDone: () => void; onClose: () => void }) {
  const scan = (kind: "out" | "in" | "void") => post(`/v1/manifests/${row.manifest_no}/scans`, { scan: kind }).then(onDone, toastProblem);
  const open = row.status !== "void" && may("work");
  const from = row.left_site_at ?? row.out_at;
  const to = row.trip_end ?? row.in_at ?? new Date().toISOString();
  return (
    <Drawer title={row.manifest_no} open onClose={onClose}
      footer={open && (
        <>
          {!row.in_at && <Button look="danger" onClick={() => scan("void")}>{t("make_void")}</Button>}
          {!row.out_at && <Button look="primary" onClick={() => scan("out")}>{t("scan_out")}</Button>}
          {row.out_at && !row.in_at && <Button look="primary" onClick={() => scan("in")}>{t("scan_in")}</Button>}
        </>
      )}>
      <dl class="facts">
        <dt>{t("status")}</dt><dd><Badge tone={TONES[row.status]}>{t(`status_${row.status}`)}</Badge></dd>
        <dt>{t("truck")}</dt><dd><a class="plate" href={`/console/trucks/${encodeURIComponent(row.vehicle_id)}`}>{row.plate ?? row.vehicle_id}</a></dd>
        <dt>{t("site")}</dt><dd>{row.site_id}</dd>
        <dt>{t("planned")}</dt><dd>{row.dump_point_id}</dd>
        <dt>{t("driven")}</dt><dd>{row.driven_to ?? (row.trip_id ? "–" : t("no_trip"))}</dd>
        {row.ending && <><dt>{t("ending")}</dt><dd>{t(row.ending)}</dd></>}
        <dt>{t("load")}</dt><dd>{tonnes(row)}</dd>
        <dt>{t("permit")}</dt><dd>{row.permit_id ?? "–"}</dd>
        <dt>{t("driver")}</dt><dd>{row.driver_id ?? "–"}</dd>
        <dt>{t("material")}</dt><dd>{row.material ?? "–"}</dd>
        <dt>{t("issued_at")}</dt><dd>{fullTime(row.issued_at)}</dd>
        <dt>{t("out")}</dt><dd>{row.out_at ? fullTime(row.out_at) : "–"}</dd>
        <dt>{t("in")}</dt><dd>{row.in_at ? fullTime(row.in_at) : "–"}</dd>
      </dl>
      {from && may("track") && (
        <Button icon="play" href={`/console/playback?vehicle=${encodeURIComponent(row.vehicle_id)}&from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`}>{t("playback")}</Button>
      )}
    </Drawer>
  );
}

const FIELDS = ["manifest_no", "vehicle_id", "site_id", "dump_point_id", "permit_id", "driver_id", "material", "planned_kg"] as const;
const LABELS = { manifest_no: "manifest", vehicle_id: "truck", site_id: "site", dump_point_id: "dump_point", permit_id: "permit", driver_id: "driver", material: "material", planned_kg: "planned_kg" } as const;

function Issue({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [order, change] = useState<Record<string, string>>({});
  const submit = () => {
    const given = Object.entries(order).filter(([, value]) => value.trim() !== "");
    const body = Object.fromEntries(given.map(([name, value]) => [name, name === "planned_kg" ? Number(value) : value.trim()]));
    post("/v1/manifests", body).then(() => (onDone(), onClose()), toastProblem);
  };
  return (
    <Dialog title={t("new")} open onClose={onClose} onSubmit={submit}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit">{t("issue")}</Button></>}>
      {FIELDS.map((name) => (
        <Field key={name} label={t(LABELS[name])}>
          <Input value={order[name] ?? ""} inputMode={name === "planned_kg" ? "numeric" : undefined} maxLength={100}
            onValue={(value) => change((was) => ({ ...was, [name]: name === "manifest_no" ? value.toUpperCase() : value }))} />
        </Field>
      ))}
    </Dialog>
  );
}

export default function Manifests() {
  const [status, choose] = useState("");
  const [range, span] = useState<[string | null, string | null]>([null, null]);
  const [opened, open] = useState<string | null>(null);
  const [issuing, issue] = useState(false);
  const datetime = `${range[0] ?? ".."}/${range[1] ?? ".."}`;
  const list = usePaged<Manifest>("/v1/manifests", "manifests", { status, datetime });
  const row = list.rows.find((one) => one.manifest_no === opened);
  return (
    <ListPage title={t("title")}
      tools={may("register") && <Button look="primary" icon="plus" onClick={() => issue(true)}>{t("new")}</Button>}
      filters={
        <>
          <Field label={t("status")}>
            <Select value={status} onValue={choose} choices={[{ value: "", label: t("all") }, ...STATUSES.map((value) => ({ value, label: t(`status_${value}`) }))]} />
          </Field>
          <div class="field wide"><span class="label">{t("time")}</span><DateRange from={range[0]} to={range[1]} onRange={(from, to) => span([from, to])} /></div>
        </>
      }>
      <div class="sheet-top"><Summary datetime={datetime} /></div>
      <List list={list} columns={columns()} id={(one) => one.manifest_no} caption={t("title")} selected={opened} onOpen={(one) => open(one.manifest_no)} />
      {row && <Details row={row} onDone={list.reload} onClose={() => open(null)} />}
      {issuing && <Issue onDone={list.reload} onClose={() => issue(false)} />}
    </ListPage>
  );
}

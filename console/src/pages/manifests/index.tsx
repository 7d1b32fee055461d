/** 电子联单: which loads were closed, which were not, and where each was driven. */
import { useState } from "preact/hooks";
import { Badge, Button, type Column, DateRange, ErrorNote, Field, figure, fixed, Select, shortTime } from "../../design";
import { translator } from "../../i18n";
import { FigureOf, Figures, List, ListPage } from "../../lists/list_page";
import { type Names, orNone, useNames } from "../../lists/names";
import { useAnswer, usePaged } from "../../lists/paged";
import { may } from "../../session/session";
import { Details } from "./details";
import { Issue } from "./issue";
import { hauledKg, type Manifest, type Standing, strays, TONES, whole } from "./manifest";
import { words } from "./words";
import "./manifests.css";

const t = translator(words);

const STANDINGS = Object.keys(TONES) as Standing[];
/** Below this a bureau asks why. */
const SHARE_WANTED = 0.95;

const tonnes = (kg: number | null) => (kg === null ? "–" : fixed(kg / 1000, 1));
const time = (at: string | null) => <span class="nowrap">{at ? shortTime(at) : "–"}</span>;

const columns = (sites: Names, dumps: Names): Column<Manifest>[] => [
  { id: "no", label: t("manifest"), cell: (row) => <span class="mono">{row.manifest_no}</span> },
  { id: "status", label: t("status"), cell: (row) => <Badge tone={TONES[row.status]}>{t(`status_${row.status}`)}</Badge> },
  { id: "truck", label: t("truck"), cell: (row) => <span class="plate">{row.plate ?? row.vehicle_id}</span> },
  { id: "site", label: t("site"), cell: (row) => <div class="clip" title={sites.of(row.site_id)}>{sites.of(row.site_id)}</div> },
  { id: "dump", label: t("dump_point"), cell: (row) => <div class="clip" title={dumps.of(row.dump_point_id)}>{dumps.of(row.dump_point_id)}</div> },
  { id: "out", label: t("out"), cell: (row) => time(row.out_at) },
  { id: "in", label: t("in"), cell: (row) => time(row.in_at) },
  {
    id: "driven", label: t("driven"),
    cell: (row) => (
      <span class="row driven">
        {row.driven_to ? dumps.of(row.driven_to) : row.ending ? t(row.ending) : "–"}
        {strays(row) && <Badge tone="critical">{t("elsewhere")}</Badge>}
        {row.deviated && <Badge tone="warning">{t("deviated")}</Badge>}
      </span>
    ),
  },
  { id: "load", label: t("load"), end: true, cell: (row) => tonnes(hauledKg(row)) },
];

function Summary({ datetime, asked }: { datetime: string; asked: number }) {
  const { answer, error, reload } = useAnswer("/v1/manifests/figures", { by: "company", datetime }, asked);
  if (error) return <ErrorNote error={error} onRetry={reload} />;
  const found = whole(answer?.figures ?? []);
  const share = found.closed_share;
  const told = (value: number) => (answer ? figure(value) : "…");
  return (
    <Figures>
      <FigureOf label={t("closed_share")} tone={share === null ? "" : share < SHARE_WANTED ? "warning" : "good"}>{share === null ? (answer ? "–" : "…") : `${figure(100 * share, 1)} %`}</FigureOf>
      <FigureOf label={t("issued")}>{told(found.issued)}</FigureOf>
      <FigureOf label={t("left_site")}>{told(found.left_site)}</FigureOf>
      <FigureOf label={t("closed")}>{told(found.closed)}</FigureOf>
      <FigureOf label={t("unclosed")} tone={found.unclosed ? "critical" : ""}>{told(found.unclosed)}</FigureOf>
      <FigureOf label={t("elsewhere")} tone={found.elsewhere ? "critical" : ""}>{told(found.elsewhere)}</FigureOf>
      <FigureOf label={t("deviated")} tone={found.deviated ? "warning" : ""}>{told(found.deviated)}</FigureOf>
    </Figures>
  );
}

export default function Manifests() {
  const [status, choose] = useState<Standing | "">("");
  const [site, from] = useState("");
  const [range, span] = useState<[string | null, string | null]>([null, null]);
  const [opened, open] = useState<string | null>(null);
  const [issuing, issue] = useState(false);
  const [asked, ask] = useState(0);
  const [sites, dumps, companies] = [useNames("sites"), useNames("dump_points"), useNames("companies")];
  const datetime = `${range[0] ?? ".."}/${range[1] ?? ".."}`;
  const list = usePaged("/v1/manifests", "manifests", { status, site_id: site, datetime });
  const one = list.rows.find((row) => row.manifest_no === opened);
  const changed = () => (list.reload(), ask((count) => count + 1));
  return (
    <ListPage title={t("title")}
      tools={may("register") && <Button look="primary" icon="plus" onClick={() => issue(true)}>{t("new")}</Button>}
      filters={
        <>
          <Field label={t("status")}>
            <Select value={status} onValue={(value) => choose(value as typeof status)} choices={orNone(t("all"), STANDINGS.map((value) => ({ value, label: t(`status_${value}`) })))} />
          </Field>
          <Field label={t("site")}><Select value={site} onValue={from} choices={orNone(t("all"), sites.choices)} /></Field>
          <div class="field wide"><span class="label">{t("time")}</span><DateRange from={range[0]} to={range[1]} onRange={(first, last) => span([first, last])} /></div>
        </>
      }>
      <div class="sheet-top"><Summary datetime={datetime} asked={asked} /></div>
      <List list={list} columns={columns(sites, dumps)} id={(row) => row.manifest_no} caption={t("title")} selected={opened} icon="document" onOpen={(row) => open(row.manifest_no)} />
      {one && <Details one={one} sites={sites} dumps={dumps} companies={companies} onDone={changed} onClose={() => open(null)} />}
      {issuing && <Issue sites={sites} dumps={dumps} onDone={changed} onClose={() => issue(false)} />}
    </ListPage>
  );
}

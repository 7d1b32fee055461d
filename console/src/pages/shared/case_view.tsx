/** A shared case: what, where, when, and how far it is. Nobody is named in it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Badge, fullTime, Panel, Severity, Status } from "../../design";
import { language, translator } from "../../i18n";
import type { MapMark } from "../../track/layers";
import { TrackMap } from "../../track/track_map";
import { toneOf } from "../case/clip_view";
import type { SharedCase } from "./shared";
import { words } from "./words";

const t = translator(words);

/** Half the width of what is shown around the place. [deg] */
const AROUND_DEG = 0.007;

const inWords = (zh: string, en: string) => (language.value === "zh" ? zh : en);

function facts(one: SharedCase): [string, ComponentChildren][] {
  const rows: [string, ComponentChildren][] = [
    [t("plate"), (one.plate ?? one.vehicle_id) && <span class="plate">{one.plate ?? one.vehicle_id}</span>],
    [t("company"), one.company_name],
    [t("start"), fullTime(one.start)],
    [t("end"), one.end ? fullTime(one.end) : t("going_on")],
    [t("opened"), fullTime(one.opened_at)],
    [t("due"), fullTime(one.due_at)],
    [t("ended_at"), one.ended_at && fullTime(one.ended_at)],
    [t("position"), one.position && <span class="mono">{one.position.coordinates.map((degrees) => degrees.toFixed(5)).join(", ")}</span>],
  ];
  return rows.filter(([, value]) => Boolean(value));
}

function Where({ one }: { one: SharedCase }) {
  const time = useSignal(Date.parse(one.start));
  const [lon_deg, lat_deg] = one.position!.coordinates;
  const marks = useMemo<MapMark[]>(
    () => [{ id: one.case_id, lon_deg, lat_deg, label: t("place"), tone: toneOf(one.severity), main: true }],
    [one.case_id, language.value],
  );
  return (
    <div class="shared-map">
      <TrackMap drawn={NOTHING} time={time} marks={marks} label={t("map")}
        focus={[lon_deg - AROUND_DEG, lat_deg - AROUND_DEG, lon_deg + AROUND_DEG, lat_deg + AROUND_DEG]} />
    </div>
  );
}

const NOTHING: never[] = [];

export function SharedCaseView({ one }: { one: SharedCase }) {
  return (
    <div class="shared-case">
      <div class="row wrap title">
        <Severity severity={one.severity} />
        <h1>{inWords(one.kind_zh, one.kind_en)}</h1>
        {one.plate && <Badge tone="outline"><span class="plate">{one.plate}</span></Badge>}
        <Status status={one.status} />
        {one.overdue && <Badge tone="critical">{t("overdue")}</Badge>}
        <span class="mono muted">{one.case_no}</span>
      </div>
      <div class="shared-grid">
        <Panel flush label={t("map")}>{one.position && <Where one={one} />}</Panel>
        <div class="stack">
          <Panel title={t("facts")}>
            <dl class="facts">{facts(one).map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}:`}>{value}</dd>])}</dl>
          </Panel>
          <Panel title={t("steps")}>
            <ol class="shared-steps">
              {one.steps.map((step, at) => (
                <li key={at}>
                  <time class="muted" dateTime={step.at}>{fullTime(step.at)}</time>
                  <span class="grow strong">{inWords(step.step_zh, step.step_en)}</span>
                  <Status status={step.to_status} />
                </li>
              ))}
            </ol>
          </Panel>
        </div>
      </div>
    </div>
  );
}

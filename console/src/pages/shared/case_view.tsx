/** A shared case: what, where, when, the track around it, and how far it is. Nobody is named in it. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Badge, fullTime, Panel, Severity, Status } from "../../design";
import { language, translator } from "../../i18n";
import { decode } from "../../track/track";
import { ClipView, type MarkedEvent } from "../case/clip_view";
import "../case/case.css";
import type { Shared, SharedCase, SharedEvent } from "./shared";
import { words } from "./words";

const t = translator(words);

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

/** The kinds' words come with the link: whoever has it may read nothing else. */
const nameOf = (event: MarkedEvent) => inWords((event as SharedEvent).kind_zh, (event as SharedEvent).kind_en);

/** Before, during and after the event, as the case's own page shows it; nothing to change and nowhere to go on to. */
function Clip({ one, answer }: { one: SharedCase; answer: Shared["track"] }) {
  const clip = useMemo(() => ({ track: answer && decode(answer), failed: null, loading: false }), [answer]);
  return <ClipView one={one} clip={clip} events={one.events} places={NOTHING} colouring="speed" withChart={answer !== null} nameOf={nameOf} />;
}

const NOTHING: never[] = [];

export function SharedCaseView({ one, track }: { one: SharedCase; track: Shared["track"] }) {
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
        <Panel flush label={t("map")} class={track ? "shared-clip" : "shared-clip no-track"}>
          {(one.position || track) && <Clip one={one} answer={track} />}
          {track && <p class="muted shared-span">{t("track")} {t("before_after", { from: fullTime(track.start), to: fullTime(track.end) })}</p>}
        </Panel>
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

/** One case: what happened, on the map and over time; why it was found; what was done; what can be done. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { get, isGone } from "../../api/client";
import { Badge, Button, Empty, ErrorNote, IconButton, Panel, Severity, Skeleton, Status, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { followCases } from "../../live/case_stream";
import { may } from "../../session/session";
import { ShareButton } from "../../shell/share";
import type { Colouring } from "../../track/line";
import { Actions } from "./actions";
import { Candidates } from "./candidates";
import { type Case, type CaseDetail, clipSpan } from "./case";
import { useClip } from "./clip";
import { ClipView } from "./clip_view";
import { Due } from "./due";
import { EvidenceButton } from "./evidence_button";
import { Facts } from "./facts";
import { Findings } from "./findings";
import { kindName, loadKinds } from "../../words/kinds";
import { playbackAddress, useCase } from "./load";
import { Passages } from "./passages";
import { Photos } from "./photos";
import { usePlaces } from "./places";
import { Timeline } from "./timeline";
import { words } from "./words";
import "./case.css";

const t = translator(words);

/** How much is shown around the event. [min] */
const AROUND_MIN = [5, 15, 30, 60] as const;

export default function CasePage({ case_id = "" }: Record<string, string>) {
  const [changeNo, setChangeNo] = useState<number | null>(null);
  const [around, setAround] = useState(1);
  const [colouring, setColouring] = useState<Colouring>("speed");
  const [round, again] = useState(0);
  const [{ detail, events, vehicle, failed }, put] = useCase(case_id, changeNo, round);
  const minutes = AROUND_MIN[around]!;
  const clip = useClip(detail, minutes * 60_000);
  const places = usePlaces(events);
  const [before, after] = useNeighbours(detail);

  const reload = () => again((count) => count + 1);

  useEffect(() => void loadKinds().catch(toastProblem), []);
  useEffect(() => followCases({ onCase: (one: Case) => one.case_id === case_id && setChangeNo(one.change_no), onResync: reload }), [case_id]);

  if (failed && !detail) return <div class="page"><ErrorNote error={failed} onRetry={reload} />{isGone(failed) && <Empty icon="search">{t("not_found")}</Empty>}</div>;
  if (!detail) return <div class="page"><Skeleton lines={8} /></div>;
  const photos = detail.steps.flatMap((step) => step.photos);
  const span = clipSpan(detail, minutes * 60_000, serverNow_ms());
  return (
    <div class="case-page" data-case={detail.case_id}>
      <header class="case-head">
        <div class="row wrap">
          <Button class="back" look="quiet" icon="arrow_left" href="/console/cases">{t("back")}</Button>
          <span class="mono muted">{detail.case_no}</span>
          <span class="grow" />
          <IconButton icon="chevron_left" label={t("previous")} disabled={!before} href={before && `/console/cases/${before}`} />
          <IconButton icon="chevron_right" label={t("next")} disabled={!after} href={after && `/console/cases/${after}`} />
        </div>
        <div class="row wrap title">
          <Severity severity={detail.severity} />
          <h1>{kindName(detail.kind)}</h1>
          {detail.plate && <Badge tone="outline"><span class="plate">{detail.plate}</span></Badge>}
          <Status status={detail.status} />
          <Due of={detail} />
          <span class="grow" />
          {detail.vehicle_id && may("track") && (
            <Button icon="play" href={playbackAddress(detail.vehicle_id, span.from_ms, span.to_ms, Date.parse(detail.start))}>{t("playback")}</Button>
          )}
          <EvidenceButton case_id={detail.case_id} case_no={detail.case_no} look="plain" />
          <ShareButton what={{ kind: "case", case_id: detail.case_id }} />
        </div>
        <Actions detail={detail} onChanged={put} withKeys />
      </header>
      <div class="case-grid">
        <div class="stack">
          <Panel title={t("track")} flush tools={
            <div class="row tools">
              <div class="segments" role="group" aria-label={t("track")}>
                {(["speed", "load"] as const).map((each) => (
                  <Button key={each} look="quiet" aria-pressed={colouring === each} onClick={() => setColouring(each)}>{t(`colour_${each}`)}</Button>
                ))}
              </div>
              <IconButton icon="minus" label={t("less")} disabled={around === 0} onClick={() => setAround(around - 1)} />
              <span class="muted small">{t("clip_around", { minutes })}</span>
              <IconButton icon="plus" label={t("more")} disabled={around === AROUND_MIN.length - 1} onClick={() => setAround(around + 1)} />
            </div>
          }>
            <ClipView one={detail} clip={clip} events={events} places={places} colouring={colouring} capacity_kg={vehicle?.capacity_kg} />
          </Panel>
          <Panel title={t("what")}>
            {events.map((event) => <Findings key={event.event_id} event={event} />)}
            {detail.events.length === 0 && <p class="muted">{t("no_event")}</p>}
          </Panel>
        </div>
        <div class="stack">
          <Panel title={t("facts")}>
            <Candidates detail={detail} onChanged={put} />
            <Facts one={detail} vehicle={vehicle} events={events} />
          </Panel>
          {detail.vehicle_id && <Panel title={t("passages")}><Passages one={detail} /></Panel>}
          <Panel title={t("photos_title")}>{photos.length > 0 ? <Photos photos={photos} /> : <p class="muted small">{t("no_photos")}</p>}</Panel>
          <Panel title={t("steps")}><Timeline of={detail} /></Panel>
        </div>
      </div>
    </div>
  );
}

/** The cases opened just before and after this one: the list is newest first. */
function useNeighbours(detail: CaseDetail | null): [before: string | undefined, after: string | undefined] {
  const [found, setFound] = useState<[string | undefined, string | undefined]>([undefined, undefined]);
  useEffect(() => {
    if (!detail) return;
    const idOf = ({ cases }: { cases: Case[] }) => cases.find((one) => one.case_id !== detail.case_id)?.case_id;
    // The page that begins with this case, and the newest page: a case's newer neighbour is the last before it.
    const older = get("/v1/cases", { datetime: `../${detail.opened_at}`, limit: 2 }).then(idOf, () => undefined);
    const newer = get("/v1/cases", { datetime: `${detail.opened_at}/..`, limit: NEWER_MOST }).then(
      ({ cases }) => cases.filter((one) => one.case_id !== detail.case_id).at(-1)?.case_id,
      () => undefined,
    );
    void Promise.all([newer, older]).then(setFound);
  }, [detail?.case_id]);
  return found;
}

/** Beyond so many newer cases, "previous" leads to the newest of a full page instead of the very next. */
const NEWER_MOST = 200;

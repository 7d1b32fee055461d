/** The case that is open in the inbox: map, facts, evidence and the next steps, so that it is worked to its end here. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { Badge, Button, ErrorNote, IconButton, Severity, Skeleton, Status } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { Actions } from "../case/actions";
import { Candidates } from "../case/candidates";
import { type Case, type CaseDetail, clipSpan } from "../case/case";
import { useClip } from "../case/clip";
import { ClipView } from "../case/clip_view";
import { Due } from "../case/due";
import { EvidenceButton } from "../case/evidence_button";
import { Facts } from "../case/facts";
import { Findings } from "../case/findings";
import { kindName } from "../../words/kinds";
import { playbackAddress, useCase } from "../case/load";
import { usePlaces } from "../case/places";
import { Timeline } from "../case/timeline";
import { words } from "./words";

const t = translator(words);

/** Before and after: ten minutes show how the truck came and where it went. [ms] */
const AROUND_MS = 600_000;

interface Props {
  row: Case;
  withKeys: boolean;
  /** A key that was pressed since the case was opened, perhaps before it was here. */
  early: () => string | null;
  /** Whether keys are meant for this case: the next one may be on its way. */
  isCurrent: () => boolean;
  onChanged: (detail: CaseDetail) => void;
  onClose: () => void;
}

export function Preview({ row, withKeys, early, isCurrent, onChanged, onClose }: Props) {
  const [round, again] = useState(0);
  const [{ detail, events, vehicle, failed }, put] = useCase(row.case_id, row.change_no, round);
  const clip = useClip(row, AROUND_MS);
  const places = usePlaces(events);
  const changed = (next: CaseDetail) => {
    put(next);
    onChanged(next);
  };
  const span = clipSpan(row, AROUND_MS, serverNow_ms());
  return (
    <section class="preview" aria-label={t("preview")} data-case={row.case_id}>
      <header>
        <div class="row wrap">
          <Severity severity={row.severity} />
          <h2>{kindName(row.kind)}</h2>
          {row.plate && <Badge tone="outline"><span class="plate">{row.plate}</span></Badge>}
          <Status status={row.status} />
          <Due of={row} />
        </div>
        <div class="row tools">
          <a class="mono" href={`/console/cases/${row.case_id}`}>{row.case_no}</a>
          <span class="grow" />
          {row.vehicle_id && may("track") && (
            <Button look="quiet" icon="play" href={playbackAddress(row.vehicle_id, span.from_ms, span.to_ms, Date.parse(row.start))}>{t("playback")}</Button>
          )}
          <EvidenceButton case_id={row.case_id} case_no={row.case_no} />
          <Button look="quiet" icon="expand" href={`/console/cases/${row.case_id}`}>{t("open_page")}</Button>
          <IconButton icon="close" label={t("close")} onClick={onClose} />
        </div>
      </header>
      {detail && <Actions detail={detail} onChanged={changed} withKeys={withKeys} early={early} isCurrent={isCurrent} />}
      <div class="preview-body">
        <ErrorNote error={failed} onRetry={() => again(round + 1)} />
        <ClipView one={row} clip={clip} events={events} places={places} colouring="speed" capacity_kg={vehicle?.capacity_kg} />
        {detail ? (
          <div class="preview-columns">
            <div>
              {events.length > 0 && <h3>{t("what")}</h3>}
              {events.map((event) => <Findings key={event.event_id} event={event} />)}
              <Candidates detail={detail} onChanged={changed} />
              <h3>{t("facts")}</h3>
              <Facts one={detail} vehicle={vehicle} events={events} />
            </div>
            <div>
              <h3>{t("steps")}</h3>
              <Timeline of={detail} />
            </div>
          </div>
        ) : (
          !failed && <Skeleton lines={6} />
        )}
      </div>
    </section>
  );
}

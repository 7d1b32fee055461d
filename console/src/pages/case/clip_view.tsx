/** A case on the map and over time, with one cursor: before, during and after the event. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";
import type { Threshold } from "../../charts/panel";
import type { PanelKey } from "../../charts/panels";
import { type ChartMark, TrackChart } from "../../charts/track_chart";
import { Empty, ErrorNote, Skeleton } from "../../design";
import { translator } from "../../i18n";
import type { Colouring } from "../../track/line";
import type { MapMark, Place, Tone } from "../../track/layers";
import { TrackMap } from "../../track/track_map";
import type { Case } from "./case";
import type { Clip } from "./clip";
import type { Event } from "./findings";
import { kindName } from "../../words/kinds";
import { chartThresholds, numberText } from "./members";
import { memberName } from "./member_words";
import { words } from "./words";

const t = translator(words);

/** What map and chart mark of a case: its own page has more of it than a link gives out. */
export type Marked = Pick<Case, "case_id" | "start" | "severity" | "position">;
export type MarkedEvent = Pick<Event, "event_id" | "kind" | "severity" | "start" | "confirmed_at" | "end" | "position" | "opening">;

interface Props {
  one: Marked;
  clip: Clip;
  events: readonly MarkedEvent[];
  places: readonly Place[];
  colouring: Colouring;
  capacity_kg?: number | null;
  withChart?: boolean;
  /** Of the kinds of events, where the platform's table of them may not be read. */
  nameOf?: (event: MarkedEvent) => string;
}

const named = (event: MarkedEvent) => kindName(event.kind);

export const toneOf = (severity: number): Tone => (["muted", "notice", "warning", "critical"] as const)[severity] ?? "muted";

function thresholdsOf(events: readonly MarkedEvent[]): Partial<Record<PanelKey, Threshold[]>> {
  const found: Partial<Record<PanelKey, Threshold[]>> = {};
  const seen = new Set<string>();
  for (const { panel, value, name } of events.flatMap((event) => chartThresholds(event.opening))) {
    const label = `${memberName(name)} ${panel === "load" ? numberText(value * 1000, "mass") : numberText(value, panel === "lift" ? "angle" : "speed_kmh")}`;
    if (seen.has(panel + label)) continue;
    seen.add(panel + label);
    (found[panel] ??= []).push({ value, label });
  }
  return found;
}

function marksOf(one: Marked, events: readonly MarkedEvent[], nameOf: (event: MarkedEvent) => string): MapMark[] {
  const found: MapMark[] = events.flatMap((event) =>
    event.position
      ? [{
          id: event.event_id, lon_deg: event.position.coordinates[0], lat_deg: event.position.coordinates[1], label: nameOf(event),
          tone: toneOf(event.severity), time_ms: Date.parse(event.start), main: true,
        }]
      : [],
  );
  if (found.length > 0 || !one.position) return found;
  const [lon_deg, lat_deg] = one.position.coordinates;
  return [{ id: one.case_id, lon_deg, lat_deg, label: t("here"), tone: toneOf(one.severity), main: true }];
}

/** A box of about a kilometre around a place: what there is to see where there is no track. */
const around = ([lon_deg, lat_deg]: [number, number]): [number, number, number, number] =>
  [lon_deg - 0.006, lat_deg - 0.005, lon_deg + 0.006, lat_deg + 0.005];

export function ClipView({ one, clip, events, places, colouring, capacity_kg, withChart = true, nameOf = named }: Props) {
  const { track } = clip;
  const start_ms = Date.parse(one.start);
  const time = useSignal(start_ms);
  // Before it is painted: set later, it would take back where somebody has pointed meanwhile.
  useLayoutEffect(() => {
    time.value = start_ms;
  }, [one.case_id, start_ms]);
  const drawn = useMemo(() => (track ? [{ track, colouring, capacity_kg }] : []), [track, colouring, capacity_kg]);
  const marks = useMemo(() => marksOf(one, events, nameOf), [one.case_id, events, nameOf]);
  const thresholds = useMemo(() => thresholdsOf(events), [events]);
  const spans = useMemo(
    () => events.map((event) => ({ from_ms: Date.parse(event.start), to_ms: Date.parse(event.end ?? event.confirmed_at), label: nameOf(event) })),
    [events, nameOf],
  );
  const chartMarks = useMemo<ChartMark[]>(
    () => events.map((event) => ({ time_ms: Date.parse(event.start), label: nameOf(event), tone: toneOf(event.severity) })),
    [events, nameOf],
  );
  const seek = (time_ms: number) => (time.value = time_ms);
  return (
    <div class="case-clip">
      <div class="clip-map">
        <TrackMap
          drawn={drawn} time={time} span={spans[0] ?? null} marks={marks} places={places} label={t("track_label")} onSeek={seek}
          focus={track?.placed.length ? null : one.position && around(one.position.coordinates)}
        />
      </div>
      {withChart && (
        <div class="clip-chart">
          {clip.failed ? <ErrorNote error={clip.failed} /> : track ? (
            track.time_ms.length > 0 ? <TrackChart track={track} time={time} thresholds={thresholds} spans={spans} marks={chartMarks} /> : <Empty icon="path">{t("no_track")}</Empty>
          ) : clip.loading ? <Skeleton lines={4} /> : <Empty icon="path">{t("no_track")}</Empty>}
        </div>
      )}
    </div>
  );
}

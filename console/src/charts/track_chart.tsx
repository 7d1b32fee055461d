/** A truck's readings over time, panel above panel, with ONE time cursor that the map shares.
 *
 * Dragging moves the cursor, the wheel zooms about it, a double click shows the whole again. The same by keys.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { AXIS_PX, Panel, type Threshold } from "./panel";
import { type PanelKey, type PanelKind, readPanels } from "./panels";
import { shown } from "./time";
import { followed, shareOf, timeAt, type View, zoomed } from "./view";
import { countUpTo, COVERS, GAP_MS, momentAt, type Track } from "../track/track";
import { translator } from "../i18n";
import { words } from "./words";
import "./charts.css";

export interface ChartSpan {
  from_ms: number;
  to_ms: number;
  label: string;
  tone?: ChartMark["tone"];
}

export interface ChartMark {
  time_ms: number;
  to_ms?: number;
  label: string;
  /** Tone of the design. */
  tone: "critical" | "warning" | "notice" | "good" | "muted";
}

interface Props {
  track: Track;
  /** The time cursor, in Unix milliseconds. */
  time: Signal<number>;
  thresholds?: Partial<Record<PanelKey, Threshold[]>>;
  /** Shaded spans: the event, above all. */
  spans?: readonly ChartSpan[];
  marks?: readonly ChartMark[];
  onSeek?: (time_ms: number) => void;
  /** Lower panels where there is less room. */
  scale?: number;
}

const t = translator(words);
const NO_THRESHOLDS: Threshold[] = [];

/** Return what a panel reads at a time, with its unit; a dash where nothing was read. */
export function readingAt(kind: PanelKind, track: Track, time_ms: number): string {
  if (momentAt(track, time_ms)?.silent) return t("silent");
  const values = kind.values(track);
  let row = countUpTo(track.time_ms, time_ms) - 1;
  while (row > 0 && Number.isNaN(values[row]) && time_ms - track.time_ms[row - 1]! <= GAP_MS) row -= 1;
  const value = row < 0 ? Number.NaN : values[row]!;
  if (Number.isNaN(value) || time_ms - track.time_ms[row]! > GAP_MS) return "–";
  return kind.key === "cover" ? t(COVERS[value]!) : `${value.toFixed(kind.digits)} ${kind.unit}`;
}

/** Near an end the cursor's time stands beside it, so that it is not cut off. */
const sideOf = (share: number) => (share < 0.04 ? "at-start" : share > 0.96 ? "at-end" : "");

export function TrackChart({ track, time, thresholds = {}, spans = [], marks = [], onSeek, scale = 1 }: Props) {
  const whole = useMemo<View>(() => ({ from_ms: track.start_ms, to_ms: track.end_ms }), [track]);
  const view = useSignal<View>(whole);
  const width_px = useSignal(0);
  const box = useRef<HTMLDivElement>(null);
  const panels = useMemo(() => readPanels(track), [track]);
  useEffect(() => {
    view.value = whole;
  }, [whole]);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => (width_px.value = Math.floor(entry!.contentRect.width)));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  const now_ms = time.value;
  useEffect(() => {
    view.value = followed(view.value, whole, now_ms);
  }, [now_ms, whole]);

  const seek = (time_ms: number) => {
    time.value = Math.min(whole.to_ms, Math.max(whole.from_ms, time_ms));
    onSeek?.(time.value);
  };
  const under = (event: { clientX: number }) => {
    const edges = box.current!.getBoundingClientRect();
    return timeAt(view.value, (event.clientX - edges.left - AXIS_PX) / (edges.width - AXIS_PX));
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    view.value = zoomed(view.value, whole, under(event), event.deltaY > 0 ? 1.25 : 0.8);
  };
  useEffect(() => {
    const element = box.current!;
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  });
  const drag = (event: PointerEvent) => {
    if (event.type === "pointerdown") (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (event.buttons & 1) seek(under(event));
  };
  const percent = (time_ms: number) => `${100 * Math.min(1, Math.max(0, shareOf(view.value, time_ms)))}%`;
  const inView = (mark: ChartMark) => mark.time_ms >= view.value.from_ms && mark.time_ms <= view.value.to_ms;

  return (
    <div class="track-chart" ref={box}>
      {panels.length === 0 && <p class="chart-empty">{t("nothing_read")}</p>}
      {panels.map((kind, at) => (
        <Panel
          key={kind.key}
          kind={kind}
          label={t(kind.key)}
          track={track}
          view={view.value}
          width_px={width_px.value}
          height_px={Math.round(kind.height_px * scale)}
          thresholds={thresholds[kind.key] ?? NO_THRESHOLDS}
          reading={readingAt(kind, track, now_ms)}
          withTimes={at === panels.length - 1}
        />
      ))}
      <div
        class="chart-time"
        style={{ left: `${AXIS_PX}px` }}
        role="slider"
        tabIndex={0}
        aria-label={t("time")}
        aria-valuemin={Math.round(whole.from_ms / 1000)}
        aria-valuemax={Math.round(whole.to_ms / 1000)}
        aria-valuenow={Math.round(now_ms / 1000)}
        aria-valuetext={shown(now_ms)}
        onPointerDown={drag}
        onPointerMove={drag}
        onDblClick={() => (view.value = whole)}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -10_000, ArrowRight: 10_000, PageUp: 600_000, PageDown: -600_000 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          seek(now_ms + step);
        }}
      >
        {spans.map((span) => (
          <div
            class={`chart-span tone-${span.tone ?? "critical"}`}
            key={span.label + span.from_ms}
            title={span.label}
            style={{ left: percent(span.from_ms), right: `calc(100% - ${percent(span.to_ms)})` }}
          />
        ))}
        {marks.filter(inView).map((mark) => (
          <div class={`chart-mark tone-${mark.tone}`} key={mark.label + mark.time_ms} title={`${shown(mark.time_ms, "second")} ${mark.label}`} style={{ left: percent(mark.time_ms) }} />
        ))}
        {now_ms >= view.value.from_ms && now_ms <= view.value.to_ms && (
          <div class={`chart-cursor ${sideOf(shareOf(view.value, now_ms))}`} style={{ left: percent(now_ms) }}>
            <span>{shown(now_ms, "second")}</span>
          </div>
        )}
      </div>
    </div>
  );
}

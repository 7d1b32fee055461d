/** One panel of a track chart: uPlot draws line and grid; thresholds and labels are elements, so that they can be read. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { labelParts, roundTop, ticks } from "./axis";
import { type PanelKind, points } from "./panels";
import { shown } from "./time";
import type { Track } from "../track/track";
import { isDark } from "../shell/theme";
import type { View } from "./view";

/** Room of the value axis, the same in every panel: times then stand above each other. */
export const AXIS_PX = 44;
const TIMES_PX = 22;
/** Room above the highest value, for the panel's name and the labels of values. */
const HEADROOM = 1.18;
/** Room below zero, so that a line at zero is seen. */
const FLOOR = 0.04;
/** Ticks stand this far apart. */
const TICK_PX = 84;

export interface Threshold {
  value: number;
  label: string;
}

interface Props {
  kind: PanelKind;
  label: string;
  track: Track;
  view: View;
  width_px: number;
  height_px: number;
  thresholds: readonly Threshold[];
  /** What the panel reads at the time cursor. */
  reading: string;
  withTimes: boolean;
}

export function Panel(props: Props) {
  const { kind, track, view, width_px, thresholds } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = useMemo(() => points(track.time_ms, kind.values(track)), [track, kind]);
  const top = useMemo(
    () => (kind.stepped ? kind.least : roundTop([...(data[1].filter(Boolean) as number[]), ...thresholds.map((each) => each.value)], kind.least)),
    [data, kind, thresholds],
  );
  useEffect(() => {
    if (width_px < AXIS_PX * 2 || !place.current) return undefined;
    chart.current = new uPlot(options(props, top), data as uPlot.AlignedData, place.current);
    return () => chart.current?.destroy();
  }, [data, top, width_px, props.height_px, props.withTimes, isDark.value]);
  useEffect(() => {
    chart.current?.setScale("x", { min: view.from_ms / 1000, max: view.to_ms / 1000 });
  }, [view, data, top, width_px, props.height_px, props.withTimes, isDark.value]);
  return (
    <div class="chart-panel" data-panel={kind.key} style={{ height: `${props.height_px + (props.withTimes ? TIMES_PX : 0)}px` }}>
      <div ref={place} />
      <div class="chart-thresholds" style={{ left: `${AXIS_PX}px`, height: `${props.height_px}px` }}>
        {thresholds.map((each) => (
          <div class="chart-threshold" data-value={each.value} style={{ bottom: `${(100 * (each.value / top + FLOOR)) / (HEADROOM + FLOOR)}%` }} key={each.label}>
            <span>{each.label}</span>
          </div>
        ))}
      </div>
      <div class="chart-name" style={{ left: `${AXIS_PX + 8}px` }}>
        <span class="chart-swatch" style={{ background: `var(${kind.colour})` }} />
        {props.label} <b data-reading={kind.key}>{props.reading}</b>
      </div>
    </div>
  );
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Return a custom property as a colour that a canvas knows: `light-dark()` is solved by an element, not by its text. */
export function solved(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  probe.hidden = true;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found || colour(name);
}

function options({ kind, view, width_px, height_px, withTimes }: Props, top: number): uPlot.Options {
  const [muted, grid, line] = [solved("--muted"), solved("--line"), solved(kind.colour)];
  const font = "11px " + (colour("--font") || "sans-serif");
  const most = Math.max(2, Math.floor((width_px - AXIS_PX) / TICK_PX));
  return {
    width: width_px,
    height: height_px + (withTimes ? TIMES_PX : 0),
    padding: [0, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    ms: 1e-3,
    scales: {
      x: { time: false, auto: false, min: view.from_ms / 1000, max: view.to_ms / 1000 },
      y: { auto: false, range: () => [-top * FLOOR, top * HEADROOM] },
    },
    axes: [
      {
        show: true,
        size: withTimes ? TIMES_PX : 0,
        font,
        stroke: muted,
        gap: 4,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        splits: (_, __, min, max) => ticks(min * 1000, max * 1000, most).map((time) => time / 1000),
        values: (_, splits) => {
          if (!withTimes || splits.length === 0) return splits.map(() => "");
          const parts = labelParts(splits[0]! * 1000, splits[splits.length - 1]! * 1000);
          return splits.map((time_s) => shown(time_s * 1000, parts));
        },
      },
      {
        size: AXIS_PX,
        font,
        stroke: muted,
        gap: 4,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        splits: () => (kind.stepped ? [0, 1, 2] : [0, top / 2, top]),
        values: (_, splits) => splits.map((value) => (kind.stepped ? "" : value === 0 ? "" : String(value))),
      },
    ],
    series: [
      {},
      {
        stroke: line,
        width: 1.6,
        fill: kind.stepped || kind.key === "lift" ? line.replace(/^rgb\((.*)\)$/, "rgba($1, 0.18)") : undefined,
        paths: kind.stepped ? uPlot.paths.stepped!({ align: 1 }) : uPlot.paths.linear!(),
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}

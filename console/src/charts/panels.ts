/** What the panels of a track chart show: values by time as uPlot wants them, gaps included. */
import { GAP_MS, type Track } from "../track/track";

export type PanelKey = "speed" | "load" | "lift" | "cover";

export interface PanelKind {
  key: PanelKey;
  unit: string;
  /** Colour of the line, a custom property of the design. */
  colour: string;
  height_px: number;
  /** The axis reaches at least so far. */
  least: number;
  stepped: boolean;
  digits: number;
  values: (track: Track) => ArrayLike<number>;
}

/** The cursor asks for the values sixty times a second: they are made once per track. */
function once(make: (track: Track) => Float64Array): (track: Track) => Float64Array {
  const made = new WeakMap<Track, Float64Array>();
  return (track) => {
    let values = made.get(track);
    if (!values) made.set(track, (values = make(track)));
    return values;
  };
}

const tonnes = once((track) => track.load_kg.map((load) => load / 1000));
// -1 is absent; closed lies on the axis, open at the top.
const covers = once((track) => Float64Array.from(track.cover, (cover) => (cover < 0 ? Number.NaN : cover)));

export const PANELS: readonly PanelKind[] = [
  { key: "speed", unit: "km/h", colour: "--accent", height_px: 118, least: 40, stepped: false, digits: 0, values: (track) => track.speed_kmh },
  { key: "load", unit: "t", colour: "--warning", height_px: 92, least: 5, stepped: false, digits: 1, values: tonnes },
  { key: "lift", unit: "°", colour: "--critical", height_px: 70, least: 30, stepped: false, digits: 0, values: (track) => track.lift_deg },
  { key: "cover", unit: "", colour: "--notice", height_px: 48, least: 2, stepped: true, digits: 0, values: covers },
];

/** Return the panels of which the track holds at least one reading. */
export function readPanels(track: Track): PanelKind[] {
  return PANELS.filter((panel) => Array.prototype.some.call(panel.values(track), (value: number) => !Number.isNaN(value)));
}

export type Points = [times_s: number[], values: (number | null | undefined)[]];

/** Return the points of a panel. A null between two fixes breaks the line; undefined is passed over. */
export function points(times_ms: ArrayLike<number>, values: ArrayLike<number>): Points {
  const found: Points = [[], []];
  for (let row = 0; row < times_ms.length; row += 1) {
    if (row > 0 && times_ms[row]! - times_ms[row - 1]! > GAP_MS) push(found, times_ms[row - 1]! + 1, null);
    push(found, times_ms[row]!, Number.isNaN(values[row]) ? undefined : values[row]!);
  }
  return found;
}

function push([times, values]: Points, time_ms: number, value: number | null | undefined): void {
  times.push(time_ms / 1000);
  values.push(value);
}

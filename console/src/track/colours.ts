/** Colours of a track's bands, the same on the map and in the legend; told apart in both themes and by lightness. */
import { type Band, type Colouring, GAP, LOAD_BANDS, SPEED_BANDS_KMH, UNREAD } from "./line";

const SPEED = ["#8794a0", "#3f8fd6", "#17a89a", "#e0982f", "#e5484d"];
const LOAD = ["#3f8fd6", "#6fb0c9", "#17a89a", "#0c7f74", "#e5484d"];
/** Of trucks that are compared: first, second, third. */
export const COMPARED = ["#17a89a", "#e0982f", "#8b6cf0"];
export const SILENT = "#8794a0";

export function bandColour(band: Band, colouring: Colouring, truck = 0): string {
  if (band === GAP || band === UNREAD) return SILENT;
  if (colouring === "plain") return COMPARED[truck % COMPARED.length]!;
  return (colouring === "speed" ? SPEED : LOAD)[band]!;
}

export interface LegendRow {
  colour: string;
  /** Lower end of the band in its unit, and upper end, null where it is open. */
  from: number;
  to: number | null;
}

/** Return the rows of the legend: km/h, or per cent of the capacity. */
export function legend(colouring: "speed" | "load"): LegendRow[] {
  const ends: readonly number[] = colouring === "speed" ? SPEED_BANDS_KMH : LOAD_BANDS.map((share) => Math.round(share * 100));
  return (colouring === "speed" ? SPEED : LOAD).map((colour, band) => ({ colour, from: ends[band - 1] ?? 0, to: ends[band] ?? null }));
}

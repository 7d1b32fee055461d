/** Open cases on the map: a pin for each, a pulse for those that are grave and that nobody has taken up. */
import { type ExpressionSpecification, type GeoJSONSource, Marker } from "maplibre-gl";
import type { Case } from "../pages/case/case";
import { shown } from "./basemap";
import type { MapColours } from "./colours";
import type { CityMap } from "./create";

const SOURCE = "cases";
export const CASE_LAYER = "case-marks";
// The newest of the grave ones: each pulse is an element of the page, and where more pulse nobody looks at any.
const PULSES_MOST = 6;
const GRAVE = 3;

const RATIO = 2;
const [PIN_WIDE_PX, PIN_HIGH_PX] = [24, 30];
const SEVERITIES = ["muted", "notice", "warning", "critical"] as const;
// The shapes that stand for severities in every list, in the head of the pin. A truck is never drawn like this.
const HEAD = "M12 29 C10.5 25.5 2.5 19.5 2.5 11.5 A9.5 9.5 0 1 1 21.5 11.5 C21.5 19.5 13.5 25.5 12 29 Z";
const ROUND = "M15.5 11.5 A3.5 3.5 0 1 1 8.5 11.5 A3.5 3.5 0 1 1 15.5 11.5 Z";
const SHAPES = [ROUND, ROUND, "M12 6.8 L16.7 11.5 L12 16.2 L7.3 11.5 Z", "M8.3 7.8 H15.7 V15.2 H8.3 Z"];

const bySize = (grave: number, other: number): ExpressionSpecification => ["case", [">=", ["get", "severity"], GRAVE], grave, other];

const pinName = (severity: number, taken: boolean) => `case-${severity}${taken ? "-taken" : ""}`;

/** A pin above its place: full while nobody has taken the case up, an outline afterwards. */
function pin(severity: number, taken: boolean, colours: MapColours): ImageData {
  const paper = new OffscreenCanvas(PIN_WIDE_PX * RATIO, PIN_HIGH_PX * RATIO).getContext("2d") as OffscreenCanvasRenderingContext2D;
  const colour = colours[SEVERITIES[severity] ?? "muted"];
  const head = new Path2D(HEAD);
  paper.scale(RATIO, RATIO);
  paper.lineJoin = "round";
  paper.lineWidth = 1.8;
  paper.fillStyle = taken ? colours.surface : colour;
  paper.strokeStyle = taken ? colour : colours.ground;
  paper.fill(head);
  paper.stroke(head);
  paper.fillStyle = taken ? colour : colours.ground;
  paper.fill(new Path2D(SHAPES[severity] ?? ROUND));
  return paper.getImageData(0, 0, PIN_WIDE_PX * RATIO, PIN_HIGH_PX * RATIO);
}

export interface CaseMarks {
  show: (cases: Case[]) => void;
}

export function addCases(city: CityMap): CaseMarks {
  const { map, colours, crs } = city;
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  for (const severity of SEVERITIES.keys()) {
    for (const taken of [false, true]) map.addImage(pinName(severity, taken), pin(severity, taken, colours), { pixelRatio: RATIO });
  }
  map.addLayer({
    id: CASE_LAYER, type: "symbol", source: SOURCE,
    layout: {
      "icon-image": ["concat", "case-", ["get", "severity"], ["case", ["get", "new"], "", "-taken"]],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, bySize(0.65, 0.5), 12, bySize(0.9, 0.66), 14.5, bySize(1, 0.95)],
      "icon-anchor": "bottom", "icon-allow-overlap": true, "icon-ignore-placement": true,
      // The grave ones, and among them the new ones, stand before the others.
      "symbol-sort-key": ["+", ["*", 2, ["get", "severity"]], ["case", ["get", "new"], 1, 0]],
    },
  });
  const pulses = new Map<string, Marker>();
  const pulse = (one: Case, at: [number, number]) => {
    const element = Object.assign(document.createElement("div"), { className: "pulse" });
    element.setAttribute("aria-hidden", "true");
    pulses.set(one.case_id, new Marker({ element }).setLngLat(at).addTo(map));
  };
  const show = (cases: Case[]) => {
    const placed = cases.filter((one) => one.position !== null);
    const features = placed.map((one) => ({
      type: "Feature" as const,
      properties: { id: one.case_id, severity: Math.max(0, Math.min(GRAVE, one.severity)), new: one.status === "new" },
      geometry: { type: "Point" as const, coordinates: shown(one.position?.coordinates as [number, number], crs) },
    }));
    void map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: "FeatureCollection", features });
    const grave = placed.filter((one) => one.severity >= GRAVE && one.status === "new").slice(0, PULSES_MOST);
    const wanted = new Set(grave.map((one) => one.case_id));
    for (const [id, marker] of pulses) if (!wanted.has(id)) marker.remove(), pulses.delete(id);
    for (const one of grave) if (!pulses.has(one.case_id)) pulse(one, shown(one.position?.coordinates as [number, number], crs));
  };
  return { show };
}

/** Open cases on the map: a quiet mark for each, a pulse for those that are grave and that nobody has taken up. */
import { type GeoJSONSource, Marker } from "maplibre-gl";
import type { Case } from "../pages/case/case";
import { shown } from "./basemap";
import type { CityMap } from "./create";

const SOURCE = "cases";
export const CASE_LAYER = "case-marks";
// Each pulse is an element of the page; where more than these pulse nobody looks at any.
const PULSES_MOST = 24;
const GRAVE = 3;

export interface CaseMarks {
  show: (cases: Case[]) => void;
}

export function addCases(city: CityMap): CaseMarks {
  const { map, colours, crs } = city;
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({
    id: CASE_LAYER, type: "circle", source: SOURCE,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3.5, 14, 7],
      "circle-color": ["match", ["get", "severity"], 3, colours.critical, 2, colours.warning, colours.notice],
      "circle-opacity": ["case", ["get", "new"], 0.95, 0.35],
      "circle-stroke-width": 1.5, "circle-stroke-color": ["match", ["get", "severity"], 3, colours.critical, 2, colours.warning, colours.notice],
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
      properties: { id: one.case_id, severity: one.severity, new: one.status === "new" },
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

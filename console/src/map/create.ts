/** A map, made: the library's worker and tiles come from this host, labels are drawn locally. */
import { AttributionControl, addProtocol, Map as MapLibre, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { language, translator } from "../i18n";
import { isDark } from "../shell/theme";
import { type Basemap, basemap } from "./basemap";
import { type MapColours, mapColours } from "./colours";
import { attributionOf, groundStyle } from "./ground";
import { words } from "./words";
import "./map.css";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

const t = translator(words);

export interface View {
  center: [number, number];
  zoom: number;
}

/** What panels cover of the map, which the city is not to hide behind. [px] */
export interface Margin {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface CityMap {
  map: MapLibre;
  colours: MapColours;
  /** The datum of what is shown: pass WGS 84 through `shown(position, crs)` or `shownGeojson(data, crs)`. */
  crs: Basemap["crs"];
}

// Where nothing is known of the city: the middle of the country's trucks, far out.
const NOWHERE: View = { center: [116, 33], zoom: 4 };

/**
 * Make a map in an element; it can be drawn on at once. Call `map.remove()` when the element goes.
 *
 * A map keeps the colours and the language that it was made with: make a new one when they change.
 */
export async function makeMap(container: HTMLElement, view?: View | null, margin: Margin = { top: 40, bottom: 40, left: 40, right: 40 }): Promise<CityMap> {
  const base = await basemap();
  const colours = mapColours(isDark.value);
  const [west, south, east, north] = base.bounds ?? [];
  const start = view
    ? view
    : base.bounds && [west, south, east, north].every(Number.isFinite)
      ? { bounds: [west, south, east, north] as [number, number, number, number], fitBoundsOptions: { padding: margin, maxZoom: 14 } }
      : NOWHERE;
  const map = new MapLibre({
    container,
    style: await groundStyle(base, colours),
    ...start,
    fadeDuration: 0,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 19,
    minZoom: 3,
    locale: { "Map.Title": t("map"), "ScaleControl.Kilometers": t("km"), "ScaleControl.Meters": t("m") },
    localIdeographFontFamily: "'Noto Sans SC Variable', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new AttributionControl({ compact: false, customAttribution: attributionOf(base) || undefined }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 110 }), "bottom-right");
  map.getCanvas().setAttribute("aria-label", t("map"));
  map.getContainer().lang = language.value === "zh" ? "zh-CN" : "en";
  if (!map.isStyleLoaded()) await new Promise<void>((ready) => map.once("style.load", () => ready()));
  return { map, colours, crs: base.crs };
}

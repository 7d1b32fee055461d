/** The style of the ground: a base map if there is one, else the registry's roads on a calm surface. No borders. */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { language } from "../i18n";
import { type Basemap, shownGeojson } from "./basemap";
import type { MapColours } from "./colours";

// Classes of roads that are drawn wide, in either spelling: OpenStreetMap's, that of vector tiles, and our registry's.
const MAJOR = ["motorway", "trunk", "primary", "secondary", "highway", "major_road", "expressway", "arterial"];

const FONT = ["Noto Sans SC Variable, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"];

const CLASS = ["coalesce", ["get", "highway"], ["get", "class"], ["get", "road_class"], ["get", "kind"], ""];
const isMajor = ["in", CLASS, ["literal", MAJOR]];

const width = (minor: number, major: number, at: number) => ["case", isMajor, major * at, minor * at];
const roadWidth = (extra: number) =>
  ["interpolate", ["exponential", 1.5], ["zoom"], 9, width(0.3, 1 + extra, 1), 12, width(0.7 + extra / 2, 2.4 + extra, 1), 16, width(5 + extra, 11 + extra, 1), 19, width(22, 36, 1)];

function roads(source: string, layer: string | undefined, colours: MapColours): LayerSpecification[] {
  const from = layer ? { source, "source-layer": layer } : { source };
  const shape = { "line-cap": "round", "line-join": "round" };
  const name = ["coalesce", ["get", language.value === "zh" ? "name:zh" : "name:en"], ["get", "name"], ""];
  const lines = ["==", ["geometry-type"], "LineString"];
  return [
    { id: `${source}-case`, type: "line", ...from, minzoom: 11, filter: lines, layout: shape, paint: { "line-color": colours.roadCase, "line-width": roadWidth(1.6) } },
    { id: `${source}-line`, type: "line", ...from, filter: lines, layout: shape, paint: { "line-color": ["case", isMajor, colours.roadMajor, colours.road], "line-width": roadWidth(0) } },
    {
      id: `${source}-name`, type: "symbol", ...from, minzoom: 13, filter: lines,
      layout: { "symbol-placement": "line", "text-field": name, "text-size": 11, "text-font": FONT, "symbol-spacing": 360 },
      paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
    },
  ] as LayerSpecification[];
}

/** Areas of a GeoJSON base map by their `kind`: water, park, building; names stand in the water. */
function areas(colours: MapColours): LayerSpecification[] {
  const fill = (kind: string, color: string, minzoom = 0) =>
    ({ id: `streets-${kind}`, type: "fill", source: "streets", minzoom, filter: ["all", ["==", ["geometry-type"], "Polygon"], ["==", ["get", "kind"], kind]], paint: { "fill-color": color } }) as LayerSpecification;
  return [fill("park", colours.green), fill("water", colours.water), fill("building", colours.built, 12.5)];
}

/** Layers of vector tiles in Protomaps' scheme, as far as a haul is concerned. */
function tiles(colours: MapColours): LayerSpecification[] {
  const from = { source: "basemap" };
  const park = ["in", ["get", "kind"], ["literal", ["park", "forest", "wood", "grass", "nature_reserve", "golf_course"]]];
  return [
    { id: "basemap-earth", type: "fill", ...from, "source-layer": "earth", paint: { "fill-color": colours.ground } },
    { id: "basemap-landuse", type: "fill", ...from, "source-layer": "landuse", filter: park, paint: { "fill-color": colours.green } },
    { id: "basemap-water", type: "fill", ...from, "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.water } },
    { id: "basemap-built", type: "fill", ...from, "source-layer": "buildings", minzoom: 14, paint: { "fill-color": colours.built } },
    ...roads("basemap", "roads", colours),
    {
      id: "basemap-places", type: "symbol", ...from, "source-layer": "places",
      layout: { "text-field": ["coalesce", ["get", language.value === "zh" ? "name:zh" : "name:en"], ["get", "name"]], "text-size": 13, "text-font": FONT },
      paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
    },
  ] as LayerSpecification[];
}

const EMPTY = { type: "FeatureCollection", features: [] } as GeoJSON.FeatureCollection;

/** The attribution with the map's approval number (审图号), which stands there whenever the map does. */
export function attributionOf({ attribution, approval_no }: Basemap): string {
  const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return [attribution, approval_no && `审图号：${approval_no}`].filter(Boolean).map(escaped).join(" · ");
}

/** Return the style of the ground. Without a glyph server every label is drawn with the page's own fonts. */
export async function groundStyle(map: Basemap, colours: MapColours): Promise<StyleSpecification> {
  const sources: Record<string, SourceSpecification> = {};
  const layers: LayerSpecification[] = [{ id: "ground", type: "background", paint: { "background-color": colours.ground } }];
  if (map.kind === "pmtiles" && map.url) {
    sources.basemap = { type: "vector", url: `pmtiles://${new URL(map.url, location.origin)}` };
    layers.push(...tiles(colours));
  } else if (map.url ?? map.roads_url) {
    const url = (map.url ?? map.roads_url) as string;
    const ours = map.url === null;
    const data = await fetch(url, { credentials: "same-origin" }).then((answer) => (answer.ok ? answer.json() : EMPTY));
    sources.streets = { type: "geojson", data: ours ? shownGeojson(data, map.crs) : data };
    layers.push(...areas(colours), ...roads("streets", undefined, colours));
  }
  return { version: 8, sources, layers };
}

export { FONT };

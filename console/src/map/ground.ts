/** The style of the ground: a base map if there is one, else the registry's roads on a calm surface. No borders. */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { request } from "../api/client";
import { language } from "../i18n";
import { type Basemap, shownGeojson } from "./basemap";
import type { MapColours } from "./colours";

// Classes of roads by how wide they are drawn, in either spelling: OpenStreetMap's, that of vector tiles, our registry's.
const GREAT = ["motorway", "trunk", "highway", "expressway"];
const MAJOR = ["primary", "secondary", "major_road", "arterial"];
const SMALL = ["lane", "service", "path", "footway", "track", "living_street", "other"];

const FONT = ["Noto Sans SC Variable, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"];

const CLASS = ["coalesce", ["get", "highway"], ["get", "class"], ["get", "road_class"], ["get", "kind"], ""];

/** A value for each class of road: small, ordinary, major, great. */
const byClass = <Value,>(small: Value, ordinary: Value, major: Value, great: Value) => ["match", CLASS, GREAT, great, MAJOR, major, SMALL, small, ordinary];
const roadWidth = (extra: number) =>
  ["interpolate", ["exponential", 1.5], ["zoom"],
    9, byClass(0, 0.35, 0.9 + extra / 2, 1.3 + extra / 2), 12, byClass(0, 0.9 + extra / 2, 2 + extra, 3.2 + extra),
    14, byClass(0.8 + extra / 2, 2.6 + extra, 4.6 + extra, 6.5 + extra), 16, byClass(3 + extra, 7 + extra, 11 + extra, 15 + extra), 19, byClass(12, 26, 38, 48)];
const NAME = () => ["coalesce", ["get", language.value === "zh" ? "name:zh" : "name:en"], ["get", "name"], ""];

function roads(source: string, layer: string | undefined, colours: MapColours): LayerSpecification[] {
  const from = layer ? { source, "source-layer": layer } : { source };
  const shape = { "line-cap": "round", "line-join": "round", "line-sort-key": byClass(0, 1, 2, 3) };
  const lines = ["==", ["geometry-type"], "LineString"];
  const named = (id: string, minzoom: number, maxzoom: number, classes: string[] | null) => ({
    id: `${source}-${id}`, type: "symbol", ...from, minzoom, maxzoom, filter: classes ? ["all", lines, ["in", CLASS, ["literal", classes]]] : lines,
    layout: {
      "symbol-placement": "line", "text-field": NAME(), "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10.5, 16, 12.5], "text-font": FONT,
      "symbol-spacing": 420, "text-letter-spacing": language.value === "zh" ? 0.12 : 0.02, "text-max-angle": 30, "text-padding": 6,
    },
    paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.5 },
  });
  return [
    { id: `${source}-case`, type: "line", ...from, minzoom: 11, filter: lines, layout: shape, paint: { "line-color": colours.roadCase, "line-width": roadWidth(1.4) } },
    { id: `${source}-line`, type: "line", ...from, filter: lines, layout: shape, paint: { "line-color": byClass(colours.road, colours.road, colours.roadMajor, colours.roadGreat), "line-width": roadWidth(0) } },
    named("great-name", 11, 13.2, [...GREAT, ...MAJOR]),
    named("name", 13.2, 24, null),
  ] as LayerSpecification[];
}

/** Areas of a GeoJSON base map by their `kind`: water, park, building; names stand in the water. */
function areas(colours: MapColours): LayerSpecification[] {
  const of = (kind: string) => ["all", ["==", ["geometry-type"], "Polygon"], ["==", ["get", "kind"], kind]];
  const fill = (kind: string, color: string, minzoom = 0, edge = color) =>
    ({ id: `streets-${kind}`, type: "fill", source: "streets", minzoom, filter: of(kind), paint: { "fill-color": color, "fill-outline-color": edge } }) as LayerSpecification;
  return [fill("park", colours.green), fill("water", colours.water), fill("building", colours.built, 12.8, colours.builtEdge)];
}

function waterNames(colours: MapColours): LayerSpecification {
  return {
    id: "streets-water-name", type: "symbol", source: "streets", minzoom: 10.5,
    filter: ["all", ["==", ["geometry-type"], "Polygon"], ["==", ["get", "kind"], "water"], ["has", "name"]],
    layout: { "text-field": NAME(), "text-size": 12, "text-font": FONT, "text-letter-spacing": 0.15 },
    paint: { "text-color": colours.waterName, "text-halo-color": colours.water, "text-halo-width": 1 },
  } as unknown as LayerSpecification;
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
      layout: { "text-field": NAME(), "text-size": 13, "text-font": FONT },
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
    const data = await request<GeoJSON.FeatureCollection>("GET", url).catch(() => EMPTY); // a city without its streets is a map still
    sources.streets = { type: "geojson", data: ours ? shownGeojson(data, map.crs) : data };
    layers.push(...areas(colours), ...roads("streets", undefined, colours), waterNames(colours));
  }
  return { version: 8, sources, layers };
}

export { FONT };

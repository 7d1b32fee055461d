/** How places are drawn where they are edited: all of them calmly, the chosen one clearly, what was before it dashed. */
import type { GeoJSONSource, LayerSpecification } from "maplibre-gl";
import type { CityMap, Margin } from "../../map/create";
import { FONT } from "../../map/ground";
import { middle, signs } from "../../map/places";
import type { Kind, Places } from "./places";
import { KINDS } from "./places";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

// Of a tile of 512 px at zoom 0 and the equator. [m per px]
const M_PER_PX = 78_271.517;
const ZOOM_MOST = 22;

// As on the live map: places that trucks go to are told apart by their signs, colours are for what needs somebody.
const SIGNS: Partial<Record<Kind, "sites" | "dump_points">> = { sites: "sites", "dump-points": "dump_points" };
const PARTS = ["fill", "edge", "icon", "name", "band"];

const colourOf = ({ colours }: CityMap): Record<Kind, string> => ({
  sites: colours.text, "dump-points": colours.text, zones: colours.critical, corridors: colours.accent, districts: colours.muted,
});

/** The width of a line that is so many metres wide on the ground, at every zoom. */
function metres(half_m: unknown, lat_deg: number): unknown {
  const perPx = M_PER_PX * Math.cos((lat_deg * Math.PI) / 180);
  const width = (zoom: number) => ["*", half_m, (2 * 2 ** zoom) / perPx];
  return ["interpolate", ["exponential", 2], ["zoom"], 0, width(0), ZOOM_MOST, width(ZOOM_MOST)];
}

const band = (id: string, source: string, colour: string, opacity: number, lat_deg: number): LayerSpecification =>
  ({
    id, type: "line", source, filter: [">", ["to-number", ["get", "half_width_m"], 0], 0], layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-opacity": opacity, "line-width": metres(["to-number", ["get", "half_width_m"], 0], lat_deg) },
  }) as LayerSpecification;

function kindLayers(kind: Kind, city: CityMap, lat_deg: number): LayerSpecification[] {
  const source = `place-${kind}`;
  const colour = colourOf(city)[kind];
  const sign = SIGNS[kind];
  const dashed = kind === "zones" || kind === "districts" ? { "line-dasharray": [3, 2] } : {};
  const name = {
    id: `${source}-name`, type: "symbol", source: kind === "corridors" ? source : `${source}-middles`, minzoom: kind === "districts" ? 9 : 12,
    layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-size": 11, "text-font": FONT, "text-max-width": 9, "symbol-placement": kind === "corridors" ? "line" : "point", ...(sign && { "text-anchor": "top", "text-offset": [0, 1.05] }) },
    paint: { "text-color": colour, "text-halo-color": city.colours.halo, "text-halo-width": 1.6 },
  } as LayerSpecification;
  if (kind === "corridors") {
    return [
      band(`${source}-band`, source, colour, 0.1, lat_deg),
      { id: `${source}-edge`, type: "line", source, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": 2, "line-opacity": 0.75 } } as LayerSpecification,
      name,
    ];
  }
  return [
    { id: `${source}-fill`, type: "fill", source, paint: { "fill-color": colour, "fill-opacity": kind === "districts" ? 0.02 : 0.13 } } as LayerSpecification,
    { id: `${source}-edge`, type: "line", source, paint: { "line-color": colour, "line-width": 1.3, "line-opacity": 0.8, ...dashed } } as LayerSpecification,
    ...(sign ? [signs(sign, source, city)] : []),
    name,
  ];
}

// What the panel covers: the left side, on a phone the lower half. [px]
const onPhone = () => matchMedia("(max-width: 700px)").matches;
export const margin = (): Margin => (onPhone() ? { top: 120, bottom: innerHeight * 0.52, left: 40, right: 40 } : { top: 130, bottom: 60, left: 440, right: 60 });

/** Below to above. */
const ORDER: Kind[] = ["districts", "zones", "corridors", "sites", "dump-points"];

export function addLayers(city: CityMap): void {
  const { map, colours } = city;
  const lat_deg = map.getCenter().lat;
  for (const name of [...ORDER.flatMap((kind) => [`place-${kind}`, `place-${kind}-middles`]), "place-chosen", "place-before"]) map.addSource(name, { type: "geojson", data: EMPTY });
  for (const kind of ORDER) for (const layer of kindLayers(kind, city, lat_deg)) map.addLayer(layer);
  map.addLayer(band("place-chosen-band", "place-chosen", colours.accent, 0.22, lat_deg));
  map.addLayer({ id: "place-chosen-fill", type: "fill", source: "place-chosen", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.accent, "fill-opacity": 0.2 } });
  map.addLayer({ id: "place-chosen-edge", type: "line", source: "place-chosen", paint: { "line-color": colours.accent, "line-width": 3 } });
  map.addLayer({ id: "place-before-edge", type: "line", source: "place-before", paint: { "line-color": colours.warning, "line-width": 2.5, "line-dasharray": [2, 2] } });
}

const put = ({ map }: CityMap, source: string, data: GeoJSON.FeatureCollection): void => void (map.getSource(source) as GeoJSONSource | undefined)?.setData(data);

const one = (geometry: GeoJSON.Geometry | null, properties: GeoJSON.GeoJsonProperties = {}): GeoJSON.FeatureCollection =>
  geometry ? { type: "FeatureCollection", features: [{ type: "Feature", geometry, properties }] } : EMPTY;

export function showPlaces(city: CityMap, places: Places): void {
  for (const kind of KINDS) {
    const features = (places[kind] ?? []).filter((place) => place.geometry) as GeoJSON.Feature[];
    put(city, `place-${kind}`, { type: "FeatureCollection", features });
    if (kind !== "corridors") put(city, `place-${kind}-middles`, { type: "FeatureCollection", features: features.map(middle) });
  }
}

/** Show the chosen item: its shape, or while it is drawn its band alone, as the drawing shows the rest. */
export function showChosen(city: CityMap, geometry: GeoJSON.Geometry | null, half_width_m: number | null, drawing: boolean): void {
  put(city, "place-chosen", one(geometry, { half_width_m }));
  for (const part of ["fill", "edge"]) if (city.map.getLayer(`place-chosen-${part}`)) city.map.setLayoutProperty(`place-chosen-${part}`, "visibility", drawing ? "none" : "visible");
}

export const showBefore = (city: CityMap, geometry: GeoJSON.Geometry | null): void => put(city, "place-before", one(geometry));

/** Leave the item that is chosen out of the others: it is drawn by itself. */
export function hideItem({ map }: CityMap, kind: Kind, idName: string, id: string | null): void {
  for (const each of KINDS) {
    for (const part of PARTS) {
      const layer = `place-${each}-${part}`;
      if (!map.getLayer(layer)) continue;
      const others = each === kind && id !== null ? ["!=", ["get", idName], id] : null;
      const wide = part === "band" ? [">", ["to-number", ["get", "half_width_m"], 0], 0] : null;
      const filters = [others, wide].filter(Boolean);
      map.setFilter(layer, filters.length ? (["all", ...filters] as never) : null);
    }
  }
}

export function showKind({ map }: CityMap, kind: Kind, visible: boolean): void {
  for (const part of PARTS) {
    if (map.getLayer(`place-${kind}-${part}`)) map.setLayoutProperty(`place-${kind}-${part}`, "visibility", visible ? "visible" : "none");
  }
}

/** What lies under a click: of the kind that is listed first, then from above to below. */
export function placeAt({ map }: CityMap, point: { x: number; y: number }, listed: Kind): { kind: Kind; properties: GeoJSON.GeoJsonProperties } | null {
  const reach = 4;
  const box: [[number, number], [number, number]] = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  for (const kind of [listed, ...[...ORDER].reverse().filter((one_) => one_ !== listed && one_ !== "districts")]) {
    const layers = ["fill", "edge"].map((part) => `place-${kind}-${part}`).filter((layer) => map.getLayer(layer));
    const found = map.queryRenderedFeatures(box, { layers })[0];
    if (found) return { kind, properties: found.properties };
  }
  return null;
}

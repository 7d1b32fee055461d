/** What does not move: districts, zones, corridors, sites, dump points, candidate places; each a layer to switch. */
import type { LayerSpecification } from "maplibre-gl";
import { get } from "../api/client";
import { shownGeojson } from "./basemap";
import type { CityMap } from "./create";
import { FONT } from "./ground";

export const PLACES = ["sites", "dump_points", "corridors", "zones", "districts", "candidates"] as const;
export type PlaceKind = (typeof PLACES)[number];

const PATHS: Record<PlaceKind, string> = {
  sites: "/v1/sites",
  dump_points: "/v1/dump-points",
  corridors: "/v1/corridors",
  zones: "/v1/zones",
  districts: "/v1/districts",
  candidates: "/v1/candidate-places",
};

// Names in the way of plates are not wanted; from here on there is room.
const NAMES_FROM = 12.5;

function name(kind: PlaceKind, city: CityMap, colour: string): LayerSpecification {
  return {
    id: `${kind}-name`, type: "symbol", source: `${kind}-middles`, minzoom: kind === "districts" ? 8 : NAMES_FROM,
    layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-size": kind === "districts" ? 13 : 11, "text-font": FONT, "text-max-width": 9 },
    paint: { "text-color": colour, "text-halo-color": city.colours.halo, "text-halo-width": 1.6 },
  } as LayerSpecification;
}

function area(kind: PlaceKind, colour: string, opacity: number, dashed = false): LayerSpecification[] {
  return [
    { id: `${kind}-fill`, type: "fill", source: kind, paint: { "fill-color": colour, "fill-opacity": opacity } },
    { id: `${kind}-edge`, type: "line", source: kind, paint: { "line-color": colour, "line-width": 1.4, "line-opacity": 0.85, ...(dashed ? { "line-dasharray": [3, 2] } : {}) } },
  ] as LayerSpecification[];
}

function layers(kind: PlaceKind, city: CityMap): LayerSpecification[] {
  const { colours } = city;
  const built: Record<PlaceKind, () => LayerSpecification[]> = {
    districts: () => [
      { id: "districts-edge", type: "line", source: "districts", paint: { "line-color": colours.muted, "line-width": 1.2, "line-opacity": 0.55, "line-dasharray": [6, 4] } },
      name("districts", city, colours.muted),
    ] as LayerSpecification[],
    zones: () => [...area("zones", colours.critical, 0.06, true), name("zones", city, colours.critical)],
    corridors: () => [
      {
        id: "corridors-line", type: "line", source: "corridors", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": colours.accent, "line-opacity": 0.32, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1, 14, 4, 17, 14] },
      },
    ] as LayerSpecification[],
    sites: () => [...area("sites", colours.notice, 0.16), name("sites", city, colours.notice)],
    dump_points: () => [...area("dump_points", colours.accent, 0.2), name("dump_points", city, colours.accent)],
    candidates: () => area("candidates", colours.warning, 0.16, true),
  };
  return built[kind]();
}

/** Load a kind of places, a page after the other; drawn below what has been named. */
async function read(kind: PlaceKind): Promise<GeoJSON.FeatureCollection> {
  const collection: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  let path: string | null = `${PATHS[kind]}?limit=500${kind === "candidates" ? "" : "&format=geojson"}`;
  while (path) {
    const page: GeoJSON.FeatureCollection & { next?: string | null } = await get(path);
    collection.features.push(...page.features);
    path = page.next ?? null;
  }
  return collection;
}

const asked = new Map<PlaceKind, Promise<GeoJSON.FeatureCollection>>();

/** Read the places anew when a map is next made: somebody changed them. */
export const forgetPlaces = (): void => asked.clear();

/** Return where an area's name stands, once: a tiled area would be named in each of its tiles. */
function middle(feature: GeoJSON.Feature): GeoJSON.Feature {
  const corners: number[][] = [];
  const gather = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") corners.push(part as number[]);
    else part.forEach(gather);
  };
  gather((feature.geometry as { coordinates?: unknown } | null)?.coordinates);
  const between = (axis: number) => (Math.min(...corners.map((corner) => corner[axis] ?? 0)) + Math.max(...corners.map((corner) => corner[axis] ?? 0))) / 2;
  return { type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: [between(0), between(1)] } };
}

/** Drawn from below to above in this order. */
const ORDER: PlaceKind[] = ["districts", "zones", "corridors", "candidates", "sites", "dump_points"];

/** Put the places on a map, below the layer `below`; kinds that the API refuses are left out. */
export async function addPlaces(city: CityMap, below: string, isShown: (kind: PlaceKind) => boolean): Promise<void> {
  const loads = ORDER.map((kind) => {
    const load = asked.get(kind) ?? read(kind);
    asked.set(kind, load);
    return load.then((data) => [kind, data] as const, () => (asked.delete(kind), null));
  });
  for (const loaded of await Promise.all(loads)) {
    if (!loaded || !city.map.getLayer(below)) continue;
    const [kind, data] = loaded;
    const drawn = shownGeojson(data, city.crs);
    city.map.addSource(kind, { type: "geojson", data: drawn });
    if (kind !== "corridors" && kind !== "candidates") {
      city.map.addSource(`${kind}-middles`, { type: "geojson", data: { ...drawn, features: drawn.features.filter((one) => one.geometry).map(middle) } });
    }
    for (const layer of layers(kind, city)) city.map.addLayer(layer, below);
    showPlaces(city, kind, isShown(kind));
  }
}

export function showPlaces({ map }: CityMap, kind: PlaceKind, visible: boolean): void {
  for (const part of ["fill", "edge", "line", "name"]) {
    if (map.getLayer(`${kind}-${part}`)) map.setLayoutProperty(`${kind}-${part}`, "visibility", visible ? "visible" : "none");
  }
}

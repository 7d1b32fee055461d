/** What does not move: districts, zones, corridors, sites, dump points, candidate places; each a layer to switch. */
import type { LayerSpecification } from "maplibre-gl";
import { request } from "../api/client";
import { type IconName, iconPath } from "../design/icons";
import { user } from "../session/session";
import { shownGeojson } from "./basemap";
import type { MapColours } from "./colours";
import type { CityMap } from "./create";
import { boundsOf } from "./draw_shapes";
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
    layout: {
      "text-field": ["coalesce", ["get", "name"], ""], "text-size": 12, "text-font": FONT, "text-max-width": 9,
      ...(kind === "districts" ? { "text-letter-spacing": 0.2 } : {}), ...(ICONS[kind] ? { "text-anchor": "top", "text-offset": [0, 0.95] } : {}),
    },
    paint: { "text-color": colour, "text-halo-color": city.colours.halo, "text-halo-width": 1.6 },
  } as LayerSpecification;
}

/** Places that trucks go to have a sign of their own: from far away every area is a speck. */
const ICONS: Partial<Record<PlaceKind, IconName>> = { sites: "site", dump_points: "dump" };
const [SIGN_PX, STROKES_PX, RATIO] = [22, 15, 2];

/** Return the layer of signs at the middles of places, `{source}-middles`. */
export const signs = (kind: "sites" | "dump_points", source: string, { map, colours }: CityMap): LayerSpecification => {
  const image = `sign-${kind}`;
  if (!map.hasImage(image)) map.addImage(image, sign(ICONS[kind] ?? "pin", colours), { pixelRatio: RATIO });
  return {
    id: `${source}-icon`, type: "symbol", source: `${source}-middles`,
    layout: { "icon-image": image, "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 12, 0.9, 13, 1], "icon-allow-overlap": true, "icon-ignore-placement": true },
  } as LayerSpecification;
};

function sign(name: IconName, colours: MapColours): ImageData {
  const paper = new OffscreenCanvas(SIGN_PX * RATIO, SIGN_PX * RATIO).getContext("2d") as OffscreenCanvasRenderingContext2D;
  paper.scale(RATIO, RATIO);
  paper.beginPath();
  paper.roundRect(1, 1, SIGN_PX - 2, SIGN_PX - 2, 5);
  paper.fillStyle = colours.surface;
  paper.fill();
  paper.lineWidth = 1;
  paper.strokeStyle = colours.muted;
  paper.stroke();
  paper.translate((SIGN_PX - STROKES_PX) / 2, (SIGN_PX - STROKES_PX) / 2);
  paper.scale(STROKES_PX / 24, STROKES_PX / 24);
  paper.lineWidth = 2.6;
  paper.lineJoin = paper.lineCap = "round";
  paper.strokeStyle = colours.text;
  paper.stroke(new Path2D(iconPath(name)));
  return paper.getImageData(0, 0, SIGN_PX * RATIO, SIGN_PX * RATIO);
}

function area(kind: PlaceKind, colour: string, opacity: number, dashed = false, edge = 0.85): LayerSpecification[] {
  return [
    { id: `${kind}-fill`, type: "fill", source: kind, paint: { "fill-color": colour, "fill-opacity": opacity } },
    { id: `${kind}-edge`, type: "line", source: kind, paint: { "line-color": colour, "line-width": 1.4, "line-opacity": edge, ...(dashed ? { "line-dasharray": [3, 2] } : {}) } },
  ] as LayerSpecification[];
}

function layers(kind: PlaceKind, city: CityMap): LayerSpecification[] {
  const { colours } = city;
  const built: Record<PlaceKind, () => LayerSpecification[]> = {
    districts: () => [
      { id: "districts-edge", type: "line", source: "districts", paint: { "line-color": colours.muted, "line-width": 1.2, "line-opacity": 0.32, "line-dasharray": [4, 3, 1, 3] } },
      name("districts", city, colours.muted),
    ] as LayerSpecification[],
    zones: () => [...area("zones", colours.critical, 0.05, true, 0.55), name("zones", city, colours.critical)],
    corridors: () => [
      {
        // A seam at both sides of the road: trucks drive between, in colours of their own.
        id: "corridors-line", type: "line", source: "corridors", layout: { "line-cap": "butt", "line-join": "round" },
        paint: {
          "line-color": colours.accent, "line-opacity": 0.5,
          "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.7, 13, 1, 17, 2],
          "line-gap-width": ["interpolate", ["exponential", 1.5], ["zoom"], 9, 1, 12, 5, 14, 9, 16, 18, 19, 50],
        },
      },
    ] as LayerSpecification[],
    sites: () => [...area("sites", colours.text, 0.1, false, 0.5), signs("sites", "sites", city), name("sites", city, colours.text)],
    dump_points: () => [...area("dump_points", colours.text, 0.1, false, 0.5), signs("dump_points", "dump_points", city), name("dump_points", city, colours.text)],
    candidates: () => area("candidates", colours.warning, 0.16, true),
  };
  return built[kind]();
}

/** Load a kind of places, a page after the other; drawn below what has been named. */
async function read(kind: PlaceKind): Promise<GeoJSON.FeatureCollection> {
  const collection: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  let path: string | null = `${PATHS[kind]}?limit=500${kind === "candidates" ? "" : "&format=geojson"}`;
  while (path) {
    const page: GeoJSON.FeatureCollection & { next?: string | null } = await request("GET", path);
    collection.features.push(...page.features);
    path = page.next ?? null;
  }
  return collection;
}

const asked = new Map<PlaceKind, Promise<GeoJSON.FeatureCollection>>();
/** Somebody else sees other places, and they change: a map that is made later than this reads them anew. [ms] */
const KEPT_MS = 600_000;
let keptFor = { name: "", since_ms: 0 };

function forgetOld(): void {
  const name = user.value?.name ?? "";
  if (name === keptFor.name && Date.now() - keptFor.since_ms < KEPT_MS) return;
  keptFor = { name, since_ms: Date.now() };
  asked.clear();
}

/** Read the places anew when a map is next made: somebody changed them. */
export const forgetPlaces = (): void => asked.clear();

/** Return where an area's name stands, once: a tiled area would be named in each of its tiles. */
export function middle(feature: GeoJSON.Feature): GeoJSON.Feature {
  const [west, south, east, north] = boundsOf(feature.geometry);
  return { type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] } };
}

/** Drawn from below to above in this order. */
const ORDER: PlaceKind[] = ["districts", "zones", "corridors", "candidates", "sites", "dump_points"];

/** Put the places on a map, below the layer `below`; kinds that the API refuses are left out. */
export async function addPlaces(city: CityMap, below: string, isShown: (kind: PlaceKind) => boolean): Promise<void> {
  forgetOld();
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
  for (const part of ["fill", "edge", "line", "icon", "name"]) {
    if (map.getLayer(`${kind}-${part}`)) map.setLayoutProperty(`${kind}-${part}`, "visibility", visible ? "visible" : "none");
  }
}

/**
 * Trucks on the map: bubbles of many when far out, dots by state, arrows with plates when near. One source, no DOM.
 *
 * What the library is given is copied to its worker piece by piece on the page's own thread, so it is given little: far
 * out a few hundred bubbles, then one shape of many points for each colour, and single trucks only where few are in view.
 */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification } from "maplibre-gl";
import type { Fleet, Truck } from "../live/fleet";
import { FLAG, STATES } from "../live/positions";
import { shown } from "./basemap";
import { bubbles, latOf, lonOf, mercatorX, mercatorY } from "./clusters";
import type { CityMap } from "./create";
import { FONT } from "./ground";

const SOURCE = "trucks";
// Up to here trucks lie on each other and are counted; from there each is seen, and from the next its way and plate.
const BUBBLES_TO = 12;
const ARROWS_FROM = 13;
const PLATES_FROM = 14.2;
// Trucks are told apart a little before their arrows are drawn.
const SINGLE_FROM = ARROWS_FROM - 0.5;
const CELL_PX = 64;
// What is round the world at zoom 0, in the library's pixels.
const WORLD_PX = 512;
// Nearer than bubbles, only trucks in view and this share of it around are given to the map.
const MARGIN = 0.25;
// The other datum shows a place up to so far from where the view's bounds have it.
const SHIFT_DEG = 0.008;
const ARROW_PX = 30;

export const TRUCK_LAYERS = ["truck-dots", "truck-arrows"] as const;
export const CLUSTER_LAYER = "truck-clusters";

const isCluster: ExpressionSpecification = ["has", "count"];
const single: ExpressionSpecification = ["!", isCluster];

/** States that are drawn hollow: a full mark carries a load, or may. */
const HOLLOW = [0, 2, 5];

function byState(colours: string[]): ExpressionSpecification {
  return ["match", ["get", "s"], ...colours.flatMap((colour, state) => [state, colour]), colours[0] ?? "#888"] as unknown as ExpressionSpecification;
}

function layers({ colours }: CityMap): LayerSpecification[] {
  const violating: ExpressionSpecification = [">", ["get", "v"], 0];
  const hollow: ExpressionSpecification = ["in", ["get", "s"], ["literal", HOLLOW]];
  const own = byState(colours.trucks);
  const ring = ["case", violating, colours.critical, hollow, own, colours.ground] as ExpressionSpecification;
  return [
    {
      id: CLUSTER_LAYER, type: "circle", source: SOURCE, filter: isCluster,
      paint: {
        "circle-color": colours.surface, "circle-opacity": 0.92,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 11, 10, 18, 50, 34],
        "circle-stroke-width": ["case", violating, 1.8, 1.2],
        "circle-stroke-color": ["case", violating, colours.critical, colours.trucks[1] ?? "#888"],
        "circle-stroke-opacity": ["case", violating, 0.9, 0.55],
      },
    },
    {
      id: "truck-counts", type: "symbol", source: SOURCE, filter: isCluster,
      layout: { "text-field": ["to-string", ["get", "count"]], "text-size": 12, "text-font": FONT, "text-allow-overlap": true },
      paint: { "text-color": colours.text },
    },
    {
      id: "truck-dots", type: "circle", source: SOURCE, filter: single, maxzoom: ARROWS_FROM,
      paint: {
        "circle-color": ["case", ["all", hollow, ["!", violating]], colours.ground, own],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", violating, 3.4, hollow, 1.6, 2.6], 13, ["case", violating, 5.6, hollow, 3.6, 5]],
        "circle-stroke-width": ["case", violating, 2, hollow, 1.6, 1], "circle-stroke-color": ring,
      },
    },
    {
      id: "truck-arrows", type: "symbol", source: SOURCE, filter: single, minzoom: ARROWS_FROM,
      layout: {
        "icon-image": ["concat", "truck-", ["get", "s"], ["case", violating, "-v", ""], ["case", ["has", "c"], "-a", ""]],
        "icon-rotate": ["coalesce", ["get", "c"], 0], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.62, 16, 1],
        "text-field": ["step", ["zoom"], "", PLATES_FROM, ["coalesce", ["get", "p"], ""]], "text-font": FONT, "text-size": 11,
        "text-offset": [0, 1.25], "text-anchor": "top", "text-optional": true,
      },
      paint: { "text-color": colours.text, "text-halo-color": colours.ground, "text-halo-width": 1.6 },
    },
  ] as LayerSpecification[];
}

/** Draw one truck seen from above: an arrow when it moves, a dot when it stands, hollow when empty; a ring where a violation is open. */
function drawn(colour: string, edge: string, arrow: boolean, hollow: boolean, ring: string | null): ImageData {
  const ratio = 2;
  const paper = new OffscreenCanvas(ARROW_PX * ratio, ARROW_PX * ratio).getContext("2d") as OffscreenCanvasRenderingContext2D;
  paper.scale(ratio, ratio);
  paper.translate(ARROW_PX / 2, ARROW_PX / 2);
  if (ring) {
    paper.beginPath();
    paper.arc(0, 0, 13, 0, Math.PI * 2);
    paper.lineWidth = 2;
    paper.strokeStyle = ring;
    paper.stroke();
  }
  const shape = arrow ? new Path2D("M0 -10.5 L7.5 8 L0 4.2 L-7.5 8 Z") : new Path2D("M6 0 A6 6 0 1 1 -6 0 A6 6 0 1 1 6 0 Z");
  paper.lineJoin = "round";
  paper.lineWidth = hollow ? 5 : 2.5;
  paper.strokeStyle = edge;
  paper.stroke(shape);
  paper.fillStyle = hollow ? edge : colour;
  paper.fill(shape);
  if (hollow) {
    paper.lineWidth = 2.2;
    paper.strokeStyle = colour;
    paper.stroke(shape);
  }
  return paper.getImageData(0, 0, ARROW_PX * ratio, ARROW_PX * ratio);
}

/** Put the layers of trucks on a map; they are empty until `showTrucks`. */
export function addTrucks(city: CityMap): void {
  const { map, colours } = city;
  for (const state of STATES.keys()) {
    for (const arrow of [false, true]) {
      for (const ring of [null, colours.critical]) {
        const name = `truck-${state}${ring ? "-v" : ""}${arrow ? "-a" : ""}`;
        map.addImage(name, drawn(colours.trucks[state] ?? "#888", colours.ground, arrow, HOLLOW.includes(state), ring), { pixelRatio: 2 });
      }
    }
  }
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] }, tolerance: 0, buffer: 32 });
  layers(city).forEach((layer) => map.addLayer(layer));
}

/** What the trucks are shown as: it changes with the zoom alone. */
export type Look = { as: "bubbles"; cells: number } | { as: "dots" } | { as: "arrows" };

/** Return the look of a zoom. Without bubbles a far city is a cloud of dots. */
export function lookOf(zoom: number, withBubbles: boolean): Look {
  if (withBubbles && zoom < BUBBLES_TO) return { as: "bubbles", cells: Math.round((2 ** (Math.floor(zoom * 2) / 2) * WORLD_PX) / CELL_PX) };
  return { as: zoom < SINGLE_FROM ? "dots" : "arrows" };
}

type Feature = GeoJSON.Feature<GeoJSON.Point | GeoJSON.MultiPoint>;
type Place = [number, number];

const violationOf = (truck: Truck) => truck.flags & FLAG.violation;

function bubbleFeatures(trucks: Truck[], cells: number, crs: CityMap["crs"]): Feature[] {
  const found = bubbles(
    Float64Array.from(trucks, (truck) => mercatorX(truck.lon_deg)),
    Float64Array.from(trucks, (truck) => mercatorY(truck.lat_deg)),
    Uint8Array.from(trucks, violationOf),
    cells,
  );
  const counted = found.count.map((count, at): Feature => ({
    type: "Feature", properties: { count, v: found.violating[at] },
    geometry: { type: "Point", coordinates: shown([lonOf(found.x[at] as number), latOf(found.y[at] as number)], crs) },
  }));
  return [...dotFeatures(found.single.map((row) => trucks[row] as Truck), crs), ...counted];
}

/** One shape of many points for each state, with and without an open violation; the violations lie above. */
function dotFeatures(trucks: Truck[], crs: CityMap["crs"]): Feature[] {
  const alike = Array.from({ length: STATES.length * 2 }, (): Place[] => []);
  for (const truck of trucks) alike[truck.state + (violationOf(truck) ? STATES.length : 0)]?.push(shown([truck.lon_deg, truck.lat_deg], crs));
  return alike.flatMap((coordinates, at): Feature[] =>
    coordinates.length ? [{ type: "Feature", properties: { s: at % STATES.length, v: at < STATES.length ? 0 : 1 }, geometry: { type: "MultiPoint", coordinates } }] : []);
}

function arrowFeature(truck: Truck, crs: CityMap["crs"]): Feature {
  const properties: Record<string, string | number> = { s: truck.state, v: violationOf(truck) };
  if (truck.plate) properties.p = truck.plate;
  if (truck.state > 1 && truck.course_deg === truck.course_deg) properties.c = Math.round(truck.course_deg);
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: shown([truck.lon_deg, truck.lat_deg], crs) } };
}

/** Return the trucks that are wanted and in view, or nearly. */
function inView({ map, crs }: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean, margin: number): Truck[] {
  const bounds = map.getBounds();
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const [wide, high] = [(east - west) * margin, (north - south) * margin].map((beyond) => beyond + (crs === "wgs84" ? 0 : SHIFT_DEG)) as Place;
  const seen: Truck[] = [];
  for (const truck of fleet.trucks.values()) {
    const { lon_deg, lat_deg } = truck; // NaN is nowhere
    if (lon_deg > west - wide && lon_deg < east + wide && lat_deg > south - high && lat_deg < north + high && wanted(truck)) seen.push(truck);
  }
  return seen;
}

// A screen that has not been drawn by then is not waited for. [ms]
const SLOWEST_MS = 5_000;

/** Show the trucks that are wanted where they are now; tells whether the screen showed them before long. */
export async function showTrucks(city: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean, look: Look): Promise<boolean> {
  const trucks = inView(city, fleet, wanted, look.as === "bubbles" ? Infinity : MARGIN);
  const features =
    look.as === "bubbles" ? bubbleFeatures(trucks, look.cells, city.crs)
    : look.as === "dots" ? dotFeatures(trucks, city.crs)
    : trucks.map((truck) => arrowFeature(truck, city.crs));
  const late = new Promise<boolean>((done) => setTimeout(() => done(false), SLOWEST_MS));
  const taken = city.map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: "FeatureCollection", features });
  return Promise.race([late, (taken ?? Promise.resolve()).then(() => rendered(city))]);
}

function rendered({ map }: CityMap): Promise<boolean> {
  return new Promise((done) => {
    const look = () => {
      if (map.getSource(SOURCE) && !map.isSourceLoaded(SOURCE)) return;
      map.off("render", look);
      done(true);
    };
    map.on("render", look);
  });
}

/** Return the truck nearest to a place of the screen, up to so far from it. */
export function truckAt(city: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean, at: { x: number; y: number }, within_px: number): Truck | undefined {
  let [nearest, least_px]: [Truck | undefined, number] = [undefined, within_px];
  for (const truck of inView(city, fleet, wanted, 0)) {
    const { x, y } = city.map.project(shown([truck.lon_deg, truck.lat_deg], city.crs));
    const away_px = Math.hypot(x - at.x, y - at.y);
    if (away_px <= least_px) [nearest, least_px] = [truck, away_px];
  }
  return nearest;
}

/** The layers of the live map and what a click on them does. */
import type { GeoJSONSource, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import type { Fleet, Truck } from "../../live/fleet";
import { type Position, shown } from "../../map/basemap";
import { addCases, CASE_LAYER, type CaseMarks } from "../../map/case_marks";
import type { CityMap } from "../../map/create";
import { addPlaces, PLACES, type PlaceKind, showPlaces } from "../../map/places";
import { addTrucks, CLUSTER_LAYER, type Look, lookOf, showTrucks, TRUCK_LAYERS, truckAt } from "../../map/trucks";
import { openCases } from "../../live/open_cases";

export interface Drawn {
  cases: CaseMarks;
  show: (layers: ReadonlySet<PlaceKind>) => void;
  /** Show the whole city again. */
  whole: () => void;
}

const CHOSEN = "chosen";
// Fingers and mice miss by so much. [px]
const MISS_PX = 6;

// A truck's mark is as large as this. [px]
const MARK_PX = 14;
// A bubble that was clicked comes nearer by so much.
const NEARER = 1.6;

interface Shown {
  fleet: Fleet;
  wanted: (truck: Truck) => boolean;
  chosen: string | null;
  onDrawn: () => void;
  look: Look | null;
}

/** What each map shows, so that it can be shown again when it was moved. */
const lastShown = new WeakMap<CityMap, Shown>();
const bubbled = new WeakMap<CityMap, boolean>();
const ringed = new WeakSet<CityMap>();
const due = new WeakSet<CityMap>();
const drawing = new WeakSet<CityMap>();

const alike = (one: Look | null, other: Look) => one?.as === other.as && (other.as !== "bubbles" || (one as typeof other).cells === other.cells);

function addChosen({ map, colours }: CityMap): void {
  map.addSource(CHOSEN, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({
    id: CHOSEN, type: "circle", source: CHOSEN,
    paint: { "circle-radius": 17, "circle-color": colours.accent, "circle-opacity": 0.12, "circle-stroke-color": colours.accent, "circle-stroke-width": 2 },
  });
}

export function prepareLive(city: CityMap, select: (truck: string | null) => void, isShown: (kind: PlaceKind) => boolean, withBubbles = true): Drawn {
  const { map } = city;
  addChosen(city);
  addTrucks(city);
  bubbled.set(city, withBubbles);
  const cases = addCases(city);
  void addPlaces(city, CHOSEN, isShown);
  const start = { center: map.getCenter(), zoom: map.getZoom() };

  const under = ({ point }: MapMouseEvent): MapGeoJSONFeature | undefined =>
    map.queryRenderedFeatures([[point.x - MISS_PX, point.y - MISS_PX], [point.x + MISS_PX, point.y + MISS_PX]],
      { layers: [...TRUCK_LAYERS, CASE_LAYER, CLUSTER_LAYER].filter((layer) => map.getLayer(layer)) })[0];
  map.on("click", (event) => {
    const feature = under(event);
    if (feature) opened(city, feature, event.point, select);
  });
  map.on("mousemove", (event) => (map.getCanvas().style.cursor = under(event) ? "pointer" : ""));
  map.on("remove", () => lastShown.delete(city));
  map.on("moveend", () => lastShown.has(city) && soon(city));
  map.on("zoom", () => {
    const last = lastShown.get(city);
    if (last && !alike(last.look, lookOf(map.getZoom(), withBubbles))) soon(city);
  });
  return {
    cases,
    show: (layers) => PLACES.forEach((kind) => showPlaces(city, kind, layers.has(kind))),
    whole: () => map.easeTo({ ...start, duration: 600 }),
  };
}

function opened(city: CityMap, feature: MapGeoJSONFeature, at: { x: number; y: number }, select: (truck: string | null) => void): void {
  const { map } = city;
  const { properties } = feature;
  if (feature.layer.id === CLUSTER_LAYER) {
    map.easeTo({ center: (feature.geometry as GeoJSON.Point).coordinates as Position, zoom: map.getZoom() + NEARER });
  } else if (feature.layer.id === CASE_LAYER) {
    const one = openCases.value.find((each) => each.case_id === properties.id);
    if (one?.vehicle_id) select(one.vehicle_id);
  } else {
    const last = lastShown.get(city);
    const truck = last && truckAt(city, last.fleet, last.wanted, at, MARK_PX);
    if (truck) select(truck.id);
  }
}

/** Draw the fleet as it is when the screen is drawn next, and a ring around the truck that is looked at. */
export function drawLive(city: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean, chosen: string | null, onDrawn: () => void): void {
  lastShown.set(city, { fleet, wanted, chosen, onDrawn, look: lastShown.get(city)?.look ?? null });
  soon(city);
}

/** However many messages came since, a screen is drawn once, and again when that is done; an unseen one is not drawn. */
function soon(city: CityMap): void {
  if (due.has(city)) return;
  due.add(city);
  if (!drawing.has(city)) requestAnimationFrame(() => void draw(city));
}

async function draw(city: CityMap): Promise<void> {
  due.delete(city);
  const last = lastShown.get(city);
  if (!last) return; // the map is gone
  drawing.add(city);
  last.look = lookOf(city.map.getZoom(), bubbled.get(city) ?? true);
  showChosen(city, last.chosen === null ? undefined : last.fleet.find(last.chosen));
  if (await showTrucks(city, last.fleet, last.wanted, last.look).catch(() => false)) last.onDrawn();
  drawing.delete(city);
  if (due.has(city)) requestAnimationFrame(() => void draw(city));
}

function showChosen(city: CityMap, truck: Truck | undefined): void {
  const places: Position[] = truck && !Number.isNaN(truck.lon_deg) ? [shown([truck.lon_deg, truck.lat_deg], city.crs)] : [];
  if (!places.length && !ringed.delete(city)) return;
  if (places.length) ringed.add(city);
  void city.map.getSource<GeoJSONSource>(CHOSEN)?.setData({ type: "MultiPoint", coordinates: places });
}

/** The layers of the live map and what a click on them does. */
import type { GeoJSONSource, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import type { Fleet, Truck } from "../../live/fleet";
import { type Position, shown } from "../../map/basemap";
import { addCases, CASE_LAYER, type CaseMarks } from "../../map/case_marks";
import type { CityMap } from "../../map/create";
import { addPlaces, PLACES, type PlaceKind, showPlaces } from "../../map/places";
import { addTrucks, CLUSTER_LAYER, showTrucks, TRUCK_LAYERS } from "../../map/trucks";
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

interface Shown {
  fleet: Fleet;
  wanted: (truck: Truck) => boolean;
}

/** What each map shows, so that it can be shown again when it was moved. */
const lastShown = new WeakMap<CityMap, Shown>();

function addChosen({ map, colours }: CityMap): void {
  map.addSource(CHOSEN, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({
    id: CHOSEN, type: "circle", source: CHOSEN,
    paint: { "circle-radius": 17, "circle-color": colours.accent, "circle-opacity": 0.12, "circle-stroke-color": colours.accent, "circle-stroke-width": 2 },
  });
}

export function prepareLive(city: CityMap, select: (truck: string | null) => void, isShown: (kind: PlaceKind) => boolean, clustered = true): Drawn {
  const { map } = city;
  addChosen(city);
  addTrucks(city, clustered);
  const cases = addCases(city);
  void addPlaces(city, CHOSEN, isShown);
  const start = { center: map.getCenter(), zoom: map.getZoom() };

  const under = ({ point }: MapMouseEvent): MapGeoJSONFeature | undefined =>
    map.queryRenderedFeatures([[point.x - MISS_PX, point.y - MISS_PX], [point.x + MISS_PX, point.y + MISS_PX]],
      { layers: [...TRUCK_LAYERS, CASE_LAYER, CLUSTER_LAYER].filter((layer) => map.getLayer(layer)) })[0];
  map.on("click", (event) => {
    const feature = under(event);
    if (feature) opened(city, feature, select);
  });
  map.on("mousemove", (event) => (map.getCanvas().style.cursor = under(event) ? "pointer" : ""));
  map.on("moveend", () => {
    const last = lastShown.get(city);
    if (last) showTrucks(city, last.fleet, last.wanted);
  });
  return {
    cases,
    show: (layers) => PLACES.forEach((kind) => showPlaces(city, kind, layers.has(kind))),
    whole: () => map.easeTo({ ...start, duration: 600 }),
  };
}

function opened(city: CityMap, feature: MapGeoJSONFeature, select: (truck: string | null) => void): void {
  const { map } = city;
  const { properties } = feature;
  if (feature.layer.id === CLUSTER_LAYER) {
    const { coordinates } = feature.geometry as GeoJSON.Point;
    void map.getSource<GeoJSONSource>("trucks")?.getClusterExpansionZoom(properties.cluster_id as number)
      .then((zoom) => map.easeTo({ center: coordinates as Position, zoom: zoom + 0.3 }));
  } else if (feature.layer.id === CASE_LAYER) {
    const one = openCases.value.find((each) => each.case_id === properties.id);
    if (one?.vehicle_id) select(one.vehicle_id);
  } else {
    const truck = lastShown.get(city)?.fleet.trucks.get(properties.n as number);
    if (truck) select(truck.id);
  }
}

/** Draw the fleet as it is now, and a ring around the truck that is looked at. */
export function drawLive(city: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean, chosen: string | null): void {
  lastShown.set(city, { fleet, wanted });
  showTrucks(city, fleet, wanted);
  const truck = chosen === null ? undefined : fleet.find(chosen);
  const features = truck && !Number.isNaN(truck.lon_deg)
    ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: shown([truck.lon_deg, truck.lat_deg], city.crs) } }]
    : [];
  void city.map.getSource<GeoJSONSource>(CHOSEN)?.setData({ type: "FeatureCollection", features });
}

/** Trucks on the map: bubbles of many when far out, dots by state, arrows with plates when near. One source, no DOM. */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification } from "maplibre-gl";
import type { Fleet, Truck } from "../live/fleet";
import { FLAG, STATES } from "../live/positions";
import { shown } from "./basemap";
import type { CityMap } from "./create";
import { FONT } from "./ground";

const SOURCE = "trucks";
// Up to here trucks lie on each other and are counted; from there each is seen, and from the next its way and plate.
const CLUSTER_TO = 11;
const ARROWS_FROM = 13;
const PLATES_FROM = 14.2;
const CLUSTER_RADIUS_PX = 44;
// Zoomed in, only trucks in view and this share of it around are given to the map.
const MARGIN = 0.25;
const ARROW_PX = 30;

export const TRUCK_LAYERS = ["truck-dots", "truck-arrows"] as const;
export const CLUSTER_LAYER = "truck-clusters";

const isCluster: ExpressionSpecification = ["has", "point_count"];
const single: ExpressionSpecification = ["!", isCluster];

function byState(colours: string[]): ExpressionSpecification {
  return ["match", ["get", "s"], ...colours.flatMap((colour, state) => [state, colour]), colours[0] ?? "#888"] as unknown as ExpressionSpecification;
}

function layers({ colours }: CityMap): LayerSpecification[] {
  const violating: ExpressionSpecification = [">", ["get", "v"], 0];
  const ring = ["case", violating, colours.critical, colours.surface] as ExpressionSpecification;
  return [
    {
      id: CLUSTER_LAYER, type: "circle", source: SOURCE, filter: isCluster,
      paint: {
        "circle-color": colours.surface, "circle-opacity": 0.92,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 11, 10, 18, 50, 34],
        "circle-stroke-width": ["case", violating, 1.8, 1.2],
        "circle-stroke-color": ["case", violating, colours.critical, colours.trucks[1] ?? "#888"],
        "circle-stroke-opacity": ["case", violating, 0.9, 0.55],
      },
    },
    {
      id: "truck-counts", type: "symbol", source: SOURCE, filter: isCluster,
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 12, "text-font": FONT, "text-allow-overlap": true },
      paint: { "text-color": colours.text },
    },
    {
      id: "truck-dots", type: "circle", source: SOURCE, filter: single, maxzoom: ARROWS_FROM,
      paint: {
        "circle-color": byState(colours.trucks),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", violating, 4, 2.4], 13, ["case", violating, 7, 4.6]],
        "circle-stroke-width": ["case", violating, 2, 0.6], "circle-stroke-color": ring,
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

/** Draw one truck seen from above: an arrow when it moves, a dot when it stands; a ring where a violation is open. */
function drawn(colour: string, edge: string, arrow: boolean, ring: string | null): ImageData {
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
  paper.lineWidth = 2.5;
  paper.strokeStyle = edge;
  paper.stroke(shape);
  paper.fillStyle = colour;
  paper.fill(shape);
  return paper.getImageData(0, 0, ARROW_PX * ratio, ARROW_PX * ratio);
}

/** Put the layers of trucks on a map; they are empty until `showTrucks`. Unclustered, a far city is a cloud of dots. */
export function addTrucks(city: CityMap, clustered = true): void {
  const { map, colours } = city;
  for (const state of STATES.keys()) {
    for (const arrow of [false, true]) {
      for (const ring of [null, colours.critical]) {
        const name = `truck-${state}${ring ? "-v" : ""}${arrow ? "-a" : ""}`;
        map.addImage(name, drawn(colours.trucks[state] ?? "#888", colours.ground, arrow, ring), { pixelRatio: 2 });
      }
    }
  }
  map.addSource(SOURCE, {
    type: "geojson", data: { type: "FeatureCollection", features: [] },
    cluster: clustered, clusterMaxZoom: CLUSTER_TO, clusterRadius: CLUSTER_RADIUS_PX, clusterMinPoints: 4,
    ...(clustered ? { clusterProperties: { v: ["+", ["get", "v"]] } } : {}), tolerance: 0, buffer: 32,
  });
  layers(city).forEach((layer) => map.addLayer(layer));
}

interface Feature {
  type: "Feature";
  properties: Record<string, string | number>;
  geometry: { type: "Point"; coordinates: [number, number] };
}

function featureOf(truck: Truck, crs: CityMap["crs"], near: boolean): Feature {
  const properties: Feature["properties"] = { n: truck.no, s: truck.state, v: truck.flags & FLAG.violation };
  if (near) {
    if (truck.plate) properties.p = truck.plate;
    if (truck.state > 1 && truck.course_deg === truck.course_deg) properties.c = Math.round(truck.course_deg);
  }
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: shown([truck.lon_deg, truck.lat_deg], crs) } };
}

/** Show the trucks that are wanted where they are now. */
export function showTrucks({ map, crs }: CityMap, fleet: Fleet, wanted: (truck: Truck) => boolean): void {
  const near = map.getZoom() >= ARROWS_FROM - 0.5;
  const bounds = map.getBounds();
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const [wide, high] = [(east - west) * MARGIN, (north - south) * MARGIN];
  const inView = ({ lon_deg, lat_deg }: Truck) =>
    lon_deg > west - wide && lon_deg < east + wide && lat_deg > south - high && lat_deg < north + high;
  const features: Feature[] = [];
  for (const truck of fleet.trucks.values()) {
    if (truck.lon_deg !== truck.lon_deg || !wanted(truck) || (near && !inView(truck))) continue;
    features.push(featureOf(truck, crs, near));
  }
  void map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: "FeatureCollection", features });
}

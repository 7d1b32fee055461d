/** What lies on the map of a track: sources and layers by name, and the data that fills them. No DOM here. */
import type * as GeoJSON from "geojson";
import type { LayerSpecification } from "maplibre-gl";
import type { MapColours } from "../map/colours";
import { FONT } from "../map/ground";
import { bandColour } from "./colours";
import { type Colouring, GAP, lines, widthAtTen } from "./line";
import { cut, type Track } from "./track";

export const SOURCES = ["track-places", "track-span", "track-lines", "track-marks"] as const;
export type SourceName = (typeof SOURCES)[number];

export interface Drawn {
  track: Track;
  colouring: Colouring;
  capacity_kg?: number | null;
}

export type Tone = "critical" | "warning" | "notice" | "good" | "muted";

export interface MapMark {
  id: string;
  lon_deg: number;
  lat_deg: number;
  label: string;
  tone: Tone;
  time_ms?: number;
  /** The one that it is all about: drawn larger. */
  main?: boolean;
}

export interface Place {
  id: string;
  label: string;
  geometry: GeoJSON.Geometry;
  tone: Tone;
  /** How wide a corridor is, where it is one. */
  width_m?: number;
}

const collection = (features: GeoJSON.Feature[]): GeoJSON.FeatureCollection => ({ type: "FeatureCollection", features });

export function lineData(drawn: readonly Drawn[]): GeoJSON.FeatureCollection {
  return collection(
    drawn.flatMap(({ track, colouring, capacity_kg }, truck) =>
      lines(track, colouring, capacity_kg).map((line) => ({
        ...line,
        properties: {
          ...line.properties,
          gap: line.properties.band === GAP,
          colour: bandColour(line.properties.band, colouring, truck),
        },
      })),
    ),
  );
}

/** Return the stretch of a track that an event covers. */
export function spanData(track: Track | undefined, span: { from_ms: number; to_ms: number } | null | undefined): GeoJSON.FeatureCollection {
  if (!track || !span) return collection([]);
  const part = cut(track, span.from_ms, span.to_ms);
  const coordinates = Array.from(part.placed, (row) => [part.lon_deg[row]!, part.lat_deg[row]!]);
  if (coordinates.length < 2) return collection([]);
  return collection([{ type: "Feature", geometry: { type: "LineString", coordinates }, properties: {} }]);
}

export function markData(marks: readonly MapMark[], colours: MapColours): GeoJSON.FeatureCollection {
  return collection(
    marks.map((mark) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [mark.lon_deg, mark.lat_deg] },
      properties: { id: mark.id, label: mark.label, colour: colours[mark.tone], main: Boolean(mark.main), time_ms: mark.time_ms ?? null },
    })),
  );
}

export function placeData(places: readonly Place[], colours: MapColours): GeoJSON.FeatureCollection {
  return collection(
    places.map((place) => ({
      type: "Feature",
      geometry: place.geometry,
      properties: { label: place.label, colour: colours[place.tone], ...(place.width_m && { width_px: widthAtTen(place.width_m, place.geometry) }) },
    })),
  );
}

const width = (factor: number) => ["interpolate", ["linear"], ["zoom"], 10, 2.2 * factor, 14, 4 * factor, 18, 7 * factor];
const round = { "line-cap": "round", "line-join": "round" };

/** Return the layers, the lowest first. */
export function layers(colours: MapColours): LayerSpecification[] {
  const polygons = ["==", ["geometry-type"], "Polygon"];
  const text = { "text-font": FONT, "text-size": 11.5 };
  const halo = { "text-halo-color": colours.halo, "text-halo-width": 1.6 };
  return [
    { id: "track-places-fill", type: "fill", source: "track-places", filter: polygons, paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.12 } },
    {
      id: "track-places-width", type: "line", source: "track-places", filter: ["has", "width_px"], layout: round,
      paint: { "line-color": ["get", "colour"], "line-opacity": 0.16, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 10, ["get", "width_px"], 20, ["*", 1024, ["get", "width_px"]]] },
    },
    { id: "track-places-line", type: "line", source: "track-places", layout: round, paint: { "line-color": ["get", "colour"], "line-width": 1.8, "line-dasharray": [2, 1.6] } },
    { id: "track-span", type: "line", source: "track-span", layout: round, paint: { "line-color": colours.critical, "line-width": width(3), "line-opacity": 0.32 } },
    { id: "track-case", type: "line", source: "track-lines", filter: ["!", ["get", "gap"]], layout: round, paint: { "line-color": colours.halo, "line-width": width(1.7) } },
    { id: "track-lines", type: "line", source: "track-lines", filter: ["!", ["get", "gap"]], layout: round, paint: { "line-color": ["get", "colour"], "line-width": width(1) } },
    { id: "track-gaps", type: "line", source: "track-lines", filter: ["get", "gap"], paint: { "line-color": colours.muted, "line-width": 2, "line-dasharray": [2, 2.4] } },
    { id: "track-places-name", type: "symbol", source: "track-places", layout: { ...text, "text-field": ["get", "label"], "text-max-width": 12 }, paint: { ...halo, "text-color": ["get", "colour"] } },
    {
      id: "track-marks", type: "circle", source: "track-marks",
      paint: { "circle-radius": ["case", ["get", "main"], 9, 5.5], "circle-color": ["get", "colour"], "circle-stroke-color": colours.halo, "circle-stroke-width": 2 },
    },
    {
      id: "track-marks-name", type: "symbol", source: "track-marks", minzoom: 11,
      layout: { ...text, "text-field": ["get", "label"], "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true },
      paint: { ...halo, "text-color": colours.text },
    },
  ] as LayerSpecification[];
}

/** The map of a track: its lines, the places concerned, marks, and the truck where the time cursor says. */
import type { Signal } from "@preact/signals";
import type * as GeoJSON from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { useEffect, useMemo } from "preact/hooks";
import { ErrorNote } from "../design";
import { translator } from "../i18n";
import { shownGeojson } from "../map/basemap";
import type { CityMap } from "../map/create";
import { useCityMap } from "../map/use_city_map";
import { legend } from "./colours";
import { type Drawn, layers, lineData, type MapMark, markData, type Place, placeData, type SourceName, SOURCES, spanData } from "./layers";
import { bounds } from "./line";
import type { Track } from "./track";
import { drive } from "./truck_markers";
import { words } from "./words";
import "./track_map.css";

const t = translator(words);

interface Props {
  drawn: readonly Drawn[];
  time: Signal<number>;
  /** The stretch that an event covers, of the first truck. */
  span?: { from_ms: number; to_ms: number } | null;
  marks?: readonly MapMark[];
  places?: readonly Place[];
  /** Which truck is followed and clicked on, of several. */
  active?: number;
  /** Keep that truck in view. */
  follow?: Signal<boolean>;
  /** What to show first, where it is not the whole track. */
  focus?: [number, number, number, number] | null;
  label: string;
  onMark?: (mark: MapMark) => void;
  onSeek?: (time_ms: number) => void;
}

const NO_MARKS: readonly MapMark[] = [];
const NO_PLACES: readonly Place[] = [];
/** A click this near to the track moves the cursor there. [px] */
const NEAR_PX = 24;
/** The legend lies over the lower edge, the names of marks stand above theirs. */
const AROUND_PX = { top: 56, bottom: 84, left: 48, right: 48 };

export function TrackMap(props: Props) {
  const { drawn, time, span, marks = NO_MARKS, places = NO_PLACES, active = 0 } = props;
  const { element, city, failed, retry } = useCityMap(prepare, false);

  const colouring = drawn[0]?.colouring ?? "plain";
  const linesOf = useMemo(() => lineData(drawn), [drawn]);
  const feed = (name: SourceName, data: (city: CityMap) => GeoJSON.FeatureCollection) => {
    if (city) put(city, name, data(city));
  };
  useEffect(() => feed("track-lines", () => linesOf), [city, linesOf]);
  useEffect(() => feed("track-span", () => spanData(drawn[0]?.track, span)), [city, drawn, span]);
  useEffect(() => feed("track-marks", ({ colours }) => markData(marks, colours)), [city, marks]);
  useEffect(() => feed("track-places", ({ colours }) => placeData(places, colours)), [city, places]);
  useEffect(() => city ? drive(city, drawn, time, props.follow, active) : undefined, [city, drawn, props.follow, active]);
  const first = drawn[0]?.track;
  useEffect(() => city ? look(city, props.focus ?? together(drawn)) : undefined, [city, first, drawn.length, props.focus?.join()]);
  useEffect(() => (city ? answering(city, props) : undefined), [city, first, active, marks, props.onMark, props.onSeek]);

  return (
    <div class="track-map">
      <div class="map" ref={element} role="region" aria-label={props.label} />
      <ErrorNote error={failed} onRetry={retry} />
      {first && first.placed.length > 0 && colouring !== "plain" && <Legend colouring={colouring} />}
    </div>
  );
}

function Legend({ colouring }: { colouring: "speed" | "load" }) {
  return (
    <ul class="track-legend" aria-label={t(colouring)}>
      <li class="muted">{t(colouring === "speed" ? "kmh" : "share")}</li>
      {legend(colouring).map((row) => (
        <li key={row.from}><span style={{ background: row.colour }} />{row.to === null ? `≥ ${row.from}` : `${row.from}–${row.to}`}</li>
      ))}
      <li><span class="gap" />{t("gap")}</li>
    </ul>
  );
}

function prepare({ map, colours }: CityMap): void {
  for (const name of SOURCES) map.addSource(name, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  for (const layer of layers(colours)) map.addLayer(layer);
}

function put({ map, crs }: CityMap, name: SourceName, data: GeoJSON.FeatureCollection): void {
  (map.getSource(name) as GeoJSONSource | undefined)?.setData(shownGeojson(data, crs));
}

function together(drawn: readonly Drawn[]): [number, number, number, number] | null {
  const boxes = drawn.flatMap(({ track }) => bounds(track) ?? []);
  if (boxes.length === 0) return null;
  const side = (at: number) => boxes.filter((_, index) => index % 4 === at);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

function look({ map, crs }: CityMap, box: [number, number, number, number] | null): void {
  if (!box) return;
  const corners = shownGeojson({ type: "MultiPoint", coordinates: [[box[0], box[1]], [box[2], box[3]]] } as GeoJSON.MultiPoint, crs).coordinates;
  map.fitBounds([corners[0] as [number, number], corners[1] as [number, number]], { padding: AROUND_PX, maxZoom: 16, animate: false });
}

/** Listen to clicks: a mark opens, the track moves the cursor. Returns how to stop. */
function answering({ map, crs }: CityMap, { drawn, active = 0, marks = NO_MARKS, onMark, onSeek }: Props): () => void {
  const click = (event: { point: { x: number; y: number }; lngLat: { lng: number; lat: number } }) => {
    const [hit] = map.queryRenderedFeatures([event.point.x, event.point.y], { layers: ["track-marks"] });
    const mark = hit && marks.find((each) => each.id === hit.properties.id);
    if (mark) {
      if (mark.time_ms !== undefined) onSeek?.(mark.time_ms);
      return onMark?.(mark);
    }
    const near = drawn[active] && nearest(map, crs, drawn[active].track, event.point);
    if (near !== undefined && near !== null) onSeek?.(near);
    return undefined;
  };
  map.on("click", click as never);
  return () => void map.off("click", click as never);
}

function nearest(map: MapLibre, crs: CityMap["crs"], track: Track, point: { x: number; y: number }): number | null {
  let [best, found] = [NEAR_PX ** 2, null as number | null];
  const coordinates = Array.from(track.placed, (row) => [track.lon_deg[row]!, track.lat_deg[row]!]);
  if (coordinates.length === 0) return null;
  const placed = shownGeojson({ type: "MultiPoint", coordinates } as GeoJSON.MultiPoint, crs).coordinates;
  placed.forEach((place, at) => {
    const { x, y } = map.project(place as [number, number]);
    const away = (x - point.x) ** 2 + (y - point.y) ** 2;
    if (away < best) [best, found] = [away, track.time_ms[track.placed[at]!]!];
  });
  return found;
}

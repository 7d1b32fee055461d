/** The trucks of a playback: an element each, which follows the time cursor sixty times a second without a new tile. */
import { effect, type Signal } from "@preact/signals";
import { type Map as MapLibre, Marker } from "maplibre-gl";
import { type Position, shown } from "../map/basemap";
import type { CityMap } from "../map/create";
import { COMPARED } from "./colours";
import type { Drawn } from "./layers";
import { momentAt } from "./track";

const ARROW = "M16 5 L25 26 L16 21 L7 26 Z";

/** Move the trucks with the cursor until the returned function is called. */
export function drive(city: CityMap, drawn: readonly Drawn[], time: Signal<number>, follow?: Signal<boolean>, active = 0): () => void {
  const several = drawn.length > 1;
  const markers = drawn.map(({ track }, truck) =>
    new Marker({ element: element(several ? COMPARED[truck]! : "var(--accent)", several ? (track.plate ?? track.vehicle_id) : "") }));
  const stop = effect(() => {
    drawn.forEach(({ track }, truck) => {
      const moment = momentAt(track, time.value);
      const marker = markers[truck]!;
      if (!moment) return void marker.remove();
      const place = shown([moment.lon_deg, moment.lat_deg], city.crs);
      marker.setLngLat(place);
      show(marker.getElement(), moment.course_deg, moment.silent);
      if (!marker._map) marker.addTo(city.map);
      if (truck === active && follow?.value) keepInView(city.map, place);
    });
  });
  return () => {
    stop();
    for (const marker of markers) marker.remove();
  };
}

function element(colour: string, label: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "truck-marker";
  box.style.setProperty("--truck", colour);
  box.setAttribute("aria-hidden", "true");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ARROW);
  svg.append(path);
  box.append(svg);
  if (label) box.append(Object.assign(document.createElement("span"), { textContent: label }));
  return box;
}

function show(box: HTMLElement, course_deg: number, silent: boolean): void {
  box.classList.toggle("silent", silent);
  if (!Number.isNaN(course_deg)) (box.firstElementChild as SVGElement).style.rotate = `${course_deg}deg`;
}

function keepInView(map: MapLibre, place: Position): void {
  const { x, y } = map.project(place);
  const { clientWidth, clientHeight } = map.getContainer();
  const inside = x > clientWidth * 0.25 && x < clientWidth * 0.75 && y > clientHeight * 0.25 && y < clientHeight * 0.75;
  if (!inside) map.jumpTo({ center: place });
}

/** Drawing on a map: one shape, its corners moved, added and taken away, with undo and redo; everything in the map's datum. */
import type { CityMap } from "./create";
import { type MapMouseEvent, Marker } from "maplibre-gl";
import { type Corner, type CornerAt, cornersAt, DECIMALS, type Part, partsOf, rounded, type Shape, shapeOf, withoutCorner } from "./draw_shapes";
import { steps, UNDO_MOST } from "./draw_steps";
import {
  type GeoJSONStoreFeatures, TerraDraw, TerraDrawLineStringMode, TerraDrawModeUndoRedo, type TerraDrawMouseEvent, TerraDrawPolygonMode, TerraDrawSelectMode,
  ValidateNotSelfIntersecting,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";

export interface Drawn {
  shape: Shape | null;
  /** A new part is on its way, or corners of what is there are moved. */
  mode: "draw" | "edit";
  canUndo: boolean;
  canRedo: boolean;
  /** There is something, and it is no shape: a hole that lies in nothing. */
  broken: boolean;
  /** The corner that was chosen, by its number from 1; it can go where enough others stay. */
  picked: { number: number; of: number; removable: boolean } | null;
}

export interface Drawer {
  /** Begin a new part; a line has one only, which then replaces what is there. */
  draw: () => void;
  /** Begin a part that is cut out. */
  cut: () => void;
  /** End the part on its way as if it had been clicked shut. */
  finish: () => void;
  /** Leave the part on its way undone. */
  cancel: () => void;
  undo: () => void;
  redo: () => void;
  clear: () => void;
  /** Choose the next corner, or the one before. */
  pick: (way: -1 | 1) => void;
  /** Take the chosen corner away; the next one is chosen then. */
  removePicked: () => void;
  stop: () => void;
}

interface Wanted {
  city: CityMap;
  kind: "area" | "line";
  shape: Shape | null;
  /** Corners of others, which what is drawn snaps to. */
  corners: () => readonly Corner[];
  onChange: (drawn: Drawn) => void;
}

// A pointer is as good as this. [px]
const SNAP_PX = 12;
// A finger is as good as this: half of 44. [px]
const TAP_PX = 22;

/** The library knows hexadecimal colours alone. */
function hex(colour: string): `#${string}` {
  const paper = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
  paper.fillStyle = colour;
  return (paper.fillStyle as string).slice(0, 7) as `#${string}`;
}

/** Return the corner of others next to the pointer, if one is near. */
function snapper(city: CityMap, corners: Wanted["corners"]) {
  return ({ lng, lat }: TerraDrawMouseEvent): Corner | undefined => {
    const here = city.map.project([lng, lat]);
    const reach = city.map.unproject([here.x + SNAP_PX, here.y + SNAP_PX]);
    const [reachLon, reachLat] = [Math.abs(reach.lng - lng), Math.abs(reach.lat - lat)];
    const away = (corner: Corner) => Math.hypot((corner[0] - lng) / reachLon, (corner[1] - lat) / reachLat);
    let nearest: Corner | undefined;
    for (const corner of corners()) if (away(corner) <= 1 && (!nearest || away(corner) < away(nearest))) nearest = corner;
    return nearest;
  };
}

function made({ city, corners }: Wanted, isHole: (id: unknown) => boolean): TerraDraw {
  const { colours } = city;
  const [line, hole, point, halo] = [hex(colours.accent), hex(colours.critical), hex(colours.surface), hex(colours.accent)];
  const snapping = { toCustom: snapper(city, corners), toCoordinate: true };
  const colour = (feature: GeoJSONStoreFeatures) => (isHole(feature.id) ? hole : line);
  const corner = { coordinatePointColor: point, coordinatePointOutlineColor: halo, closingPointColor: line, closingPointWidth: 7, snappingPointColor: hex(colours.warning), snappingPointWidth: 6 };
  const flags = { feature: { selfIntersectable: false, coordinates: { midpoints: true, draggable: true, deletable: true, snappable: snapping } } };
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map: city.map, coordinatePrecision: DECIMALS }),
    modes: [
      new TerraDrawPolygonMode({ snapping, showCoordinatePoints: true, validation: (feature, { updateType }) => (updateType === "finish" ? ValidateNotSelfIntersecting(feature) : { valid: true }), styles: { fillColor: colour, fillOpacity: 0.2, outlineColor: colour, outlineWidth: 2.5, ...corner } }),
      new TerraDrawLineStringMode({ snapping, showCoordinatePoints: true, styles: { lineStringColor: line, lineStringWidth: 3, ...corner } }),
      new TerraDrawSelectMode({
        allowManualDeselection: false, flags: { polygon: flags, linestring: flags },
        keyEvents: { deselect: null, delete: null, rotate: null, scale: null },
        styles: {
          selectedPolygonColor: colour, selectedPolygonFillOpacity: 0.22, selectedPolygonOutlineColor: colour, selectedPolygonOutlineWidth: 2.5, selectedLineStringColor: line, selectedLineStringWidth: 3.5,
          selectionPointColor: point, selectionPointOutlineColor: halo, selectionPointWidth: 5, selectionPointOutlineWidth: 2, midPointColor: halo, midPointOutlineColor: point, midPointWidth: 3.5, midPointOutlineWidth: 1,
        },
      }),
    ],
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo({ maxStackSize: UNDO_MOST }) },
  });
}

const feature = ({ line, corners }: Part, id: ReturnType<TerraDraw["getFeatureId"]>): GeoJSONStoreFeatures =>
  ({ type: "Feature", id, properties: { mode: line ? "linestring" : "polygon" }, geometry: line ? { type: "LineString", coordinates: corners } : { type: "Polygon", coordinates: [corners] } });

/** The mark of the chosen corner, above the map. */
function pickedMark(city: CityMap) {
  const element = Object.assign(document.createElement("div"), { className: "picked-corner" });
  const marker = new Marker({ element });
  return (place: Corner | null) => (place ? marker.setLngLat(place).addTo(city.map) : marker.remove());
}

/** Begin to draw on a map. The library undoes corners of a part on its way; parts that are done are undone here. */
export function startDrawing(wanted: Wanted): Drawer {
  const { city, kind, shape, onChange } = wanted;
  const holes = new Set<unknown>();
  const terra = made(wanted, (id) => holes.has(id));
  const drawing = kind === "line" ? "linestring" : "polygon";
  const type = kind === "line" ? "LineString" : "Polygon"; // points of the same mode are the library's own marks
  const past = steps(partsOf(shape));
  let mode: Drawn["mode"] = "edit";
  let cutting = false;
  let told = "";
  let picked: number | null = null;
  const mark = pickedMark(city);

  const own = () => terra.getSnapshot().filter((one) => one.properties.mode === drawing && one.geometry.type === type);
  const parts = (): Part[] =>
    own().filter((one) => mode !== "draw" || !one.properties.currentlyDrawing).map(({ id, geometry }) => ({
      line: kind === "line", hole: holes.has(id),
      corners: ((geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates) as number[][]).map(rounded),
    }));
  const can = (way: -1 | 1) => (mode === "draw" && (way < 0 ? terra.canUndo() : terra.canRedo())) || past.canGo(way);
  const tell = () => {
    const now = parts();
    const whole = shapeOf(now);
    const all = mode === "edit" ? cornersAt(now) : [];
    const chosen = picked === null ? undefined : all[picked];
    mark(chosen?.place ?? null);
    const drawn: Drawn = {
      shape: whole, mode, canUndo: can(-1), canRedo: can(1), broken: now.length > 0 && !whole,
      picked: chosen ? { number: picked! + 1, of: all.length, removable: withoutCorner(now, chosen) !== null } : null,
    };
    const text = JSON.stringify(drawn);
    if (text !== told) onChange(drawn); // the library tells of every move of the pointer
    told = text;
  };
  const clear = () => terra.removeFeatures(own().flatMap(({ id }) => id ?? []));
  const add = (part: Part) => {
    const id = terra.getFeatureId();
    if (part.hole) holes.add(id);
    terra.addFeatures([feature(part, id)]);
  };
  const edit = () => {
    mode = "edit";
    cutting = false;
    terra.setMode("select");
    // A part whose corners were undone leaves the mark of its end behind.
    terra.removeFeatures(terra.getSnapshot().flatMap(({ id, properties }) => (properties.closingPoint && id !== undefined ? [id] : [])));
    const last = own().at(-1);
    if (last?.id !== undefined) terra.selectFeature(last.id);
    tell();
  };
  const draw = (hole: boolean) => {
    if (kind === "line") clear();
    past.note(parts());
    mode = "draw";
    picked = null;
    cutting = hole;
    terra.setMode(drawing);
    city.map.getCanvas().focus();
    tell();
  };
  const go = (way: -1 | 1) => {
    if (mode === "draw" && (way < 0 ? terra.canUndo() : terra.canRedo())) way < 0 ? terra.undo() : terra.redo();
    else if (past.canGo(way)) {
      terra.setMode("select"); // a part on its way goes first
      clear();
      past.go(way).forEach(add);
      if (own().length) edit();
      else (mode = "draw"), terra.setMode(drawing);
    }
    tell();
  };

  const pick = (way: -1 | 1) => {
    const count = mode === "edit" ? cornersAt(parts()).length : 0;
    if (count) picked = ((picked ?? (way > 0 ? -1 : count)) + way + count) % count;
    tell();
  };
  const away_px = ({ place }: CornerAt, { point }: MapMouseEvent) => {
    const { x, y } = city.map.project(place);
    return Math.hypot(x - point.x, y - point.y);
  };
  const pickNear = (event: MapMouseEvent) => {
    const all = mode === "edit" ? cornersAt(parts()) : [];
    const near = all.map((one, at) => ({ at, px: away_px(one, event) })).filter(({ px }) => px <= TAP_PX).sort((one, other) => one.px - other.px)[0];
    picked = near?.at ?? null;
    tell();
  };
  const removePicked = () => {
    const now = parts();
    const chosen = picked === null || mode !== "edit" ? undefined : cornersAt(now)[picked];
    const left = chosen && withoutCorner(now, chosen);
    if (!chosen || !left) return;
    past.note(now);
    clear();
    holes.clear();
    left.forEach(add);
    past.note(parts());
    picked = Math.min(picked!, cornersAt(left).length - 1);
    edit();
    const id = own()[chosen.part]?.id;
    if (id !== undefined) terra.selectFeature(id);
  };

  terra.start();
  partsOf(shape).forEach(add);
  city.map.on("click", pickNear);
  terra.on("finish", (id, { action }) => {
    if (action !== "draw") return past.note(parts()), tell();
    if (cutting) holes.add(id);
    // The library goes on with its own end of the part first.
    queueMicrotask(() => {
      edit();
      past.note(parts());
      tell();
    });
  });
  terra.on("change", tell);
  if (own().length) edit();
  else draw(false);
  return {
    draw: () => draw(false),
    cut: () => draw(true),
    finish: () => city.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" })),
    cancel: edit,
    undo: () => go(-1),
    redo: () => go(1),
    clear: () => (clear(), draw(false)),
    pick,
    removePicked,
    stop: () => {
      city.map.off("click", pickNear);
      mark(null);
      terra.stop();
    },
  };
}

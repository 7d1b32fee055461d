/** What the map is drawn on: `GET /v1/basemap`, and the shift to its datum. */
import gcoord from "gcoord";
import { request } from "../api/client";
import type { Schema } from "../api/schema";

export type Basemap = Schema<"Basemap">;

export type Position = [number, number];

const OWN = "/v1/basemap";
let path = OWN;
let asked: Promise<Basemap> | null = null;

/** Ask for the ground elsewhere from now on: a link shows its map to somebody who is not logged in. */
export function askForGround(at: string = OWN): void {
  if (at !== path) asked = null;
  path = at;
}

/** Ask for the base map once; a failure is asked again. */
export function basemap(): Promise<Basemap> {
  asked ??= request<Basemap>("GET", path).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Return a WGS 84 position where the base map draws it. */
export function shown(position: Position, crs: Basemap["crs"]): Position {
  return crs === "gcj02" ? gcoord.transform(position, gcoord.WGS84, gcoord.GCJ02) : position;
}

/** Return GeoJSON in WGS 84 where the base map draws it; the argument stays as it is. */
export function shownGeojson<Data extends GeoJSON.GeoJSON>(data: Data, crs: Basemap["crs"]): Data {
  if (crs === "wgs84") return data;
  return gcoord.transform(structuredClone(data) as never, gcoord.WGS84, gcoord.GCJ02) as unknown as Data;
}

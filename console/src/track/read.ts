/** Asking for a truck's track and past. */
import { get } from "../api/client";
import { stamp } from "../charts/time";
import type { History } from "./history";
import { decode, type Track } from "./track";

const range = (from_ms: number, to_ms: number) => ({ datetime: `${stamp(from_ms)}/${stamp(to_ms)}` });

export const readTrack = (vehicle_id: string, from_ms: number, to_ms: number): Promise<Track> =>
  get(`/v1/vehicles/${encodeURIComponent(vehicle_id)}/track`, range(from_ms, to_ms)).then(decode);

export const readHistory = (vehicle_id: string, from_ms: number, to_ms: number): Promise<History> =>
  get(`/v1/vehicles/${encodeURIComponent(vehicle_id)}/history`, range(from_ms, to_ms));

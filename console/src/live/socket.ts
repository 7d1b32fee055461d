/** The WebSocket of live positions: kept open, opened again after a while, its messages taken into a fleet. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { get } from "../api/client";
import { waitBefore } from "./backoff";
import { tellState } from "./connection";
import { Fleet } from "./fleet";
import { decode, type Legend } from "./positions";

const PATH = "/v1/positions/live";
const STREAM = "positions";

export interface LivePositions {
  fleet: Fleet;
  /** Counts messages, so that who reads it is drawn anew. */
  version: ReadonlySignal<number>;
  close: () => void;
}

/** Follow all trucks in scope until closed. */
export function followPositions(): LivePositions {
  const fleet = new Fleet();
  const version = signal(0);
  let socket: WebSocket | null = null;
  let closed = false;
  let tries = 0;
  let timer = 0;

  const open = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${PATH}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      tries = 0;
      if (typeof data === "string") fleet.takeLegend(JSON.parse(data) as Legend);
      else fleet.takePositions(decode(data));
      tellState(STREAM, "live");
      version.value += 1;
    };
    socket.onclose = () => {
      if (closed) return;
      tellState(STREAM, tries ? "offline" : "reconnecting");
      timer = window.setTimeout(again, waitBefore(tries++));
    };
  };
  // A refused handshake does not say why: asking who is logged in renews the session, or ends it.
  const again = () => get("/v1/session").then(() => closed || open(), () => closed || (timer = window.setTimeout(again, waitBefore(tries++))));

  open();
  const close = () => {
    closed = true;
    clearTimeout(timer);
    socket?.close();
    tellState(STREAM, null);
  };
  return { fleet, version, close };
}

/** The drawing of one item's shape on the page's map: begins and ends with it, and answers to the keyboard. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CityMap } from "../../map/create";
import type { Drawer, Drawn } from "../../map/draw";
import { type Corner, partsOf, type Shape, shapeOf } from "../../map/draw_shapes";
import { typing } from "../../shell/shortcuts";

interface Wanted {
  city: CityMap | null;
  kind: "area" | "line";
  /** Where the drawing begins, and again with another number. */
  shape: Shape | null;
  turn: unknown;
  active: boolean;
  corners: () => readonly Corner[];
  onShape: (shape: Shape | null) => void;
}

export interface Drawing {
  drawn: Drawn | null;
  drawer: Drawer | null;
}

const redoes = ({ key, shiftKey }: KeyboardEvent) => key.toLowerCase() === "y" || (key.toLowerCase() === "z" && shiftKey);

/** What a key does with corners: `[` and `]` go through them, Delete takes the chosen one away. */
const CORNER_KEYS: Record<string, (drawer: Drawer) => void> = {
  "[": (drawer) => drawer.pick(-1),
  "]": (drawer) => drawer.pick(1),
  Delete: (drawer) => drawer.removePicked(),
  Backspace: (drawer) => drawer.removePicked(),
};

function useCornerKeys(drawer: Drawer | null): void {
  useLayoutEffect(() => {
    if (!drawer) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const act = CORNER_KEYS[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
      event.preventDefault();
      act(drawer);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [drawer]);
}

/** Ctrl+Z and Ctrl+Y, on a Mac with the command key; what is typed into fields has an undo of its own. */
function useUndoKeys(drawer: Drawer | null): void {
  useLayoutEffect(() => {
    if (!drawer) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event)) return;
      if (!redoes(event) && event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      (redoes(event) ? drawer.redo : drawer.undo)();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [drawer]);
}

export function useDrawing({ city, kind, shape, turn, active, corners, onShape }: Wanted): Drawing {
  const [drawn, tell] = useState<Drawn | null>(null);
  const [drawer, keep] = useState<Drawer | null>(null);
  const latest = useRef({ corners, onShape });
  latest.current = { corners, onShape };
  useEffect(() => {
    if (!city || !active) return undefined;
    let stopped = false;
    let made: Drawer | null = null;
    // What was not moved is told as it was read: the drawing rounds to a tenth of a millimetre.
    const untouched = JSON.stringify(shapeOf(partsOf(shape)));
    const onChange = (now: Drawn) => {
      if (stopped) return;
      tell(now);
      latest.current.onShape(JSON.stringify(now.shape) === untouched ? shape : now.shape);
    };
    void import("../../map/draw").then(({ startDrawing }) => {
      if (stopped) return;
      made = startDrawing({ city, kind, shape, corners: () => latest.current.corners(), onChange });
      keep(made);
    });
    return () => {
      stopped = true;
      // With the map everything on it has gone already.
      if (made && city.map.getCanvas().isConnected) made.stop();
      keep(null);
      tell(null);
    };
  }, [city, kind, active, turn]);
  useUndoKeys(drawer);
  useCornerKeys(drawer);
  return { drawn, drawer };
}

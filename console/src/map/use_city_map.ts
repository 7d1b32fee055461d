/** A map in a component: made anew when colours or language change, where it was looked at before. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { language } from "../i18n";
import { isDark } from "../shell/theme";
import type { CityMap, Margin, View } from "./create";

const KEPT = "muckline.view";

function keptView(): View | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as View | null;
  } catch {
    return null;
  }
}

interface Made {
  element: RefObject<HTMLDivElement | null>;
  city: CityMap | null;
  failed: unknown;
  retry: () => void;
}

/**
 * Give the element's map once it is ready.
 *
 * @param prepare Called with each new map, before it is given out: adds sources and layers.
 * @param keep Where it was looked at is kept for the next page of this tab.
 * @param margin What panels cover of it.
 */
export function useCityMap(prepare: (city: CityMap) => void, keep = true, margin?: Margin): Made {
  const element = useRef<HTMLDivElement>(null);
  const [city, setCity] = useState<CityMap | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [round, again] = useState(0);
  const [dark, words] = [isDark.value, language.value];
  useEffect(() => {
    let gone = false;
    fail(null);
    let made: CityMap | null = null;
    const start = async () => {
      const { makeMap } = await import("./create");
      if (gone || !element.current) return;
      made = await makeMap(element.current, keep ? keptView() : null, margin);
      if (gone) return made.map.remove();
      const { map } = made;
      map.on("moveend", () => {
        const { lng, lat } = map.getCenter();
        if (keep) sessionStorage.setItem(KEPT, JSON.stringify({ center: [lng, lat], zoom: map.getZoom() }));
      });
      prepare(made);
      setCity(made);
    };
    start().catch((error: unknown) => gone || fail(error));
    return () => {
      gone = true;
      setCity(null);
      made?.map.remove();
    };
  }, [dark, words, round]);
  return { element, city, failed, retry: () => again((count) => count + 1) };
}

/** Keys that work on every page: `?`, `/`, and `g` followed by a letter. */
import { useLocation } from "preact-iso";
import { useLayoutEffect } from "preact/hooks";
import { isDark, setTheme } from "./theme";

/** `g` and one of these opens the page. */
export const GO: Record<string, string> = { m: "/console/", c: "/console/cases", w: "/console/wall" };
// How long `g` waits for its letter. [ms]
const CHORD_MS = 1200;
// Outlives a page that is drawn anew between the two keys.
let chordUntil = 0;

/** Tell whether keys belong to what is typed into. */
export function typing(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement;
  return element.matches?.("input, textarea, select, [contenteditable]") || element.closest?.("dialog[open]") !== null;
}

export const focusSearch = () => document.querySelector<HTMLInputElement>(".search input")?.focus();

export function useShortcuts(onHelp: () => void): void {
  const { route } = useLocation();
  useLayoutEffect(() => {
    const actions: Record<string, () => void> = {
      "?": onHelp,
      "/": focusSearch,
      D: () => setTheme(isDark.value ? "light" : "dark"),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
      // When the keys were pressed counts, not when a busy page came to them.
      const to = event.timeStamp < chordUntil ? GO[event.key] : undefined;
      chordUntil = event.key === "g" ? event.timeStamp + CHORD_MS : 0;
      const action = to ? () => route(to) : actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [route, onHelp]);
}

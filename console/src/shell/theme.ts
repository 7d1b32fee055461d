/** Dark or light: as the system has it, until somebody chooses. */
import { signal } from "@preact/signals";

export type Theme = "system" | "dark" | "light";

const KEPT = "muckline.theme";
const isTheme = (value: string | null): value is Theme => value === "dark" || value === "light" || value === "system";
const kept = localStorage.getItem(KEPT);
const systemDark = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>(isTheme(kept) ? kept : "system");
/** What is shown now: maps and charts draw by it. */
export const isDark = signal(false);

function show(): void {
  const root = document.documentElement;
  if (theme.value === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = theme.value;
  isDark.value = theme.value === "dark" || (theme.value === "system" && systemDark.matches);
}

export function setTheme(to: Theme): void {
  localStorage.setItem(KEPT, to);
  theme.value = to;
  show();
}

systemDark.addEventListener("change", show);
show();

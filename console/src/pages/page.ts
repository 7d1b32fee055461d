/** What a page is: one folder in `pages/`, one row in `pages/index.ts`. */
import type { ComponentType } from "preact";
import type { Dictionary } from "../i18n";

export interface Page {
  /** Below `/console`, for example `/cases/:case_id`. */
  path: string;
  /** Loaded when it is opened. */
  load: () => Promise<{ default: ComponentType<Record<string, string>> }>;
  /** Permission that the API asks for; without it the page is not offered. */
  permission: string;
  /** Its entry of the menu: where it stands, the key of its name, an icon's name; absent: no entry. */
  menu?: { order: number; label: string; icon: string };
}

/** The words of a page: both languages have the same keys, which the compiler checks. */
export interface Words<Keys extends string = string> {
  zh: Dictionary<Keys>;
  en: Dictionary<Keys>;
}

/** What a page is: one folder in `pages/`, one row in `pages/index.ts`. */
import type { ComponentType } from "preact";
import type { IconName } from "../design/icons";
import type { Dictionary } from "../i18n";
import type { Permission } from "../session/session";
import type { MenuLabel } from "../shell/menu_words";

export interface Page {
  /** Below `/console`, for example `/cases/:case_id`. */
  path: string;
  /** Loaded when it is opened; gets the parameters of the path as props. */
  load: () => Promise<{ default: ComponentType<Record<string, string>> }>;
  /** Permission that the API asks for; without it the page is not offered. */
  permission: Permission;
  /** Its entry of the menu: where it stands (below 40 duty, 60 registers, 80 figures, then the system), the key of its name, its icon. */
  menu?: { order: number; label: MenuLabel; icon: IconName };
  /** Shown without menu and bars. */
  bare?: boolean;
  /** Shown to whoever has its address, also without logging in; it asks for nothing that needs a session. */
  open?: true;
}

/** The words of a page: both languages have the same keys, which the compiler checks. */
export interface Words<Keys extends string = string> {
  zh: Dictionary<Keys>;
  en: Dictionary<Keys>;
}

/** The pages: ONE table. A page is a folder here and a row below. */
import type { Page } from "./page";

export const pages: Page[] = [
  { path: "/", load: () => import("./live"), permission: "look", menu: { order: 10, label: "live", icon: "map" } },
  { path: "/wall", load: () => import("./wall"), permission: "look", bare: true, menu: { order: 90, label: "wall", icon: "wall" } },
];

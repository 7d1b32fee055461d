/** The pages: ONE table. A page is a folder here and a row below. */
import type { Page } from "./page";

export const pages: Page[] = [
  { path: "/", load: () => import("./live"), permission: "look", menu: { order: 10, label: "live", icon: "map" } },
  { path: "/manifests", load: () => import("./manifests"), permission: "look", menu: { order: 50, label: "manifests", icon: "document" } },
  { path: "/scores", load: () => import("./scores"), permission: "look", menu: { order: 60, label: "scores", icon: "chart" } },
  { path: "/compliance", load: () => import("./compliance"), permission: "look", menu: { order: 62, label: "compliance", icon: "shield" } },
  { path: "/projects", load: () => import("./projects"), permission: "look", menu: { order: 64, label: "projects", icon: "flag" } },
  { path: "/wall", load: () => import("./wall"), permission: "look", bare: true, menu: { order: 90, label: "wall", icon: "wall" } },
];

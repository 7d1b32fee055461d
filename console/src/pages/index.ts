/** The pages: ONE table. A page is a folder here and a row below. */
import type { Page } from "./page";

export const pages: Page[] = [
  { path: "/", load: () => import("./live"), permission: "look", menu: { order: 10, label: "live", icon: "map" } },
  { path: "/cases", load: () => import("./cases"), permission: "look", menu: { order: 20, label: "cases", icon: "inbox" } },
  { path: "/cases/:case_id", load: () => import("./case"), permission: "look" },
  { path: "/playback", load: () => import("./playback"), permission: "track", menu: { order: 30, label: "playback", icon: "path" } },
  { path: "/trucks", load: () => import("./truck/search"), permission: "track", menu: { order: 40, label: "trucks", icon: "truck" } },
  { path: "/trucks/:vehicle_id", load: () => import("./truck"), permission: "track" },
  { path: "/report", load: () => import("./reports_in"), permission: "report" },
  { path: "/statistics", load: () => import("./statistics"), permission: "look", menu: { order: 40, label: "statistics", icon: "chart" } },
  { path: "/quality", load: () => import("./quality"), permission: "look", menu: { order: 66, label: "quality", icon: "crosshair" } },
  { path: "/manifests", load: () => import("./manifests"), permission: "look", menu: { order: 50, label: "manifests", icon: "document" } },
  { path: "/rules", load: () => import("./rules"), permission: "tune", menu: { order: 58, label: "rules", icon: "settings" } },
  { path: "/scores", load: () => import("./scores"), permission: "look", menu: { order: 60, label: "scores", icon: "chart" } },
  { path: "/compliance", load: () => import("./compliance"), permission: "look", menu: { order: 62, label: "compliance", icon: "shield" } },
  { path: "/projects", load: () => import("./projects"), permission: "look", menu: { order: 64, label: "projects", icon: "flag" } },
  { path: "/exports", load: () => import("./exports"), permission: "export", menu: { order: 68, label: "exports", icon: "download" } },
  { path: "/users", load: () => import("./users"), permission: "users", menu: { order: 74, label: "users", icon: "users" } },
  { path: "/audit", load: () => import("./audit"), permission: "audit", menu: { order: 76, label: "audit", icon: "list" } },
  { path: "/guide", load: () => import("./guide"), permission: "look", menu: { order: 80, label: "guide", icon: "help" } },
  { path: "/wall", load: () => import("./wall"), permission: "look", bare: true, menu: { order: 90, label: "wall", icon: "wall" } },
];

/** The console's icons: strokes on a grid of 24, drawn here so that no icon is fetched from anywhere. */
const PATHS = {
  alert: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17.2v.1",
  arrow_left: "M19 12H5M11 6l-6 6 6 6",
  bell: "M6 10a6 6 0 1 1 12 0v4l2 3H4l2-3v-4ZM10 20h4",
  bell_off: "M4 4l16 16M7 7.5A6 6 0 0 0 6 10v4l-2 3h13M10 20h4M10 4.4A6 6 0 0 1 18 10v3",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron_down: "m6 9.5 6 6 6-6",
  chevron_left: "m14.5 6-6 6 6 6",
  chevron_right: "m9.5 6 6 6-6 6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
  close: "M6 6l12 12M18 6 6 18",
  crosshair: "M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM12 2v5M12 17v5M2 12h5M17 12h5",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  dump: "M3 19h18M5 19l6-10 3 4 2-2 4 8",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  expand: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  filter: "M4 5h16l-6 8v6l-4-2v-4z",
  flag: "M6 21V4h12l-3 4.5L18 13H6",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M12 16.7v.1",
  inbox: "M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5",
  key: "M14.5 13.5a4.5 4.5 0 1 0-4-4L4 16v4h4v-2.5h2.5V15zM16 8v.1",
  language: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c3 3.2 3 14.8 0 18M12 3c-3 3.2-3 14.8 0 18",
  layers: "m12 4 9 5-9 5-9-5zM4 13.5l8 4.5 8-4.5",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  log_out: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  map: "m3 6 6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  minus: "M5 12h14",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  more: "M6 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0ZM13 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0ZM20 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0Z",
  path: "M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 18h6a4 4 0 0 0 0-8h-4a4 4 0 0 1 0-8h6",
  pause: "M8 5v14M16 5v14",
  phone: "M7 3h10v18H7zM11 18h2",
  pin: "M12 21s7-6.6 7-11.5A7 7 0 0 0 5 9.5C5 14.4 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  play: "M7 5v14l12-7z",
  plus: "M12 5v14M5 12h14",
  redo: "m15 5 5 5-5 5M20 10H9a5 5 0 0 0 0 10h3",
  refresh: "M20 11a8 8 0 1 0-2 6.3M20 4v7h-7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l5 5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  shield: "M12 3 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2.2 2.2L15.5 10",
  site: "M4 20V9l8-5 8 5v11M4 20h16M9 20v-6h6v6",
  sound: "M4 10v4h4l5 4V6L8 10zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  sound_off: "M4 10v4h4l5 4V6L8 10zM17 10l4 4M21 10l-4 4",
  sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.8 1.8M17.2 17.2 19 19M19 5l-1.8 1.8M6.8 17.2 5 19",
  system: "M3 5h18v11H3zM9 20h6M12 16v4",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  truck: "M3 6h11v10H3zM14 10h4l3 3v3h-7zM7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM17 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  undo: "m9 5-5 5 5 5M4 10h11a5 5 0 0 1 0 10h-3",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  users: "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.5a3.5 3.5 0 0 1 0 6.5M18 14a6.5 6.5 0 0 1 3.5 5.5",
  wall: "M3 4h18v13H3zM8 21h8M7 13l3-3 2.5 2.5L17 8",
} as const;

export type IconName = keyof typeof PATHS;

export function isIcon(name: string): name is IconName {
  return name in PATHS;
}

/** The strokes of an icon, for a map that draws it itself; on a grid of 24. */
export const iconPath = (name: IconName): string => PATHS[name];

/** One icon; it is decoration, what it means is said by the text or the label beside it. */
export function Icon({ name, large = false }: { name: IconName; large?: boolean }) {
  return (
    <svg class={large ? "icon large" : "icon"} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

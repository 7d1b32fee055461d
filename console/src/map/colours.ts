/** The design's colours as the map library reads them: it knows neither variables nor `light-dark()`. */

export interface MapColours {
  ground: string;
  water: string;
  waterName: string;
  green: string;
  built: string;
  builtEdge: string;
  road: string;
  roadMajor: string;
  /** Expressways, which the eye finds a city by. */
  roadGreat: string;
  roadCase: string;
  label: string;
  halo: string;
  text: string;
  muted: string;
  accent: string;
  critical: string;
  warning: string;
  notice: string;
  good: string;
  surface: string;
  /** By state of the live positions' layout: silent, parked, moving empty, moving loaded, standing loaded, unknown. */
  trucks: string[];
}

const GROUND = {
  dark: {
    ground: "#0d141a", water: "#10293c", waterName: "#5d88a6", green: "#11261d", built: "#141e26", builtEdge: "#1b2832",
    road: "#1c2933", roadMajor: "#2b3c49", roadGreat: "#3a4c58", roadCase: "#0a1015", label: "#8497a5", halo: "#0c1218",
  },
  light: {
    ground: "#f1f2ee", water: "#bcd7e6", waterName: "#3f7391", green: "#d8e7d2", built: "#e3e2dc", builtEdge: "#d6d4cc",
    road: "#ffffff", roadMajor: "#fdf6e3", roadGreat: "#f7dfae", roadCase: "#cfd0c9", label: "#55626d", halo: "#fbfbf8",
  },
};

const VARIABLES = ["text", "muted", "accent", "critical", "warning", "notice", "good", "surface"] as const;
const TRUCKS = ["silent", "parked", "empty", "loaded", "standing", "unknown"];

/** Read the colours as they are now. */
export function mapColours(dark: boolean): MapColours {
  const probe = document.body.appendChild(document.createElement("i"));
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const named = Object.fromEntries(VARIABLES.map((name) => [name, read(name)])) as Record<(typeof VARIABLES)[number], string>;
  const trucks = TRUCKS.map((state) => read(`truck-${state}`));
  probe.remove();
  return { ...(dark ? GROUND.dark : GROUND.light), ...named, trucks };
}

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
    ground: "#10181f", water: "#14304a", waterName: "#6f9bbb", green: "#14261f", built: "#17222b", builtEdge: "#1e2c37",
    road: "#22303b", roadMajor: "#30424f", roadGreat: "#3f5462", roadCase: "#0c1319", label: "#93a5b3", halo: "#0e161c",
  },
  light: {
    ground: "#f0f2f1", water: "#c3dbe8", waterName: "#3f7391", green: "#dfeada", built: "#e5e6e3", builtEdge: "#d8dad5",
    road: "#ffffff", roadMajor: "#ffffff", roadGreat: "#f6ead0", roadCase: "#cdd2d1", label: "#55626d", halo: "#fafbfa",
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

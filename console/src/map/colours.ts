/** The design's colours as the map library reads them: it knows neither variables nor `light-dark()`. */

export interface MapColours {
  ground: string;
  water: string;
  green: string;
  built: string;
  road: string;
  roadMajor: string;
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
  dark: { ground: "#0c1218", water: "#0f2233", green: "#0e1a18", built: "#10181f", road: "#1c2832", roadMajor: "#2a3945", roadCase: "#0c1218", label: "#7d8f9d", halo: "#0c1218" },
  light: { ground: "#eef1f3", water: "#cfe0ea", green: "#e0eae1", built: "#e6eaed", road: "#ffffff", roadMajor: "#ffffff", roadCase: "#d3dae0", label: "#5c6b78", halo: "#f7f9fa" },
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

/** The document of limits as it is edited, and the settings that it is of. */
import type { Schema } from "../../api/schema";

export type RuleSettings = Schema<"RuleSettings">;
export type Limits = RuleSettings["limits"];
export type Settings = NonNullable<Limits["city"]>;
export type Parameter = Schema<"ParameterAnswer">;
/** One limit that somebody set; of several of one name the narrowest holds: city < site < company < permit. */
export type Given = Schema<"GivenLimit">;

/** Return each limit of a document by its level, the owner where it is not the city's, and its name. */
export function flatLimits(limits: Limits): Record<string, number> {
  const of = (level: string, settings: Settings) => Object.entries(settings).map(([name, value]) => [`${level} ${name}`, value] as const);
  const owned = (level: "sites" | "companies") => Object.entries(limits[level] ?? {}).flatMap(([owner, settings]) => of(`${level} ${owner}`, settings));
  return Object.fromEntries([...of("city", limits.city ?? {}), ...owned("sites"), ...owned("companies")]);
}

/** Return the document that flat limits are of; those without a value are left out. */
export function ofFlat(flat: Record<string, unknown>): Limits {
  const limits: Required<Limits> = { city: {}, sites: {}, companies: {} };
  for (const [path, value] of Object.entries(flat)) {
    if (typeof value !== "number") continue;
    const [level, name] = [path.slice(0, path.indexOf(" ")), path.slice(path.lastIndexOf(" ") + 1)];
    const owner = path.slice(level.length + 1, path.length - name.length - 1);
    const settings = level === "city" ? limits.city : (limits[level as "sites" | "companies"][owner] ??= {});
    settings[name] = value;
  }
  return limits;
}

/** Return the document with one setting of the city changed; null takes it back to the default. */
export function withCity(limits: Limits, name: string, value: number | null): Limits {
  const city = { ...limits.city };
  if (value === null) delete city[name];
  else city[name] = value;
  return { ...limits, city };
}

/** Return the names of the city's settings that differ. */
export function changedNames(before: Limits, after: Limits): string[] {
  const names = new Set([...Object.keys(before.city ?? {}), ...Object.keys(after.city ?? {})]);
  return [...names].filter((name) => before.city?.[name] !== after.city?.[name]).sort();
}

/** Tell whether anything differs, of sites and companies too. */
export function differs(before: Limits, after: Limits): boolean {
  const narrower = ({ sites = {}, companies = {} }: Limits) => JSON.stringify([sites, companies]);
  return changedNames(before, after).length > 0 || narrower(before) !== narrower(after);
}

/** Read a document that a person wrote. Throws where it is no object. */
export function parsed(text: string): Limits {
  const document: unknown = JSON.parse(text);
  if (document === null || typeof document !== "object" || Array.isArray(document)) throw new SyntaxError("not an object");
  return document as Limits;
}

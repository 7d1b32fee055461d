/** The document of limits as it is edited. */
export type Settings = Record<string, number>;

export interface Limits {
  city?: Settings;
  sites?: Record<string, Settings>;
  companies?: Record<string, Settings>;
}

export interface Parameter {
  name: string;
  kinds: string[];
  unit: string;
  default: number;
  city: number | null;
}

export interface RuleSettings {
  parameters: Parameter[];
  limits: Limits;
  revision: string;
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

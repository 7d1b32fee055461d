/** What the registers are made of, as `GET /v1/register-fields` tells it; forms, tables and filters come from it. */
import { get } from "../../api/client";
import { figure, fullTime } from "../../design/time";
import { language } from "../../i18n";
import { word } from "./value_words";

export interface RegisterField {
  name: string;
  zh: string;
  en: string;
  kind: "text" | "number" | "integer" | "choice" | "time" | "date" | "ids" | "json";
  unit: string | null;
  required: boolean;
  choices: string[];
  /** Address of the register whose ids it holds. */
  refers: string | null;
  private: string | null;
  least: number | null;
  most: number | null;
  example: unknown;
  expected: string;
}

export interface Register {
  /** Its address is `/v1/{name}`. */
  name: string;
  document: string;
  member: string;
  id_name: string;
  zh: string;
  en: string;
  geometry: "area" | "line" | null;
  has_places: boolean;
  permission: string;
  may_write: boolean;
  may_create: boolean;
  may_retire: boolean;
  filters: string[];
  computed: string[];
  fields: RegisterField[];
}

export interface Descriptions {
  registers: Register[];
  permit_steps: string[];
  commented_steps: string[];
}

export type Item = Record<string, unknown> & { version?: number };

let asked: Promise<Descriptions> | null = null;

/** Ask once; a failure is asked again. */
export function descriptions(): Promise<Descriptions> {
  asked ??= get<Descriptions>("/v1/register-fields").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

export const named = (one: { zh: string; en: string }): string => (language.value === "zh" ? one.zh : one.en);

/** `核定载质量 [kg]` */
export const fieldLabel = (field: RegisterField): string => named(field) + (field.unit ? ` [${field.unit.replace("m3", "m³")}]` : "");

export const idOf = (register: Register, item: Item): string => String(item[register.id_name] ?? "");

/** What an item is called beside its id. */
export const nameOf = (item: Item): string => String(item.name ?? item.plate ?? "");

export const itemPath = (register: Register, id: string): string => `/v1/${register.name}/${encodeURIComponent(id)}`;

/** A value as people read it. */
export function shownValue(field: RegisterField | undefined, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (field?.kind === "choice") return word(String(value));
  if (field?.kind === "time") return fullTime(String(value));
  if (typeof value === "number") return figure(value, 7);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What differs between an item as it was read and as it was edited; null takes a member away. */
export function changesOf(before: Item, after: Item): Item {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete("version");
  const changed = [...names].filter((name) => !same(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}

/** An item of the history, whose places are features, as one flat object. */
export function flat(stored: Record<string, unknown> | null): Item {
  if (stored?.type !== "Feature") return { ...stored };
  return { ...(stored.properties as Item | null), geometry: stored.geometry };
}

/** What somebody else changed meanwhile: of each member what was read, what it is now and what one wants oneself. */
export interface Difference {
  name: string;
  before: unknown;
  now: unknown;
  mine: unknown;
  /** Both changed it, to different values. */
  collides: boolean;
}

export function differences(before: Item, now: Item, mine: Item, computed: string[] = []): Difference[] {
  const theirs = changesOf(before, now);
  const ours = changesOf(before, mine);
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    .filter((name) => !computed.includes(name))
    .map((name) => ({
      name, before: before[name], now: now[name], mine: mine[name],
      collides: name in theirs && name in ours && !same(now[name], mine[name]),
    }));
}

/** One's own changes put over the item as it is now; `theirs` are members in which the other one's value stays. */
export function putOver(before: Item, now: Item, mine: Item, theirs: ReadonlySet<string>): Item {
  const ours = Object.entries(changesOf(before, mine)).filter(([name]) => !theirs.has(name));
  return { ...now, ...Object.fromEntries(ours) };
}

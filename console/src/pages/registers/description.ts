/** What the registers are made of, as `GET /v1/register-fields` tells it; forms, tables and filters come from it. */
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { figure, fullTime } from "../../design/time";
import { language } from "../../i18n";
import type { Item } from "./changes";
import { word } from "./value_words";

export * from "./changes";

export type RegisterField = Schema<"RegisterField">;
/** Its address is `/v1/{name}`. */
export type Register = Schema<"RegisterDescription">;
export type Descriptions = Schema<"RegisterDescriptions">;

let asked: Promise<Descriptions> | null = null;

/** Ask once; a failure is asked again. */
export function descriptions(): Promise<Descriptions> {
  asked ??= get("/v1/register-fields").catch((error) => {
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

/** The words of kinds, steps and reasons: the platform's one table, loaded once. */
import { signal } from "@preact/signals";
import { get } from "../api/client";
import type { Schema } from "../api/schema";
import { language } from "../i18n";

export interface Word {
  zh: string;
  en: string;
}

export type Kinds = Schema<"Kinds">;

export const kinds = signal<Kinds | null>(null);
let asked: Promise<void> | null = null;

/** Load the table once; a failed load is tried again by whoever asks next. */
export function loadKinds(): Promise<void> {
  asked ??= get("/v1/kinds").then(
    (answer) => void (kinds.value = answer),
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

export const said = (word: Word | undefined, code: string): string => word?.[language.value] ?? code;

export const kindName = (kind: string): string => said(kinds.value?.kinds.find((row) => row.kind === kind), kind);

type Table = "steps" | "statuses" | "sources" | "false_positive_reasons" | "extension_reasons" | "records_reasons";

export const wordOf = (table: Table, name: string): string => said(kinds.value?.[table]?.find((row) => row.name === name), name);

export const reasonName = (name: string): string =>
  said([...(kinds.value?.false_positive_reasons ?? []), ...(kinds.value?.extension_reasons ?? []), ...(kinds.value?.records_reasons ?? [])]
    .find((row) => row.name === name), name);

export const choicesOf = (table: Table): { value: string; label: string }[] =>
  (kinds.value?.[table] ?? []).map((row) => ({ value: row.name, label: said(row, row.name) }));

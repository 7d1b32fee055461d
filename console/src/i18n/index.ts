/** The language of the console and its words. Each page brings its own (`words.ts`); a missing key fails the build. */
import { signal } from "@preact/signals";
import { filledIn } from "./fill";

export type Language = "zh" | "en";
export type Dictionary<Keys extends string = string> = Record<Keys, string>;

const KEPT = "muckline.language";

export const language = signal<Language>(localStorage.getItem(KEPT) === "en" ? "en" : "zh");

export function setLanguage(to: Language): void {
  localStorage.setItem(KEPT, to);
  language.value = to;
  document.documentElement.lang = to === "zh" ? "zh-CN" : "en";
}

/** Return the translator of a page: `const t = translator(words)`, then `t("save")` or `t("found", { count: 3 })`. */
export function translator<Keys extends string>(words: { zh: Dictionary<Keys>; en: Dictionary<Keys> }) {
  return (key: Keys, values: Record<string, string | number> = {}): string => filledIn(words[language.value][key], values);
}

document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";

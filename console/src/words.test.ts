/** Every page's words: the same keys in both languages, nothing left empty, the same values filled in. */
import { describe, expect, it } from "vitest";

type Tables = Record<string, { zh: Record<string, string>; en: Record<string, string> }>;

const modules = import.meta.glob<Tables>(["./**/words.ts", "./shell/menu_words.ts"], { eager: true });
const tables = Object.entries(modules).flatMap(([file, module]) =>
  Object.entries(module).filter(([, table]) => typeof table === "object" && "zh" in table).map(([name, table]) => [`${file} ${name}`, table] as const),
);
const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

it("are found", () => expect(tables.length).toBeGreaterThan(4));

describe.each(tables)("%s", (_name, { zh, en }) => {
  it("has the same keys in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
  it.each(Object.keys(zh))("%s says something in both, with the same values", (key) => {
    expect(zh[key]?.trim()).not.toBe("");
    expect(en[key]?.trim()).not.toBe("");
    expect(values(en[key] ?? "")).toEqual(values(zh[key] ?? ""));
  });
  it.each(Object.keys(en))("%s is English in English", (key) => expect(en[key]).not.toMatch(/[\u4e00-\u9fff]/));
});

/** Every page's words: the same keys in both languages, nothing left empty, the same values filled in, none said nowhere. */
import { describe, expect, it } from "vitest";
import { filledIn } from "./i18n/fill";

type Tables = Record<string, { zh: Record<string, string>; en: Record<string, string> }>;

// Two ask the browser for its language as soon as they are loaded; the compiler alone looks after their keys.
const modules = import.meta.glob<Tables>(["./**/*words.ts", "!./pages/case/member_words.ts", "!./pages/registers/value_words.ts"], { eager: true });
const sources = import.meta.glob<string>(["./**/*.ts", "./**/*.tsx", "!./**/*.test.ts"], { eager: true, query: "?raw", import: "default" });
const tables = Object.entries(modules).flatMap(([file, module]) =>
  Object.entries(module).filter(([, table]) => typeof table === "object" && "zh" in table).map(([name, table]) => [`${file} ${name}`, table] as const),
);
const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

it("are found", () => expect(tables.length).toBeGreaterThan(30));

describe.each(tables)("%s", (_name, { zh, en }) => {
  it("has the same keys in both languages", () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
  it.each(Object.keys(zh))("%s says something in both, with the same values", (key) => {
    expect(zh[key]?.trim()).not.toBe("");
    expect(en[key]?.trim()).not.toBe("");
    expect(values(en[key] ?? "")).toEqual(values(zh[key] ?? ""));
  });
  it.each(Object.keys(en))("%s is English in English", (key) => expect(en[key]).not.toMatch(/[\u4e00-\u9fff]/));
});

/** Codes that the records hold as free text: no description of the API lists them. */
const OF_RECORDS = ["./pages/audit/action_words.ts", "./pages/exports/words.ts", "./pages/quality/words.ts"];

/** Where a path leads that is imported by a file. */
const resolved = (from: string, to: string) => `.${new URL(to, `file:///${from.slice(2)}`).pathname}.ts`;
const imports = (file: string, text: string) => [...text.matchAll(/from "(\.[^"]+)"/g)].map((match) => resolved(file, match[1] ?? ""));
/** The words themselves say their keys as well: a key is used where it stands without its colon. */
const said = (file: string, text: string) => (file.endsWith("words.ts") ? text.replaceAll(/"?[\w-]+"?: ["'`]/g, '"').slice(text.indexOf("const zh")) : text);
/** Codes stand in the API's description, or in the table of ours that they come from. */
const codes = Object.entries(sources).filter(([file]) => !file.endsWith("words.ts")).map(([, text]) => text).join("\n");

describe.each(Object.entries(modules).filter(([file]) => !OF_RECORDS.includes(file)))("%s", (file, module) => {
  const users = Object.entries(sources).filter(([user, text]) => imports(user, text).includes(file));
  const text = users.map(([user, source]) => said(user, source)).join("\n");
  // `t(`by_${value}`)` says every key that begins or ends like this.
  const patterns = [...text.matchAll(/`([a-z_]*)\$\{[^`}]*\}([a-z_]*)`/g)].map(([, before = "", after = ""]) => [before, after] as const).filter(([before, after]) => (before + after).length > 2);
  const isSaid = (key: string) =>
    new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(text) || codes.includes(`"${key}"`) ||
    patterns.some(([before, after]) => key.startsWith(before) && key.endsWith(after));
  it("is said somewhere, every word of it", () => {
    for (const table of Object.values(module)) if (typeof table === "object" && "zh" in table) expect(Object.keys(table.zh).filter((key) => !isSaid(key))).toEqual([]);
  });
});

it("of a number go with it", () => {
  const trucks = "{count} {count|truck fails|trucks fail}";
  expect([0, 1, 2, "1", "1,000"].map((count) => filledIn(trucks, { count }))).toEqual(["0 trucks fail", "1 truck fails", "2 trucks fail", "1 truck fails", "1,000 trucks fail"]);
  expect(filledIn("{name} {count|one|more}", {})).toBe("{name} {count|one|more}");
});

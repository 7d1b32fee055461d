/** Names of what registers hold, for cells and choices: people know a site by its name, not by its id. */
import { useEffect, useState } from "preact/hooks";
import { request, withQuery } from "../api/client";
import type { Choice } from "../design";

/** Register: where it is asked for, and the member that holds its ids. */
const REGISTERS = {
  companies: ["/v1/companies", "company_id"],
  sites: ["/v1/sites", "site_id"],
  dump_points: ["/v1/dump-points", "dump_point_id"],
  districts: ["/v1/districts", "district_id"],
} as const;

export type Register = keyof typeof REGISTERS;

const LIMIT = 500;
/** A great city has a thousand building sites; what lies beyond is shown by its id. */
const PAGES_MOST = 5;

export interface Names {
  of: (id: string | null) => string;
  choices: Choice[];
}

async function read(register: Register): Promise<Map<string, string>> {
  const [path, key] = REGISTERS[register];
  const names = new Map<string, string>();
  let next: string | null = withQuery(path, { limit: LIMIT });
  for (let page = 0; next && page < PAGES_MOST; page += 1) {
    const answer: Record<string, unknown> = await request("GET", next);
    for (const row of answer[register] as Record<string, string | undefined>[]) names.set(row[key] ?? "", row.name || (row[key] ?? ""));
    next = answer.next as string | null;
  }
  return names;
}

/** Return the names that this user may see; until they have come, and where there are none, ids stand for them. */
export function useNames(register: Register): Names {
  const [names, keep] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    let current = true;
    read(register).then((found) => current && keep(found), () => undefined);
    return () => {
      current = false;
    };
  }, [register]);
  return { of: (id) => (id === null ? "–" : (names.get(id) ?? id)), choices: [...names].map(([value, label]) => ({ value, label })) };
}

/** Return choices with an empty one before them. */
export const orNone = (label: string, choices: Choice[]): Choice[] => [{ value: "", label }, ...choices];

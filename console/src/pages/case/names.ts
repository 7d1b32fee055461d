/** Names of places and districts that records hold by id: asked for once each, shown as soon as they are known. */
import { signal } from "@preact/signals";
import { get } from "../../api/client";

export type Named = "sites" | "dump-points" | "zones" | "districts";

/** A month of a truck's trips names a few dozen places; beyond this bound ids are shown. */
const MOST = 500;

const known = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

/** Return a place's name; its id until the name is known, and where there is none or it may not be seen. */
export function placeName(resource: Named, id: string): string {
  const key = `${resource}/${encodeURIComponent(id)}`;
  const name = known.value.get(key);
  if (name === undefined && !asked.has(key) && asked.size < MOST) ask(resource, id, key);
  return name ?? id;
}

function ask(resource: Named, id: string, key: string): void {
  asked.add(key);
  const keep = ({ name }: { name?: string | null }) => {
    if (name) known.value = new Map(known.peek()).set(key, name);
  };
  get(`/v1/${resource}/${encodeURIComponent(id)}`).then(keep, () => {}); // the id stands for what is not to be had
}

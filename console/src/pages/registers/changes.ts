/** Items of registers, and what differs between two of them. */

export type Item = Record<string, unknown> & { version?: number };

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

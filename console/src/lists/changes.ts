/** What differs between two states of one thing, and one person's changes put over another's. Pure. */

export type Thing = Record<string, unknown>;

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What differs between a thing as it was read and as it was edited; null takes a member away. */
export function changesOf(before: Thing, after: Thing): Thing {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete("version");
  const changed = [...names].filter((name) => !same(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
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

export function differences(before: Thing, now: Thing, mine: Thing, computed: string[] = []): Difference[] {
  const theirs = changesOf(before, now);
  const ours = changesOf(before, mine);
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    .filter((name) => !computed.includes(name))
    .map((name) => ({
      name, before: before[name], now: now[name], mine: mine[name],
      collides: name in theirs && name in ours && !same(now[name], mine[name]),
    }));
}

/** One's own changes put over a thing as it is now; `theirs` are members in which the other one's value stays. */
export function putOver<Any extends Thing>(before: Thing, now: Any, mine: Thing, theirs: ReadonlySet<string>): Any {
  const ours = Object.entries(changesOf(before, mine)).filter(([name]) => !theirs.has(name));
  return { ...now, ...Object.fromEntries(ours) };
}

/** The named members of a thing alone. */
export const only = (thing: object, names: readonly string[]): Thing =>
  Object.fromEntries(names.map((name) => [name, (thing as Thing)[name]]));

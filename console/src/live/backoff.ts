/** How long to wait before the next try: doubled each time, never all clients at the same moment. */

const FIRST_MS = 1_000;
// A control room must not wait longer than this once the server is back.
const LONGEST_MS = 15_000;

export function waitBefore(tries: number, chance: number = Math.random()): number {
  const whole_ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return whole_ms * (0.5 + chance / 2);
}

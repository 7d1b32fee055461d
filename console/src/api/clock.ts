/** The server's clock: ages and deadlines are told by it, whatever the clock of this computer shows. No request here. */

/** An answer tells whole seconds: the middle of its second is meant. [ms] */
const MIDDLE_MS = 500;
/** Less than this may be the way of the answer and its whole seconds. [ms] */
const LEAST_MS = 1_500;
/** An answer that took longer tells too little of when it was given. [ms] */
const SLOWEST_MS = 5_000;

let ahead_ms = 0;

/** Return what a clock is ahead of ours after an answer: as before, where that explains what was told. Pure. */
export function aheadAfter(before_ms: number, date: string | null, sent_ms: number, received_ms: number): number {
  const told_ms = Date.parse(date ?? "");
  const took_ms = received_ms - sent_ms;
  if (Number.isNaN(told_ms) || took_ms < 0 || took_ms > SLOWEST_MS) return before_ms;
  const found_ms = told_ms + MIDDLE_MS - (sent_ms + received_ms) / 2;
  if (Math.abs(found_ms) < LEAST_MS + took_ms) return 0;
  return Math.abs(found_ms - before_ms) < LEAST_MS + took_ms ? before_ms : found_ms;
}

/** Set our clock by an answer of the API, which no cache may keep. */
export function setBy(answer: Response, sent_ms: number): void {
  ahead_ms = aheadAfter(ahead_ms, answer.headers.get("date"), sent_ms, Date.now());
}

/** The time now. [Unix ms] */
export const serverNow_ms = (): number => Date.now() + ahead_ms;

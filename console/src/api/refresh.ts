/**
 * A new access token for the old refresh token, asked for once however many requests found theirs to have run out.
 *
 * The refresh token is spent by its use and using it twice ends the session, so the tabs of a browser take turns: the
 * second one finds the cookie that the first one was given.
 */
import { problemOf } from "./problem";

const PATH = "/v1/session/refresh";
// An access token lasts ten minutes. [ms]
const OLD_MS = 480_000;
const KEPT = "muckline.refreshed";

let running: Promise<boolean> | null = null;

/** When the browser was given its token, by whichever tab. [Unix ms on its own clock] */
const renewedAt_ms = () => Number(localStorage.getItem(KEPT) ?? 0);

/** Remember that the browser has been given a token just now. */
export const renewed = (): void => localStorage.setItem(KEPT, String(Date.now()));

// Only the API's own "no" ends a session: one that is being restarted, or busy, has not been asked.
const OVER = [401, 403];

async function spend(asked_ms: number): Promise<boolean> {
  if (renewedAt_ms() >= asked_ms) return true; // another tab's turn came first
  const answer = await fetch(PATH, { method: "POST", credentials: "same-origin" });
  if (answer.ok) renewed();
  else if (!OVER.includes(answer.status)) throw await problemOf(answer);
  return answer.ok;
}

/** Locks exist where the page came over TLS or from this machine. */
const inTurn = (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? navigator.locks.request("muckline.refresh", work) : work();

/** Renew the access token; false when the session is over. Throws where the API could not be asked. */
export function refreshed(): Promise<boolean> {
  const asked_ms = Date.now();
  running ??= inTurn(() => spend(asked_ms)).finally(() => (running = null));
  return running;
}

/**
 * Renew the token before it runs out: photos, tiles and links are asked for by the browser, which renews nothing.
 *
 * One of which it is not known when it was given is left to the next request.
 */
export function renewedInTime(): Promise<boolean> {
  const at_ms = renewedAt_ms();
  const is_old = at_ms > 0 && Math.abs(Date.now() - at_ms) >= OLD_MS; // also where the clock was set back
  return is_old ? refreshed() : Promise.resolve(true);
}

/**
 * A new access token for the old refresh token, asked for once however many requests found theirs to have run out.
 *
 * The refresh token is spent by its use and using it twice ends the session, so the tabs of a browser take turns: the
 * second one finds the cookie that the first one was given.
 */

const PATH = "/v1/session/refresh";
// A tab that waited for another finds a token this new and need not spend one more. [ms]
const FRESH_MS = 5_000;
const KEPT = "muckline.refreshed";

let running: Promise<boolean> | null = null;

async function spend(): Promise<boolean> {
  if (Date.now() - Number(localStorage.getItem(KEPT) ?? 0) < FRESH_MS) return true;
  const answer = await fetch(PATH, { method: "POST", credentials: "same-origin" });
  if (answer.ok) localStorage.setItem(KEPT, String(Date.now()));
  return answer.ok;
}

/** Locks exist where the page came over TLS or from this machine. */
const inTurn = (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? navigator.locks.request("muckline.refresh", work) : work();

/** Renew the access token; false when the session is over. */
export function refreshed(): Promise<boolean> {
  running ??= inTurn(spend).finally(() => (running = null));
  return running;
}

/** Who is logged in and what they may do. The API decides; the console only leaves out what would be refused. */
import { signal } from "@preact/signals";
import { ApiError, get, post, remove, session } from "../api/client";
import { renewed, renewedInTime } from "../api/refresh";
import type { Schema } from "../api/schema";

/** Before they changed a password that somebody else gave them, nothing else is answered. */
export type User = Schema<"User">;

/** undefined until it is known, null for nobody. */
export const user = signal<User | null | undefined>(undefined);

/** The session ended while somebody worked: what they have open waits, unseen, until they are back. */
export const ended = signal(false);

session.onEnd = () => (user.value ? (ended.value = true) : (user.value = null));
session.isOver = () => ended.value;

function become(one: User | null): void {
  user.value = one;
  ended.value = false;
}

// Changed whenever somebody logs in or out, so that the browser's other tabs hear of it.
const TOLD = "muckline.session";
const tellTabs = () => localStorage.setItem(TOLD, String(performance.timeOrigin + performance.now()));

/** A tab's cookie is every tab's: another one may have logged in, out, or as somebody else. */
addEventListener("storage", ({ key }) => {
  if (key === TOLD && user.value !== undefined) recognize().catch(() => undefined); // the next request tells
});

// Often enough for what is nearly out to be renewed in time. [ms]
const LOOK_MS = 60_000;

/** A page that is seen keeps its token; one that nobody looks at lets the session run out. */
function stayLoggedIn(): void {
  if (!user.value || ended.value || document.hidden) return;
  renewedInTime().then((stays) => stays || session.onEnd(), () => undefined); // asked again in a while
}
setInterval(stayLoggedIn, LOOK_MS);
document.addEventListener("visibilitychange", stayLoggedIn);

export type Permission = User["permissions"][number];

export const may = (permission: Permission): boolean => user.value?.permissions.includes(permission) ?? false;

/** Ask who is logged in; what keeps it from being answered is thrown. */
export async function recognize(): Promise<void> {
  try {
    become((await get("/v1/session")).user);
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.status === 401)) throw error;
    become(null);
  }
}

export async function logIn(name: string, password: string): Promise<void> {
  const answer = await post("/v1/session", { name, password });
  renewed();
  become(answer.user);
  tellTabs();
}

/** Change the own password; every other session of the user ends. */
export async function changePassword(password: string, newPassword: string): Promise<void> {
  await post("/v1/session/password", { password, new_password: newPassword });
  if (user.value) user.value = { ...user.value, must_change_password: false };
}

export async function logOut(): Promise<void> {
  await remove("/v1/session");
  become(null);
  tellTabs();
}

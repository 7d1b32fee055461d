/** Who is logged in and what they may do. The API decides; the console only leaves out what would be refused. */
import { signal } from "@preact/signals";
import { ApiError, get, post, remove, session } from "../api/client";

export interface User {
  name: string;
  display_name: string;
  role: "administrator" | "bureau" | "district" | "inspector" | "company" | "association" | "public";
  company_id: string | null;
  district_ids: string[];
  permissions: string[];
  /** Nothing else is answered before it has. */
  must_change_password: boolean;
}

/** undefined until it is known, null for nobody. */
export const user = signal<User | null | undefined>(undefined);

session.onEnd = () => (user.value = null);

export const may = (permission: string): boolean => user.value?.permissions.includes(permission) ?? false;

/** Ask who is logged in; what keeps it from being answered is thrown. */
export async function recognize(): Promise<void> {
  try {
    user.value = (await get<{ user: User }>("/v1/session")).user;
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.status === 401)) throw error;
    user.value = null;
  }
}

export async function logIn(name: string, password: string): Promise<void> {
  user.value = (await post<{ user: User }>("/v1/session", { name, password })).user;
}

/** Change the own password; every other session of the user ends. */
export async function changePassword(password: string, newPassword: string): Promise<void> {
  await post("/v1/session/password", { password, new_password: newPassword });
  if (user.value) user.value = { ...user.value, must_change_password: false };
}

export async function logOut(): Promise<void> {
  await remove("/v1/session");
  user.value = null;
}

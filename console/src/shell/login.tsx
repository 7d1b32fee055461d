/** Logging in: in the place of the page that was asked for, or over the page whose session ended. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { Button, ErrorNote, Field, Input, useModal } from "../design";
import { translator } from "../i18n";
import { logIn } from "../session/session";
import { Mark } from "./mark";
import { LanguageSwitch, ThemeSwitch } from "./switches";
import { words } from "./words";
import "./login.css";

const t = translator(words);

/** The form itself; somebody whose session ended finds their name in it. */
function LoginForm({ of = "", note }: { of?: string; note?: string }) {
  const [name, setName] = useState(of);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, fail] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    fail(null);
    try {
      await logIn(name.trim(), password);
    } catch (error) {
      fail(error);
      if (error instanceof ApiError) setPassword("");
      setBusy(false);
    }
  };
  return (
    <form class="panel floating" onSubmit={submit}>
      <div class="brand"><Mark /><div><h1>Muckline</h1><p class="muted">{t("product")}</p></div></div>
      {note && <p role="status">{note}</p>}
      <Field label={t("name")}><Input name="name" autocomplete="username" required maxLength={40} value={name} onValue={setName} /></Field>
      <Field label={t("password")}>
        <Input name="password" type="password" autocomplete="current-password" required maxLength={200} value={password} onValue={setPassword} />
      </Field>
      <ErrorNote error={failed} />
      <Button look="primary" type="submit" disabled={busy || !name || !password}>{busy ? t("logging_in") : t("log_in")}</Button>
      <div class="row between switches"><LanguageSwitch /><ThemeSwitch /></div>
    </form>
  );
}

const focusOn = (inside: HTMLElement | null, name: "name" | "password") => inside?.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.focus();

export function Login() {
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${t("log_in")} · Muckline`;
  }, []);
  useLayoutEffect(() => focusOn(page.current, "name"), []);
  return <main class="login" ref={page}><Streets /><LoginForm /></main>;
}

/** Lies over a page whose session ended, and hides it: what was being written there is there again after the password. */
export function LoginAgain({ of }: { of: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog, true);
  useLayoutEffect(() => focusOn(dialog.current, "password"), []);
  return (
    <dialog class="login again" ref={dialog} aria-label={t("log_in")} onCancel={(event) => event.preventDefault()} onClose={() => dialog.current?.showModal()}>
      <Streets /><LoginForm of={of} note={t("expired")} />
    </dialog>
  );
}

/** Quiet lines of a city behind the form: arterials, a ring, and one haul route on them. */
function Streets() {
  const across = [90, 190, 310, 420, 545, 660, 790];
  return (
    <svg class="streets" viewBox="0 0 1200 800" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <g class="minor">
        {across.map((at, step) => <path key={at} d={`M-20 ${at} C 300 ${at - 40 + step * 8}, 800 ${at + 50 - step * 6}, 1220 ${at - 10}`} />)}
        {across.map((at, step) => <path key={-at} d={`M${at * 1.45} -20 C ${at * 1.45 + 30} 260, ${at * 1.45 - 50 + step * 9} 560, ${at * 1.45 + 20} 820`} />)}
      </g>
      <path class="major" d="M-20 560 C 260 480, 520 610, 760 420 S 1090 260, 1220 300" />
      <path class="major" d="M340 -20 C 300 260, 460 420, 420 820" />
      <ellipse class="major" cx="620" cy="410" rx="420" ry="270" />
      <path class="haul" d="M232 560 C 330 560, 430 590, 560 545 S 700 455, 790 405 S 900 330, 1010 300" />
      <circle class="from" cx="232" cy="560" r="6" /><circle class="to" cx="1010" cy="300" r="6" />
    </svg>
  );
}

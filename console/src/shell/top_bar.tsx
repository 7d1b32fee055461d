/** The bar above every page: search, whether what is shown is live, the clock, sound, account. */
import { useState } from "preact/hooks";
import { clockTime, Icon, IconButton, Menu, toastProblem, useNow } from "../design";
import { language, setLanguage, translator } from "../i18n";
import { connection } from "../live/connection";
import { sound } from "../live/sound";
import { logOut, user } from "../session/session";
import { Mark } from "./mark";
import { PasswordDialog } from "./password";
import { Search } from "./search";
import { isDark, setTheme } from "./theme";
import { words } from "./words";

const t = translator(words);

export function Clock() {
  return <time class="clock">{clockTime(useNow(1000))}</time>;
}

export function Connection() {
  const state = connection.value;
  return (
    <span class={`connection ${state}`} role="status" title={t("connection")}>
      <span class="dot" aria-hidden="true" /><span>{t(state)}</span>
    </span>
  );
}

function Account({ onPassword }: { onPassword: () => void }) {
  const one = user.value;
  if (!one) return null;
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <Menu label={`${one.display_name}, ${t("account")}`} summary={<><Icon name="user" /><span class="account-name clip">{one.display_name}</span></>}>
      <div class="caption">{one.display_name} · {t(one.role)}</div>
      <button type="button" onClick={() => setLanguage(other)}><Icon name="language" />{other === "zh" ? "中文" : "English"}</button>
      <button type="button" onClick={() => setTheme(isDark.value ? "light" : "dark")}>
        <Icon name={isDark.value ? "sun" : "moon"} />{t(isDark.value ? "light" : "dark")}
      </button>
      <button type="button" onClick={() => setTheme("system")}><Icon name="system" />{t("system")}</button>
      <button type="button" onClick={onPassword}><Icon name="key" />{t("change_password")}</button>
      <hr />
      <button type="button" onClick={() => logOut().catch(toastProblem)}><Icon name="log_out" />{t("log_out")}</button>
    </Menu>
  );
}

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const [changing, change] = useState(false);
  return (
    <header class="top-bar">
      <a class="brand" href="/console/" aria-label={`Muckline ${t("product")}`}><Mark /><span>Muckline <small>{t("product")}</small></span></a>
      <Search />
      <span class="grow wide" />
      <Connection />
      <Clock />
      <IconButton icon={sound.value ? "sound" : "sound_off"} label={t(sound.value ? "sound_off" : "sound_on")} pressed={sound.value}
        onClick={() => (sound.value = !sound.value)} />
      <IconButton icon="help" class="wide" label={t("help")} onClick={onHelp} />
      <Account onPassword={() => change(true)} />
      <PasswordDialog open={changing} onClose={() => change(false)} />
    </header>
  );
}

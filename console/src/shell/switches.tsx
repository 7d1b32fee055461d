/** Switches that every page has: language and appearance. */
import { Button, Icon, type IconName, Menu } from "../design";
import { language, setLanguage, translator } from "../i18n";
import { setTheme, type Theme, theme } from "./theme";
import { words } from "./words";

const t = translator(words);

const THEMES: [Theme, IconName][] = [["system", "system"], ["light", "sun"], ["dark", "moon"]];

/** Each language is named in itself: who cannot read the other one still finds it. */
export function LanguageSwitch() {
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <Button look="quiet" icon="language" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => setLanguage(other)}>
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}

export function ThemeSwitch() {
  const shown = THEMES.find(([name]) => name === theme.value)?.[1] ?? "system";
  return (
    <Menu label={t("theme")} class="button quiet icon-only" place="up" summary={<Icon name={shown} />}>
      {THEMES.map(([name, icon]) => (
        <button type="button" key={name} aria-pressed={theme.value === name} onClick={() => setTheme(name)}>
          <Icon name={icon} /><span class="grow">{t(name)}</span>{theme.value === name && <Icon name="check" />}
        </button>
      ))}
    </Menu>
  );
}

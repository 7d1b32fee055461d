/** What stands around a page: the rail of pages at the side (below on a phone) and the bar above. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { Icon, Menu } from "../design";
import { translator } from "../i18n";
import { pages } from "../pages";
import type { Page } from "../pages/page";
import { may } from "../session/session";
import { Help } from "./help";
import { useShortcuts } from "./shortcuts";
import { menuWords } from "./menu_words";
import { TopBar } from "./top_bar";
import { words } from "./words";
import "./frame.css";

const t = translator(words);
const named = translator(menuWords);

// A phone's width has room for these; the others stand behind "more".
const BELOW_MOST = 4;
const RAIL_MOST = 9;

type Entry = Page & { menu: NonNullable<Page["menu"]> };

function entries(): Entry[] {
  const offered = pages.filter((page): page is Entry => page.menu !== undefined && may(page.permission));
  return offered.sort((one, other) => one.menu.order - other.menu.order);
}

function Rail() {
  const { path } = useLocation();
  const all = entries();
  const link = ({ path: to, menu }: Entry) => {
    const href = `/console${to}`;
    const here = to === "/" ? path === "/console" : path.startsWith(href);
    return (
      <a key={to} href={href} aria-current={here ? "page" : undefined}>
        <Icon name={menu.icon} large /><span>{named(menu.label)}</span>
      </a>
    );
  };
  const folded = (shown: number, look: "up" | "up start") =>
    all.length > shown && (
      <Menu label={t("more")} class="more" place={look}
        summary={<><Icon name="more" large /><span>{t("more")}</span></>}>
        {all.slice(shown).map(link)}
      </Menu>
    );
  return (
    <nav class="rail" aria-label={t("menu")}>
      <div class="links side">{all.slice(0, RAIL_MOST).map(link)}{folded(RAIL_MOST, "up start")}</div>
      <div class="links below">{all.slice(0, BELOW_MOST).map(link)}{folded(BELOW_MOST, "up")}</div>
    </nav>
  );
}

export function Frame({ page, children }: { page?: Page; children: ComponentChildren }) {
  const [helping, help] = useState(false);
  useShortcuts(() => help(true));
  const title = page?.menu && named(page.menu.label);
  useEffect(() => {
    document.title = title ? `${title} · Muckline` : "Muckline";
  }, [title]);
  return (
    <div class="frame">
      <a class="skip" href="#main">{t("skip")}</a>
      <TopBar onHelp={() => help(true)} />
      <Rail />
      <main id="main" tabIndex={-1} aria-label={title ?? t("main")}>{children}</main>
      <Help open={helping} onClose={() => help(false)} />
    </div>
  );
}

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
/** Of the bar above and of the rail's own edges; of an entry; of what parts two groups. [px] */
const [AROUND_PX, ENTRY_PX, BETWEEN_PX] = [52 + 16, 56, 9];

type Entry = Page & { menu: NonNullable<Page["menu"]> };

/** Where an entry's order puts it: the captions of "more", and the lines in the rail. */
const GROUPS = [["group_duty", 0], ["group_registers", 40], ["group_figures", 60], ["group_system", 80]] as const;

const groupOf = ({ menu }: Entry) => GROUPS.findLast(([, from]) => menu.order >= from)?.[0] ?? "group_duty";

function grouped(all: Entry[]): { group: (typeof GROUPS)[number][0]; pages: Entry[] }[] {
  return GROUPS.map(([group]) => ({ group, pages: all.filter((entry) => groupOf(entry) === group) })).filter(({ pages: some }) => some.length > 0);
}

/** Return how many entries the window's height has room for beside "more". */
function roomFor(all: Entry[], height_px: number): number {
  const parts = grouped(all).length - 1;
  const fits = (count: number) => AROUND_PX + count * ENTRY_PX + parts * BETWEEN_PX <= height_px;
  if (fits(all.length)) return all.length;
  return Math.max(1, all.findIndex((_, at) => !fits(at + 2)));
}

function useHeight(): number {
  const [height_px, measure] = useState(innerHeight);
  useEffect(() => {
    const measured = () => measure(innerHeight);
    addEventListener("resize", measured);
    return () => removeEventListener("resize", measured);
  }, []);
  return height_px;
}

function entries(): Entry[] {
  const offered = pages.filter((page): page is Entry => page.menu !== undefined && may(page.permission));
  return offered.sort((one, other) => one.menu.order - other.menu.order);
}

function Rail() {
  const { path } = useLocation();
  const all = entries();
  const here = ({ path: to }: Entry) => (to === "/" ? path === "/console" || path === "/console/" : path === `/console${to}` || path.startsWith(`/console${to}/`));
  const link = (entry: Entry) => {
    const { path: to, menu } = entry;
    return (
      <a key={to} href={`/console${to}`} aria-current={here(entry) ? "page" : undefined}>
        <Icon name={menu.icon} large /><span>{named(menu.label)}</span>
      </a>
    );
  };
  const room = roomFor(all, useHeight());
  const folded = (shown: number, look: "up" | "up start") =>
    all.length > shown && (
      <Menu label={t("more")} class={`more ${all.slice(shown).some(here) ? "holds-current" : ""}`} place={look}
        summary={<><Icon name="more" large /><span>{t("more")}</span></>}>
        {grouped(all.slice(shown)).map(({ group, pages: some }) => (
          <div class="group" key={group}><div class="caption">{t(group)}</div>{some.map(link)}</div>
        ))}
      </Menu>
    );
  return (
    <nav class="rail" aria-label={t("menu")}>
      <div class="links side">
        {grouped(all.slice(0, room)).map(({ group, pages: some }) => <div class="group" key={group}>{some.map(link)}</div>)}
        {folded(room, "up start")}
      </div>
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

/** The wall screen: no chrome, great letters, the map and what the room has to know. */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { briefTime, clockTime, ErrorNote, figure, Icon, longDay, Severity, severityName, useNow } from "../../design";
import { translator } from "../../i18n";
import { LOADED, ON_THE_ROAD } from "../../live/fleet";
import { casesKnown, newestCases, onArrival, openCases } from "../../live/open_cases";
import { followPositions, type LivePositions } from "../../live/socket";
import { shown } from "../../map/basemap";
import type { CityMap } from "../../map/create";
import { useCityMap } from "../../map/use_city_map";
import { Connection } from "../../shell/top_bar";
import type { Case } from "../case/case";
import { kindName } from "../../words/kinds";
import { drawLive, type Drawn, prepareLive } from "../live/live_map";
import { DWELL_MS, nextFocus, worthALook } from "./focus";
import { words } from "./words";
import "./wall.css";

const t = translator(words);

const TODAY_MS = 15_000;
const TICKER_MOST = 7;
const FOCUS_ZOOM = 14.6;

/** The screen's height in the units that the style sheet measures everything by. */
const UNITS = 108;

/** What the bar above and the columns at both sides cover. */
const marginOf = (unit_px: number) => ({ top: 10 * unit_px, bottom: 4 * unit_px, left: 36 * unit_px, right: 47 * unit_px });

type Today = Schema<"Today">;

function useToday(): Today | null {
  const [today, set] = useState<Today | null>(null);
  useEffect(() => {
    const ask = () => void get("/v1/today").then(set, () => undefined);
    ask();
    const timer = setInterval(ask, TODAY_MS);
    return () => clearInterval(timer);
  }, []);
  return today;
}

function Now() {
  const now = useNow(1000);
  return <time class="now"><span>{longDay(now)}</span><b>{clockTime(now)}</b></time>;
}

function Counter({ label, value, unit, note, tone = "" }: { label: string; value: string; unit?: string; note?: string; tone?: string }) {
  return (
    <div class={`counter ${tone}`}>
      <dt>{label}</dt>
      <dd>{value}{unit && <small> {unit}</small>}</dd>
      {note && <dd class="note">{note}</dd>}
    </div>
  );
}

function Counters({ live }: { live: LivePositions | null }) {
  const today = useToday();
  live?.version.value;
  const counts = live?.fleet.counts();
  const sum = (states: readonly (keyof NonNullable<typeof counts>)[]) => (counts ? figure(states.reduce((total, state) => total + counts[state], 0)) : "–");
  const grave = (severity: number) => (casesKnown.value ? figure(openCases.value.filter((one) => one.severity === severity).length) : "–");
  const said = (value: number | undefined, decimals = 0) => (value === undefined ? "–" : figure(value, decimals));
  return (
    <dl class="counters">
      <Counter label={t("on_road")} value={sum(ON_THE_ROAD)} note={`${t("registered")} ${figure(live?.fleet.trucks.size ?? 0)} · ${t("silent")} ${sum(["silent"])}`} />
      <Counter label={t("loaded")} value={sum(LOADED)} tone="accent" />
      <Counter label={`${t("today")} · ${t("trips")}`} value={said(today?.trips)} note={today ? t("ended", { count: figure(today.ended) }) : undefined} />
      <Counter label={`${t("today")} · ${t("hauled")}`} value={said(today ? today.load_kg / 1000 : undefined)} unit={t("tonnes")} />
      <Counter label={`${t("today")} · ${t("violations")}`} value={said(today?.violations)} />
      <div class="counter cases">
        <dt>{t("open_cases")}</dt>
        <dd class="grades">
          <span class="critical">{grave(3)}<small>{t("critical")}</small></span>
          <span class="warning">{grave(2)}<small>{t("warning")}</small></span>
          <span class="notice">{grave(1)}<small>{t("notice")}</small></span>
        </dd>
      </div>
    </dl>
  );
}

function Ticker({ focus }: { focus: string | null }) {
  const cases = newestCases.value.slice(0, TICKER_MOST);
  return (
    <section class="ticker" aria-label={t("newest")}>
      <h2>{t("newest")}</h2>
      {cases.length === 0 && <p class="muted">{t("none")}</p>}
      <ol>
        {cases.map((one) => (
          <li key={one.case_id} class={`${severityName(one.severity)} ${one.case_id === focus ? "focused" : ""}`}>
            <Severity severity={one.severity}>{kindName(one.kind)}</Severity>
            <span class="plate">{one.plate ?? one.subject_id}</span><span class="muted clip">{one.company_name}</span><time class="muted">{briefTime(one.opened_at)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Look at the critical cases in turn; a new one at once. */
function useFocus(city: CityMap | null, drawn: { current: Drawn | null }): Case | null {
  const [focus, setFocus] = useState<Case | null>(null);
  useEffect(() => {
    if (!city) return;
    let timer = 0;
    let at: string | null = null;
    const look = (one: Case | null) => {
      at = one?.case_id ?? null;
      setFocus(one);
      const place = one?.position?.coordinates;
      if (place) city.map.flyTo({ center: shown(place, city.crs), zoom: FOCUS_ZOOM, duration: 2500 });
      else drawn.current?.whole();
      clearTimeout(timer);
      timer = window.setTimeout(next, DWELL_MS);
    };
    const next = () => {
      const candidates = worthALook(openCases.peek());
      if (candidates.length || at) look(nextFocus(candidates, at));
      else timer = window.setTimeout(next, DWELL_MS);
    };
    timer = window.setTimeout(next, DWELL_MS);
    const stop = onArrival((one) => worthALook([one]).length > 0 && look(one));
    return () => (stop(), clearTimeout(timer));
  }, [city]);
  return focus;
}

export default function Wall() {
  const [live, setLive] = useState<LivePositions | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const { element, city, failed, retry } = useCityMap((made) => (drawn.current = prepareLive(made, () => undefined, (kind) => kind !== "candidates", false)), false,
    marginOf(innerHeight / UNITS));
  const page = useRef<HTMLElement>(null);
  const focus = useFocus(city, drawn);
  useEffect(() => {
    document.title = `${t("title")} · Muckline`;
    const opened = followPositions();
    setLive(opened);
    return () => opened.close();
  }, []);
  useEffect(() => {
    if (!city || !live) return;
    return effect(() => {
      const version = String(live.version.value);
      drawLive(city, live.fleet, () => true, null, () => page.current?.setAttribute("data-positions", version));
    });
  }, [city, live]);
  useEffect(() => drawn.current?.cases.show(openCases.value), [city, openCases.value]);
  return (
    <main class="wall" ref={page} data-ready={city !== null} data-positions="0">
      <div class="map" ref={element} />
      {failed ? <div class="failed"><ErrorNote error={failed} onRetry={retry} /></div> : null}
      <header>
        <h1>{t("title")}</h1>
        <Connection />
        <Now />
        <a class="button quiet icon-only" href="/console/" aria-label={t("leave")} title={t("leave")}><Icon name="close" /></a>
      </header>
      <Counters live={live} />
      <Ticker focus={focus?.case_id ?? null} />
      {focus && (
        <p class="in-focus" role="status"><Icon name="crosshair" large />{t("focus")}<b>{kindName(focus.kind)}</b><span class="plate">{focus.plate}</span></p>
      )}
    </main>
  );
}

/** Playback: one to three trucks on the map and over time, with one cursor that map, chart, slider and keys share. */
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { type ChartMark, TrackChart } from "../../charts/track_chart";
import { duration, Empty, ErrorNote, KeyHint, Panel, Skeleton, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { entries, type Entry, type History } from "../../track/history";
import type { MapMark } from "../../track/layers";
import type { Colouring } from "../../track/line";
import { readHistory, readTrack } from "../../track/read";
import { momentAt, type Track } from "../../track/track";
import { TrackMap } from "../../track/track_map";
import { kindName, loadKinds } from "../../words/kinds";
import { readWanted, type Wanted, writeWanted } from "./address";
import { useClock } from "./clock";
import { EntryList, entryText } from "./entry_list";
import { Slider } from "./slider";
import { TotalsPanel } from "./totals_panel";
import { Transport } from "./transport";
import { TrucksBar } from "./trucks_bar";
import { words } from "./words";
import "../case/case.css";
import "./playback.css";

const t = translator(words);

interface Truck {
  track: Track;
  history: History | null;
}

type Answer = { trucks: Truck[] | null; failed: unknown };

const ASKING: Answer = { trucks: null, failed: null };

function useTrucks({ vehicles, from_ms, to_ms }: Wanted, round: number): Answer {
  const asked = [...vehicles, from_ms, to_ms, round].join();
  const [state, setState] = useState<Answer & { asked: string }>({ ...ASKING, asked });
  useEffect(() => {
    let current = true;
    const read = vehicles.map(async (vehicle) => {
      const [track, history] = await Promise.all([readTrack(vehicle, from_ms, to_ms), readHistory(vehicle, from_ms, to_ms).catch(() => null)]);
      return { track, history };
    });
    Promise.all(read).then((trucks) => current && setState({ trucks, failed: null, asked }), (failed) => current && setState({ trucks: null, failed, asked }));
    return () => {
      current = false;
    };
  }, [asked]);
  // The page is drawn once with the new address before it asks: what came for another is no answer.
  return state.asked === asked ? state : ASKING;
}

export default function Playback() {
  const { url, route } = useLocation();
  const [opened_ms] = useState(() => Math.floor(serverNow_ms() / 1000) * 1000);
  const wanted = useMemo(() => readWanted(new URL(url, location.origin).search, opened_ms), [url]);
  const [round, again] = useState(0);
  const { trucks, failed } = useTrucks(wanted, round);
  useEffect(() => void loadKinds().catch(toastProblem), []);
  const plates = Object.fromEntries((trucks ?? []).map(({ track }) => [track.vehicle_id, track.plate]));
  return (
    <div class="playback">
      <h1 class="visually-hidden">{t("title")}</h1>
      <TrucksBar wanted={wanted} plates={plates} onWanted={(next) => route(`/console/playback?${writeWanted(next)}`)} />
      {failed ? <div class="page"><ErrorNote error={failed} onRetry={() => again(round + 1)} /></div> : wanted.vehicles.length === 0 ? (
        <Empty icon="path">{t("choose")}</Empty>
      ) : trucks === null ? <div class="page"><Skeleton lines={8} /></div> : (
        <Played key={writeWanted(wanted)} wanted={wanted} trucks={trucks} />
      )}
    </div>
  );
}

/** Where the cursor stands first: as the address says, else where the truck is first seen. */
const beginning = (wanted: Wanted, first: Track | undefined) => wanted.at_ms ?? first?.time_ms[0] ?? wanted.from_ms;

function Played({ wanted, trucks }: { wanted: Wanted; trucks: Truck[] }) {
  // The truck that chart, list and steps are about; the map shows all.
  const [active, setActive] = useState(0);
  const { track, history } = trucks[active]!;
  // Choosing another truck compares it at the same time.
  const [start_ms] = useState(() => beginning(wanted, track));
  const clock = useClock(wanted.from_ms, wanted.to_ms, start_ms);
  const follow = useSignal(false);
  const [colouring, setColouring] = useState<Colouring>(trucks.length > 1 ? "plain" : "speed");
  const list = useMemo(() => (history ? entries(history) : []), [history]);
  const drawn = useMemo(() => trucks.map((truck) => ({ track: truck.track, colouring })), [trucks, colouring]);
  const marks = useMemo(() => list.flatMap((entry) => markOf(entry, track)), [list, track]);
  const chartMarks = useMemo(() => list.filter((entry) => entry.event).map(chartMarkOf), [list]);
  const spans = useMemo(
    () => list.filter((entry) => entry.event && entry.to_ms > entry.from_ms).map((entry) => ({ from_ms: entry.from_ms, to_ms: entry.to_ms, label: entryText(entry), tone: entry.tone })),
    [list],
  );
  usePlaybackKeys({
    " ": clock.toggle,
    ArrowRight: () => clock.step(track.time_ms, 1),
    ArrowLeft: () => clock.step(track.time_ms, -1),
    "Shift+ArrowRight": () => clock.seek(clock.time.peek() + 60_000),
    "Shift+ArrowLeft": () => clock.seek(clock.time.peek() - 60_000),
    "+": () => clock.gear(1),
    "=": () => clock.gear(1),
    "-": () => clock.gear(-1),
    f: () => (follow.value = !follow.value),
    Home: () => clock.seek(wanted.from_ms),
    End: () => clock.seek(wanted.to_ms),
  });
  if (track.time_ms.length === 0 && trucks.length === 1) return <Empty icon="path">{t("no_track")}</Empty>;
  return (
    <>
      <div class="playback-main">
        <TrackMap drawn={drawn} time={clock.time} marks={marks} follow={follow} active={active} label={t("map")} onSeek={clock.seek} />
        <aside class="playback-side">
          <Panel title={t("totals")} flush>{trucks.map((truck, at) => <TotalsPanel key={truck.track.vehicle_id} {...truck} truck={at} active={at === active} onChoose={trucks.length > 1 ? () => setActive(at) : undefined} />)}</Panel>
          <Panel title={t("what")} flush class="playback-entries">
            {history && history.truncated.length > 0 && <p class="muted small">{t("truncated")}</p>}
            <EntryList entries={list} time={clock.time} onSeek={clock.seek} />
          </Panel>
        </aside>
      </div>
      <div class="playback-time">
        <Transport clock={clock} track={track} follow={follow} colouring={colouring} onColouring={setColouring} />
        <Slider time={clock.time} from_ms={wanted.from_ms} to_ms={wanted.to_ms} entries={list} onSeek={clock.seek} />
        <div class="playback-chart" role="group" aria-label={t("chart")}>
          <TrackChart track={track} time={clock.time} marks={chartMarks} spans={spans} scale={0.74} />
        </div>
        <p class="muted small keys-line">{t("keys").split(" · ").map((part) => <KeyHint key={part} keys={part} />)}</p>
      </div>
    </>
  );
}

function markOf(entry: Entry, track: Track): MapMark[] {
  if (entry.kind === "gap" || entry.kind === "trip") return [];
  const moment = entry.position ? null : momentAt(track, entry.from_ms);
  const place = entry.position ?? (moment && ([moment.lon_deg, moment.lat_deg] as const));
  if (!place) return [];
  const label = entry.event ? kindName(entry.event.kind) : entry.stay ? duration(entry.stay.stay_s) : t(entry.kind);
  return [{ id: entry.id, lon_deg: place[0], lat_deg: place[1], label, tone: entry.tone, time_ms: entry.from_ms, main: entry.kind === "event" }];
}

const chartMarkOf = (entry: Entry): ChartMark => ({ time_ms: entry.from_ms, label: entryText(entry), tone: entry.tone });

/** Keys of a playback also work on its slider, where arrows would else move by a step of its own. */
function usePlaybackKeys(actions: Record<string, () => void>): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const element = event.target as HTMLElement;
      const typed = element.matches("input:not([type=range]), textarea, select") || element.closest("dialog") !== null;
      const pressed = element.matches("button, a, summary") && (event.key === " " || event.key === "Enter");
      if (event.ctrlKey || event.metaKey || event.altKey || typed || pressed || event.defaultPrevented) return;
      const action = actions[event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

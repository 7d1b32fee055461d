/** One truck: what is registered, where it is, its month day by day, and every list of its records. */
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { get, isGone } from "../../api/client";
import { DAY_MS } from "../../charts/time";
import { Button, Empty, ErrorNote, fullTime, Panel, relativeTime, Skeleton, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { carried_kg, type History } from "../../track/history";
import { readHistory, readTrack } from "../../track/read";
import { momentAt, type Track } from "../../track/track";
import { TrackMap } from "../../track/track_map";
import { loadKinds } from "../../words/kinds";
import { playbackAddress, type Vehicle } from "../case/load";
import { numberText } from "../case/members";
import { listed } from "../../words/punctuation";
import { Calendar } from "./calendar";
import { days, type Month, monthAt, monthSpan, monthText, readMonth } from "./month";
import { RECORD_TABS, Records, type RecordTab } from "./records";
import { words } from "./words";
import "../case/case.css";
import "./truck.css";

const t = translator(words);

/** Playback of a single record begins a little before it. [ms] */
const LEAD_MS = 120_000;

export default function TruckPage({ vehicle_id = "" }: Record<string, string>) {
  const { url, route } = useLocation();
  const given = new URL(url, location.origin).searchParams;
  const month = useMemo(() => readMonth(given.get("month")) ?? monthAt(serverNow_ms()), [given.get("month")]);
  const tab = RECORD_TABS.find((each) => each === given.get("tab")) ?? "trips";
  const page = Math.max(1, Number(given.get("page")) || 1);
  const [vehicle, setVehicle] = useState<Vehicle | null>(null);
  const [history, setHistory] = useState<History | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [round, again] = useState(0);
  const retry = () => again((count) => count + 1);

  useEffect(() => void loadKinds().catch(toastProblem), []);
  useEffect(() => {
    let current = true;
    get(`/v1/vehicles/${encodeURIComponent(vehicle_id)}`).then((answer) => current && setVehicle(answer), (error) => current && fail(error));
    return () => {
      current = false;
    };
  }, [vehicle_id, round]);
  useEffect(() => {
    let current = true;
    const { from_ms, to_ms } = monthSpan(month);
    setHistory(null);
    fail(null);
    readHistory(vehicle_id, from_ms, to_ms).then((answer) => current && setHistory(answer), (error) => current && fail(error));
    return () => {
      current = false;
    };
  }, [vehicle_id, monthText(month), round]);

  const go = (more: { month?: Month; tab?: RecordTab; page?: number }) => {
    const query = new URLSearchParams({ month: monthText(more.month ?? month), tab: more.tab ?? tab, page: String(more.page ?? 1) });
    route(`/console/trucks/${encodeURIComponent(vehicle_id)}?${query}`, true);
  };
  const onSpan = (from: string, to: string | null) => {
    const from_ms = Date.parse(from);
    route(playbackAddress(vehicle_id, from_ms - LEAD_MS, (to === null ? from_ms + 600_000 : Date.parse(to)) + LEAD_MS, from_ms));
  };
  if (failed && !vehicle) return <div class="page"><ErrorNote error={failed} onRetry={retry} />{isGone(failed) && <Empty icon="truck">{t("not_found")}</Empty>}</div>;
  const mass_kg = history && carried_kg(history.trips);
  return (
    <div class="truck-page page" data-vehicle={vehicle_id}>
      <header class="row wrap">
        <Button class="back" look="quiet" icon="arrow_left" href="/console/trucks">{t("trucks")}</Button>
        <h1 class="plate">{vehicle?.plate ?? vehicle_id}</h1>
        {vehicle?.company_name && <span class="muted">{vehicle.company_name}</span>}
        {vehicle?.merged_into && <a class="merged-into" href={`/console/trucks/${encodeURIComponent(vehicle.merged_into)}`}>{t("merged_into")} {vehicle.merged_into}</a>}
        <span class="grow" />
        {may("track") && <Button look="primary" icon="play" href={playbackAddress(vehicle_id, serverNow_ms() - DAY_MS, serverNow_ms())}>{t("playback")}</Button>}
      </header>
      <div class="truck-grid">
        <Panel title={t("facts")}>{vehicle ? <Register vehicle={vehicle} /> : <Skeleton lines={5} />}</Panel>
        <Panel title={t("month")} tools={history && <span class="muted small month-total">{t("total_trips", { count: history.trips.length })}{mass_kg !== null && ` · ${t("total_mass", { mass: numberText(mass_kg, "mass") })}`}</span>}>
          <Calendar vehicle_id={vehicle_id} month={month} days={history ? days(history) : new Map()} onMonth={(next) => go({ month: next })} />
        </Panel>
        <Panel title={t("now")} flush class="truck-now"><LastDay vehicle_id={vehicle_id} capacity_kg={vehicle?.capacity_kg ?? null} /></Panel>
      </div>
      <ErrorNote error={vehicle && failed} onRetry={retry} />
      <Panel label={t("tabs")} flush>
        {history ? (
          <Records history={history} tab={tab} page={page} onTab={(next) => go({ tab: next })} onPage={(next) => go({ page: next })} onSpan={onSpan} onGo={(to) => route(to)} />
        ) : !failed && <div class="list-wait"><Skeleton lines={6} /></div>}
      </Panel>
    </div>
  );
}

function Register({ vehicle }: { vehicle: Vehicle }) {
  const rows: [label: string, value: string][] = [
    [t("plate"), vehicle.plate ?? "–"],
    [t("vehicle_id"), vehicle.vehicle_id],
    [t("company"), vehicle.company_name ?? vehicle.company_id ?? "–"],
    [t("terminal"), listed(vehicle.terminal_ids) || "–"],
    [t("capacity"), vehicle.capacity_kg === null ? "–" : numberText(vehicle.capacity_kg, "mass")],
    [t("tare"), vehicle.tare_kg === null ? "–" : numberText(vehicle.tare_kg, "mass")],
  ];
  return <dl class="facts">{rows.map(([label, value]) => <div class="fact" key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>;
}

/** Where the truck was in the last day, and what it said last. */
function LastDay({ vehicle_id, capacity_kg }: { vehicle_id: string; capacity_kg: number | null }) {
  const [track, setTrack] = useState<Track | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [round, again] = useState(0);
  const time = useSignal(0);
  useEffect(() => {
    const now_ms = serverNow_ms();
    readTrack(vehicle_id, now_ms - DAY_MS, now_ms).then((read) => {
      time.value = read.time_ms[read.time_ms.length - 1] ?? now_ms;
      setTrack(read);
    }, fail);
  }, [vehicle_id, round]);
  const drawn = useMemo(() => (track ? [{ track, colouring: "speed" as const, capacity_kg }] : []), [track, capacity_kg]);
  if (failed) return <ErrorNote error={failed} onRetry={() => (fail(null), again(round + 1))} />;
  if (!track) return <div class="list-wait"><Skeleton lines={4} /></div>;
  const last = track.time_ms.length > 0 ? momentAt(track, time.value) : null;
  if (!last) return <Empty icon="pin">{t("never")}</Empty>;
  return (
    <>
      <div class="truck-map"><TrackMap drawn={drawn} time={time} label={t("track_map")} /></div>
      <p class="last-seen">
        <span><span class="muted">{t("last_seen")}</span> <time dateTime={new Date(last.time_ms).toISOString()}>{fullTime(last.time_ms)}</time> <span class="muted">({relativeTime(last.time_ms)})</span></span>
        {!Number.isNaN(last.speed_kmh) && <span><span class="muted">{t("speed")}</span> {last.speed_kmh.toFixed(0)} km/h</span>}
        {!Number.isNaN(last.load_kg) && <span><span class="muted">{t("load")}</span> {numberText(last.load_kg, "mass")}</span>}
      </p>
    </>
  );
}

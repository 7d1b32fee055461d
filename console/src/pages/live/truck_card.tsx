/** What is known of one truck now, and the ways on from here. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, duration, figure, IconButton, Panel, Severity } from "../../design";
import { translator } from "../../i18n";
import type { Fleet, Truck } from "../../live/fleet";
import { openCases } from "../../live/open_cases";
import { FLAG, STATES } from "../../live/positions";
import type { LivePositions } from "../../live/socket";
import { kindName } from "../../words/kinds";
import { words } from "./words";

const t = translator(words);

// Readings of sensors do not come with the live positions; they are asked for this often. [ms]
const READINGS_MS = 5_000;
// A box around a truck that holds it whatever its last fix was rounded to. [deg]
const BOX_DEG = 0.002;

type Registered = Schema<"Vehicle">;

interface Readings {
  load_kg: number | null;
  lift_deg: number | null;
  cover: string | null;
}

async function readReadings({ id, lon_deg, lat_deg }: Truck): Promise<Readings | null> {
  const box = [lon_deg - BOX_DEG, lat_deg - BOX_DEG, lon_deg + BOX_DEG, lat_deg + BOX_DEG];
  const { columns } = await get("/v1/positions/latest", { bbox: box.join(",") });
  const row = columns.vehicle_id.indexOf(id);
  if (row < 0) return null;
  return { load_kg: columns.load_kg?.[row] ?? null, lift_deg: columns.lift_deg?.[row] ?? null, cover: columns.cover?.[row] ?? null };
}

function useRegistered(id: string): Registered | null {
  const [registered, set] = useState<Registered | null>(null);
  useEffect(() => {
    let current = true;
    set(null);
    get(`/v1/vehicles/${encodeURIComponent(id)}`).then((answer) => current && set(answer), () => undefined);
    return () => void (current = false);
  }, [id]);
  return registered;
}

function useReadings(fleet: Fleet, id: string): Readings | null {
  const [readings, set] = useState<Readings | null>(null);
  useEffect(() => {
    let current = true;
    const ask = () => {
      const truck = fleet.find(id);
      if (truck && !Number.isNaN(truck.lon_deg)) readReadings(truck).then((answer) => current && answer && set(answer), () => undefined);
    };
    set(null);
    ask();
    const timer = setInterval(ask, READINGS_MS);
    return () => ((current = false), clearInterval(timer));
  }, [id, fleet]);
  return readings;
}

const FLAGS = [[FLAG.violation, "violation"], [FLAG.sensor_fault, "sensor_fault"], [FLAG.tamper, "tamper"]] as const;
const KMH = 3.6;

interface CardProps {
  live: LivePositions;
  id: string;
  following: boolean;
  onFollow: () => void;
  onClose: () => void;
}

export function TruckCard({ live: { fleet, version }, id, following, onFollow, onClose }: CardProps) {
  const registered = useRegistered(id);
  const readings = useReadings(fleet, id);
  version.value;
  const truck = fleet.find(id);
  const cases = openCases.value.filter((one) => one.vehicle_id === id);
  const unknown = t("unknown_value");
  const age_s = truck ? Math.max(0, (Date.now() + fleet.clock_ms - truck.fix_ms) / 1000) : NaN;
  const load = readings?.load_kg == null ? unknown : `${figure(readings.load_kg / 1000, 1)} t`;
  const of = registered?.capacity_kg ? ` / ${figure(registered.capacity_kg / 1000, 1)} t` : "";
  const name = truck?.plate ?? registered?.plate ?? id;
  const state = STATES[truck?.state ?? 0] ?? "silent";
  return (
    <Panel floating class="truck-card" title={<span class="plate">{name}</span>} tools={<IconButton icon="close" label={t("close")} onClick={onClose} />}
      footer={
        <>
          <Button icon="crosshair" aria-pressed={following} onClick={onFollow}>{t(following ? "unfollow" : "follow")}</Button>
          <Button icon="play" href={`/console/playback?vehicle=${encodeURIComponent(id)}`}>{t("playback")}</Button>
          <Button icon="truck" href={`/console/trucks/${encodeURIComponent(id)}`}>{t("truck")}</Button>
        </>
      }>
      <p class="muted clip">{registered?.company_name ?? " "}</p>
      <p class="state-line"><span class={`swatch truck-${state}`} aria-hidden="true" />{t(state)}
        {FLAGS.filter(([flag]) => truck && truck.flags & flag).map(([flag, key]) => <Severity key={flag} severity={flag === FLAG.sensor_fault ? 1 : 3}>{t(key)}</Severity>)}
      </p>
      <dl class="facts">
        <dt>{t("speed")}</dt><dd>{truck && !Number.isNaN(truck.speed_mps) ? `${figure(truck.speed_mps * KMH)} km/h` : unknown}</dd>
        <dt>{t("load")}</dt><dd>{load}<span class="muted">{of}</span></dd>
        {readings?.lift_deg != null && <><dt>{t("lift")}</dt><dd>{figure(Math.round(readings.lift_deg) || 0)}°</dd></>}
        {(readings?.cover === "open" || readings?.cover === "closed") && <><dt>{t("cover")}</dt><dd>{t(readings.cover)}</dd></>}
        <dt>{t("last_fix")}</dt><dd>{Number.isFinite(age_s) ? duration(age_s) : unknown}</dd>
      </dl>
      {cases.length > 0 && (
        <ul class="card-cases">
          {cases.map((one) => <li key={one.case_id}><a href={`/console/cases/${one.case_id}`}><Severity severity={one.severity}>{kindName(one.kind)}</Severity><span class="muted mono">{one.case_no}</span></a></li>)}
        </ul>
      )}
    </Panel>
  );
}

/** Trucks around the person who holds the phone, nearest first. */
import { useState } from "preact/hooks";
import { Button, Empty, figure, Panel } from "../../design";
import { translator } from "../../i18n";
import type { Truck } from "../../live/fleet";
import { STATES } from "../../live/positions";
import type { LivePositions } from "../../live/socket";
import { distance_m } from "./filters";
import { words } from "./words";

const t = translator(words);

// The open cases stand below.
const SHOWN_MOST = 8;
const WAIT_MS = 15_000;

interface Place {
  lon_deg: number;
  lat_deg: number;
}

/** Return the trucks nearest to a place with their distances. Pure. */
export function nearestOf(trucks: Iterable<Truck>, place: Place, most: number): [number, Truck][] {
  const placed = [...trucks].filter((truck) => !Number.isNaN(truck.lon_deg));
  return placed.map((truck): [number, Truck] => [distance_m(place, truck), truck]).sort(([one], [other]) => one - other).slice(0, most);
}

const said = (metres: number) => (metres < 1000 ? `${figure(Math.round(metres / 10) * 10)} m` : `${figure(metres / 1000, 1)} km`);

export function Nearest({ live: { fleet, version }, onOpen }: { live: LivePositions; onOpen: (id: string) => void }) {
  const [place, setPlace] = useState<Place | null>(null);
  const [refused, refuse] = useState(false);
  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => (refuse(false), setPlace({ lon_deg: coords.longitude, lat_deg: coords.latitude })),
      () => refuse(true),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: WAIT_MS },
    );
  if (place) version.value; // who has no phone in the hand does not pay for the sorting
  const list = place && (
    <ul class="near-rows">
      {nearestOf(fleet.trucks.values(), place, SHOWN_MOST).map(([away_m, truck]) => (
        <li key={truck.no}>
          <button type="button" onClick={() => onOpen(truck.id)}>
            <span class={`swatch truck-${STATES[truck.state]}`} aria-hidden="true" />
            <span class="plate grow">{truck.plate ?? truck.id}</span><span class="muted">{t(STATES[truck.state] ?? "unknown")}</span><span class="number">{said(away_m)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <Panel title={t("nearest")} flush class="nearest" tools={<Button icon="crosshair" look="quiet" onClick={locate}>{t("locate")}</Button>}>
      {list ?? <Empty icon="pin">{t(refused ? "locate_refused" : "locate_first")}</Empty>}
    </Panel>
  );
}

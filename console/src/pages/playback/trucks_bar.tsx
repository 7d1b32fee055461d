/** Which trucks are played back and when: chips, a search, a range and its usual values. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { withQuery } from "../../api/client";
import { stamp } from "../../charts/time";
import { Button, DateRange, Icon, IconButton, Input, Menu } from "../../design";
import { translator } from "../../i18n";
import { type Truck, useTrucks } from "../../lists/truck_fields";
import { may } from "../../session/session";
import { ShareButton } from "../../shell/share";
import { COMPARED } from "../../track/colours";
import { quickRange, TRUCKS_MOST, type Wanted } from "./address";
import { words } from "./words";

const t = translator(words);

const FORMATS = ["gpx", "csv", "xlsx", "geojson", "kml"] as const;

interface Props {
  wanted: Wanted;
  plates: Record<string, string | null>;
  onWanted: (wanted: Wanted) => void;
}

export function TrucksBar({ wanted, plates, onWanted }: Props) {
  const { vehicles, from_ms, to_ms } = wanted;
  const span_ms = to_ms - from_ms;
  const set = (more: Partial<Wanted>) => onWanted({ ...wanted, at_ms: null, ...more });
  return (
    <div class="trucks-bar">
      <div class="row wrap">
        {vehicles.map((vehicle, at) => (
          <span class="truck-chip" key={vehicle}>
            <i style={{ background: COMPARED[at] }} />
            <a class="plate" href={`/console/trucks/${encodeURIComponent(vehicle)}`} title={t("open_truck")}>{plates[vehicle] ?? vehicle}</a>
            <IconButton icon="close" label={t("remove", { name: plates[vehicle] ?? vehicle })} onClick={() => set({ vehicles: vehicles.filter((each) => each !== vehicle) })} />
          </span>
        ))}
        {vehicles.length < TRUCKS_MOST && <TruckSearch onFound={(vehicle) => set({ vehicles: [...new Set([...vehicles, vehicle])] })} />}
      </div>
      <div class="row wrap when">
        <IconButton icon="chevron_left" label={t("earlier")} onClick={() => set({ from_ms: from_ms - span_ms, to_ms: from_ms })} />
        <DateRange
          from={stamp(from_ms)} to={stamp(to_ms)}
          onRange={(from, to) => from && to && Date.parse(from) < Date.parse(to) && set({ from_ms: Date.parse(from), to_ms: Date.parse(to) })}
        />
        <IconButton icon="chevron_right" label={t("later")} disabled={to_ms >= serverNow_ms()} onClick={() => set({ from_ms: to_ms, to_ms: Math.min(to_ms + span_ms, serverNow_ms()) })} />
        <div class="row wrap when-more">
          {(["last_night", "today", "last_24h"] as const).map((which) => (
            <Button key={which} look="quiet" onClick={() => set(quickRange(which, serverNow_ms()))}>{t(which)}</Button>
          ))}
          {may("export") && vehicles[0] && (
            <Menu label={t("export")} summary={<><Icon name="download" />{t("export")}</>} class="button quiet">
              {FORMATS.map((format) => (
                <a key={format} download href={withQuery(`/v1/exports/track.${format}`, { vehicle_id: vehicles[0], datetime: `${stamp(from_ms)}/${stamp(to_ms)}` })}>{format.toUpperCase()}</a>
              ))}
            </Menu>
          )}
          {vehicles[0] && vehicles.length === 1 && <ShareButton look="quiet" what={{ kind: "playback", vehicle_id: vehicles[0], from: stamp(from_ms), to: stamp(to_ms) }} />}
        </div>
      </div>
    </div>
  );
}

function TruckSearch({ onFound }: { onFound: (vehicle_id: string) => void }) {
  const [text, setText] = useState("");
  const found = useTrucks(text, 1);
  const take = (vehicle: Truck | undefined) => {
    if (!vehicle) return;
    setText("");
    onFound(vehicle.vehicle_id);
  };
  return (
    <div class="truck-search">
      <Icon name="search" />
      <Input
        type="search" value={text} placeholder={t("add_placeholder")} aria-label={t("add")} autocomplete="off" maxLength={40} onValue={setText}
        onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && take(found[0])}
      />
      {text.trim() !== "" && found.length > 0 && (
        <ul>
          {found.map((vehicle) => (
            <li key={vehicle.vehicle_id}>
              <button type="button" onClick={() => take(vehicle)}><span class="plate">{vehicle.plate ?? vehicle.vehicle_id}</span> <span class="muted clip">{vehicle.company_name}</span></button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

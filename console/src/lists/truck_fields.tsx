/** Choosing trucks by plate or id: one, or several as marks that can be taken away. */
import { useEffect, useId, useLayoutEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Schema } from "../api/schema";
import { Button, Field, Icon, Input } from "../design";
import { translator } from "../i18n";
import { words } from "./words";

const t = translator(words);

export type Truck = Schema<"VehicleFound">;

const OFFERED = 8;
/** A person types so fast; a request for each letter would be too many. */
const PAUSE_MS = 250;

/** Return the trucks that what was typed may mean, of as many letters at least. */
export function useTrucks(text: string, from = 2): Truck[] {
  const [found, keep] = useState<Truck[]>([]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted.length < from) return keep([]);
    let current = true;
    const timer = setTimeout(() => {
      get("/v1/search/vehicles", { q: wanted, limit: OFFERED }).then((answer) => current && keep(answer.vehicles), () => undefined);
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

/** The id of what was typed: of a plate that was offered, else the text itself, which the API judges. */
const idOf = (text: string, offered: Truck[]) => offered.find((truck) => truck.plate === text.trim())?.vehicle_id ?? text.trim();

export function TruckField({ label, onTruck, hint }: { label: string; onTruck: (vehicle_id: string) => void; hint?: string }) {
  const [text, type] = useState("");
  const offered = useTrucks(text);
  const list = useId();
  // With the letter itself: who presses Enter at once means what is seen.
  useLayoutEffect(() => onTruck(idOf(text, offered)), [text, offered]);
  return (
    <Field label={label} hint={hint}>
      <Input value={text} list={list} maxLength={100} autocomplete="off" placeholder={t("truck_hint")} onValue={type} />
      <datalist id={list}>{offered.map((truck) => <option key={truck.vehicle_id} value={truck.plate ?? truck.vehicle_id}>{truck.company_name ?? truck.vehicle_id}</option>)}</datalist>
    </Field>
  );
}

export function TrucksField({ label, trucks, onTrucks }: { label: string; trucks: string[]; onTrucks: (ids: string[]) => void }) {
  const [text, type] = useState("");
  const offered = useTrucks(text);
  const list = useId();
  const add = () => {
    const ids = text.split(/[,，;；\s]+/).filter(Boolean).map((one) => idOf(one, offered));
    onTrucks([...new Set([...trucks, ...ids])]);
    type("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !text.trim()) return;
    event.preventDefault();
    add();
  };
  return (
    <div class="trucks-field">
      <Field label={label}>
        <Input value={text} list={list} autocomplete="off" placeholder={t("truck_hint")} onValue={type} onKeyDown={onKeyDown} />
      </Field>
      <datalist id={list}>{offered.map((truck) => <option key={truck.vehicle_id} value={truck.plate ?? truck.vehicle_id}>{truck.company_name ?? truck.vehicle_id}</option>)}</datalist>
      <Button icon="plus" disabled={!text.trim()} onClick={add}>{t("add")}</Button>
      {trucks.length > 0 && (
        <ul class="chips">
          {trucks.map((id) => (
            <li key={id} class="chip">
              <span>{id}</span>
              <button type="button" aria-label={t("take_away", { what: id })} onClick={() => onTrucks(trucks.filter((one) => one !== id))}><Icon name="close" /></button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Weekly hours and times from one instant to another, as rows to fill in. */
import { Button, IconButton, Input } from "../../design";
import { fromLocalInput, toLocalInput } from "../../design/time";
import { translator } from "../../i18n";
import type { InputProps } from "./inputs";
import { Lookup } from "./lookup";
import { named } from "./description";
import { words } from "./words";

const t = translator(words);

interface Window {
  /** ISO days; absent for every one. */
  days?: number[];
  from: string;
  to: string;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const replaced = <Row,>(rows: Row[], at: number, row: Row): Row[] => rows.map((one, index) => (index === at ? row : one));

function Days({ days, disabled, onDays }: { days: number[] | undefined; disabled: boolean; onDays: (days: number[] | undefined) => void }) {
  const toggle = (day: number) => {
    const chosen = days ?? [1, 2, 3, 4, 5, 6, 7];
    const next = chosen.includes(day) ? chosen.filter((one) => one !== day) : [...chosen, day].sort();
    onDays(next.length === 7 || !next.length ? undefined : next);
  };
  return (
    <div class="week-days" role="group" aria-label={t("days")}>
      {DAYS.map((name, at) => (
        <button key={name} type="button" disabled={disabled} aria-pressed={!days || days.includes(at + 1)} onClick={() => toggle(at + 1)}>{t(name)}</button>
      ))}
    </div>
  );
}

/** Hours of a week in the city's time; none at all is any time. */
export function Windows({ field, value, disabled, onValue }: InputProps) {
  const rows = Array.isArray(value) ? (value as Window[]) : [];
  const put = (next: Window[]) => onValue(next.length ? next : null);
  return (
    <div class="hours" role="group" aria-label={named(field)}>
      {!rows.length && <span class="muted">{t("always")}</span>}
      {rows.map((row, at) => (
        <div class="hours-row" key={at}>
          <Input value={row.from} disabled={disabled} maxLength={5} placeholder="22:00" aria-label={t("from")} onValue={(from) => put(replaced(rows, at, { ...row, from }))} />
          <span class="muted" aria-hidden="true">–</span>
          <Input value={row.to} disabled={disabled} maxLength={5} placeholder="06:00" aria-label={t("to")} onValue={(to) => put(replaced(rows, at, { ...row, to }))} />
          <Days days={row.days} disabled={disabled} onDays={(days) => put(replaced(rows, at, days ? { ...row, days } : { from: row.from, to: row.to }))} />
          {!disabled && <IconButton icon="trash" label={t("remove")} onClick={() => put(rows.filter((_, index) => index !== at))} />}
        </div>
      ))}
      {!disabled && <Button look="quiet" icon="plus" onClick={() => put([...rows, { from: "06:00", to: "22:00" }])}>{t("add_window")}</Button>}
    </div>
  );
}

interface Stay {
  vehicle_id?: string;
  from?: string | null;
  to?: string | null;
}

/** Times, of a driver in trucks or of a truck out of service; an end that is not said is open. */
export function Stays({ field, value, disabled, onValue }: InputProps) {
  const rows = Array.isArray(value) ? (value as Stay[]) : [];
  const withTruck = field.name === "assignments";
  const put = (next: Stay[]) => onValue(next.length ? next : null);
  return (
    <div class="hours">
      {!rows.length && disabled && <span class="muted">–</span>}
      {rows.map((row, at) => (
        <div class="hours-row" key={at}>
          {withTruck && <Lookup refers="vehicle-register" value={row.vehicle_id ?? ""} disabled={disabled} label={t("vehicle")} onValue={(vehicle_id) => put(replaced(rows, at, { ...row, vehicle_id }))} />}
          <Input type="datetime-local" value={toLocalInput(row.from ?? null)} disabled={disabled} aria-label={t("from")} onValue={(from) => put(replaced(rows, at, { ...row, from: fromLocalInput(from) }))} />
          <Input type="datetime-local" value={toLocalInput(row.to ?? null)} disabled={disabled} aria-label={t("to")} onValue={(to) => put(replaced(rows, at, { ...row, to: fromLocalInput(to) }))} />
          {!disabled && <IconButton icon="trash" label={t("remove")} onClick={() => put(rows.filter((_, index) => index !== at))} />}
        </div>
      ))}
      {!disabled && <Button look="quiet" icon="plus" onClick={() => put([...rows, withTruck ? { vehicle_id: "" } : {}])}>{t("add_stay")}</Button>}
    </div>
  );
}

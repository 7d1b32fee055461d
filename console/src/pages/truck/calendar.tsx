/** A month of days: how many trips, whether anything was found. A day opens its playback. */
import { serverNow_ms } from "../../api/clock";
import { monthDays, shown } from "../../charts/time";
import { IconButton, Button } from "../../design";
import { translator } from "../../i18n";
import { type Day, endOfDay, type Month, monthAt, monthText, shifted } from "./month";
import { playbackAddress } from "../case/load";
import { words } from "./words";

const t = translator(words);

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

interface Props {
  vehicle_id: string;
  month: Month;
  days: Map<number, Day>;
  onMonth: (month: Month) => void;
}

export function Calendar({ vehicle_id, month, days, onMonth }: Props) {
  const now_ms = serverNow_ms();
  const busiest = Math.max(1, ...[...days.values()].map((day) => day.trips));
  return (
    <div class="calendar">
      <div class="row">
        <IconButton icon="chevron_left" label={t("previous_month")} onClick={() => onMonth(shifted(month, -1))} />
        <b class="month-name">{monthText(month)}</b>
        <IconButton icon="chevron_right" label={t("next_month")} disabled={monthText(month) >= monthText(monthAt(now_ms))} onClick={() => onMonth(shifted(month, 1))} />
        <Button look="quiet" onClick={() => onMonth(monthAt(now_ms))}>{t("this_month")}</Button>
      </div>
      <table>
        <caption class="visually-hidden">{t("month")} {monthText(month)}</caption>
        <thead><tr>{WEEK.map((day) => <th key={day} scope="col">{t(day)}</th>)}</tr></thead>
        <tbody>
          {monthDays(month.year, month.month).map((week, at) => (
            <tr key={at}>
              {week.map((day_ms, column) => <td key={column}>{day_ms !== null && <DayCell vehicle_id={vehicle_id} day_ms={day_ms} day={days.get(day_ms)} busiest={busiest} now_ms={now_ms} />}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DayCell({ vehicle_id, day_ms, day, busiest, now_ms }: { vehicle_id: string; day_ms: number; day: Day | undefined; busiest: number; now_ms: number }) {
  const number = shown(day_ms, "day").slice(-2).replace(/^0/, "");
  if (day_ms > now_ms) return <span class="day to-come">{number}</span>;
  const share = (day?.trips ?? 0) / busiest;
  return (
    <a
      class="day" data-day={shown(day_ms, "day")} data-trips={day?.trips ?? 0} data-events={day?.events ?? 0}
      href={playbackAddress(vehicle_id, day_ms, Math.min(now_ms, endOfDay(day_ms)))}
      title={t("day_open", { day: shown(day_ms, "day"), trips: day?.trips ?? 0, events: day?.events ?? 0 })}
      style={{ "--share": `${Math.round(share * 36)}%` } as never}
    >
      <span class="number">{number}</span>
      {day && day.trips > 0 && <span class="trips">{day.trips}<span class="visually-hidden"> {t("trips_short")}</span></span>}
      {day && day.events > 0 && <span class={`events severity-${day.worst}`}>{day.events}<span class="visually-hidden"> {t("events")}</span></span>}
    </a>
  );
}

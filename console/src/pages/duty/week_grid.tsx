/** A district's week: a column for each day, its shifts in the order in which they begin. */
import { DAY_MS, shown } from "../../charts/time";
import { Badge, figure, Icon } from "../../design";
import { language, translator } from "../../i18n";
import { days, type Shift, spanOf, uncovered } from "./roster";
import { words } from "./words";

const t = translator(words);

const HOUR_MS = 3_600_000;

const weekday = (day_ms: number) => new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en-GB", { weekday: "short", timeZone: "Asia/Shanghai" }).format(day_ms);
const date = (day_ms: number) => shown(day_ms, "day").slice(5);

interface Props {
  week_ms: number;
  now_ms: number;
  shifts: Shift[];
  label: string;
  onOpen: (shift: Shift) => void;
  onAdd: (day_ms: number) => void;
}

function Cover({ shifts, day_ms, now_ms }: { shifts: Shift[]; day_ms: number; now_ms: number }) {
  if (day_ms + DAY_MS <= now_ms) return <span class="muted">{t("past")}</span>;
  const gap_ms = uncovered(shifts.map(spanOf), Math.max(day_ms, now_ms), day_ms + DAY_MS);
  return gap_ms > 60_000 ? <Badge tone="warning">{t("uncovered", { hours: figure(gap_ms / HOUR_MS, 1) })}</Badge> : <Badge tone="good">{t("covered")}</Badge>;
}

export function WeekGrid({ week_ms, now_ms, shifts, label, onOpen, onAdd }: Props) {
  return (
    <ol class="duty-week" aria-label={label}>
      {days(week_ms).map((day_ms) => {
        const inDay = shifts.filter((one) => Date.parse(one.start) < day_ms + DAY_MS && Date.parse(one.end) > day_ms);
        const today = now_ms >= day_ms && now_ms < day_ms + DAY_MS;
        return (
          <li key={day_ms} class={today ? "duty-day today" : "duty-day"} data-day={shown(day_ms, "day")}>
            <header><span class="strong">{weekday(day_ms)}</span><span class="muted">{date(day_ms)}</span></header>
            <div class="cover"><Cover shifts={shifts} day_ms={day_ms} now_ms={now_ms} /></div>
            <ul>
              {inDay.map((one) => (
                <li key={`${one.assignee} ${one.start}`}>
                  <button type="button" class={one.on_duty_now ? "shift on" : "shift"} onClick={() => onOpen(one)}>
                    <span class="strong clip">{one.assignee_name}</span>
                    <span class="duty-hours">{Date.parse(one.start) < day_ms && <em>{t("goes_on")} </em>}{times(one, day_ms)}</span>
                  </button>
                </li>
              ))}
            </ul>
            <button type="button" class="add-shift" aria-label={t("add_on", { day: date(day_ms) })} onClick={() => onAdd(day_ms)}><Icon name="plus" /></button>
          </li>
        );
      })}
    </ol>
  );
}

/** Return a shift's hours as far as they lie in a day. */
function times({ start, end }: Shift, day_ms: number): string {
  const from = Math.max(Date.parse(start), day_ms);
  const to = Math.min(Date.parse(end), day_ms + DAY_MS);
  return `${shown(from, "minute")}–${to === day_ms + DAY_MS ? "24:00" : shown(to, "minute")}`;
}

/** What a truck's time adds up to: way and times from its fixes, trips and tonnes from the platform's trips. */
import { duration, figure } from "../../design";
import { translator } from "../../i18n";
import { COMPARED } from "../../track/colours";
import { carried_kg, type History } from "../../track/history";
import { totals } from "../../track/totals";
import type { Track } from "../../track/track";
import { words } from "./words";

const t = translator(words);

interface Props {
  track: Track;
  history: History | null;
  /** Which of the compared trucks. */
  truck: number;
  active: boolean;
  /** Choose it, where there are several. */
  onChoose?: (() => void) | undefined;
}

/** Silence before the first fix and after the last, which a track cannot tell but the list of what happened does. */
function silentAround_s(track: Track, history: History | null): number {
  const [first_ms, last_ms] = [track.time_ms[0] ?? Infinity, track.time_ms.at(-1) ?? Infinity];
  const around = (history?.gaps ?? []).filter((gap) => Date.parse(gap.end) <= first_ms || Date.parse(gap.start) >= last_ms);
  return around.reduce((sum_s, gap) => sum_s + gap.gap_s, 0);
}

export function TotalsPanel({ track, history, truck, active, onChoose }: Props) {
  const sum = totals(track);
  const silent_s = sum.silent_s + silentAround_s(track, history);
  const mass_kg = history && carried_kg(history.trips);
  const rows: [label: Parameters<typeof t>[0], text: string, value: number | null][] = [
    ["distance", `${figure(sum.distance_m / 1000, 1)} km`, sum.distance_m],
    ["driving", duration(sum.driving_s), sum.driving_s],
    ["standing", duration(sum.standing_s), sum.standing_s],
    ["silent", duration(silent_s), silent_s],
    ["top", Number.isNaN(sum.top_speed_kmh) ? "–" : `${figure(sum.top_speed_kmh)} km/h`, sum.top_speed_kmh],
    ["trips", history ? String(history.trips.length) : "–", history?.trips.length ?? null],
    ["tonnes", mass_kg === null ? "–" : `${figure(mass_kg / 1000, 1)} t`, mass_kg],
  ];
  const brief = rows.filter(([label]) => label === "distance" || label === "tonnes").map(([, text]) => text).join(" · ");
  return (
    <div class="totals">
      {onChoose && (
        <button type="button" class="truck-choice" aria-pressed={active} onClick={onChoose}>
          <i class="truck-dot" style={{ background: COMPARED[truck] }} /><b class="plate">{track.plate ?? track.vehicle_id}</b>
          <span class="muted grow">{track.time_ms.length === 0 ? t("no_track") : active ? "" : brief}</span>
        </button>
      )}
      {active && (
        <dl>
          {rows.map(([label, text, value]) => <div key={label}><dt>{t(label)}</dt><dd data-total={label} data-value={value ?? ""}>{text}</dd></div>)}
        </dl>
      )}
    </div>
  );
}

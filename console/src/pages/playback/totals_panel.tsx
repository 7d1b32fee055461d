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

export function TotalsPanel({ track, history, truck, active, onChoose }: Props) {
  const sum = totals(track);
  const mass_kg = history && carried_kg(history.trips);
  const rows: [label: Parameters<typeof t>[0], text: string, value: number | null][] = [
    ["distance", `${figure(sum.distance_m / 1000, 1)} km`, sum.distance_m],
    ["driving", duration(sum.driving_s), sum.driving_s],
    ["standing", duration(sum.standing_s), sum.standing_s],
    ["silent", duration(sum.silent_s), sum.silent_s],
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

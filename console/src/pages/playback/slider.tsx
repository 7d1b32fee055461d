/** The slider of a playback: trips as bars, stays, events and silences marked on it. */
import type { Signal } from "@preact/signals";
import { fullTime } from "../../design";
import { translator } from "../../i18n";
import type { Entry } from "../../track/history";
import { words } from "./words";

const t = translator(words);

interface Props {
  time: Signal<number>;
  from_ms: number;
  to_ms: number;
  entries: readonly Entry[];
  onSeek: (time_ms: number) => void;
}

/** Bars and marks that a slider can show; more are one grey band. */
const MARKS_MOST = 400;

export function Slider({ time, from_ms, to_ms, entries, onSeek }: Props) {
  const share = (time_ms: number) => `${(100 * (Math.min(to_ms, Math.max(from_ms, time_ms)) - from_ms)) / (to_ms - from_ms)}%`;
  return (
    <div class="playback-slider">
      <div class="slider-marks" aria-hidden="true">
        {entries.slice(0, MARKS_MOST).map((entry) => (
          <span key={entry.id} class={`on-slider ${entry.kind} tone-${entry.tone}`} style={{ left: share(entry.from_ms), width: `calc(${share(entry.to_ms)} - ${share(entry.from_ms)})` }} />
        ))}
      </div>
      <input
        type="range" min={from_ms} max={to_ms} step={1000} value={Math.round(time.value)} aria-label={t("slider")} aria-valuetext={fullTime(time.value)}
        onInput={(event) => onSeek(Number(event.currentTarget.value))}
      />
    </div>
  );
}

/** Play, step, rate, follow, and what the truck reads now. */
import type { Signal } from "@preact/signals";
import { readingAt } from "../../charts/track_chart";
import { PANELS } from "../../charts/panels";
import { Button, fullTime, IconButton } from "../../design";
import { translator } from "../../i18n";
import type { Colouring } from "../../track/line";
import type { Track } from "../../track/track";
import type { PlaybackClock } from "./clock";
import { words } from "./words";

const t = translator(words);

interface Props {
  clock: PlaybackClock;
  track: Track;
  follow: Signal<boolean>;
  colouring: Colouring;
  onColouring: (colouring: Colouring) => void;
}

export function Transport({ clock, track, follow, colouring, onColouring }: Props) {
  const playing = clock.playing.value;
  return (
    <div class="transport">
      <div class="row transport-keys">
        <IconButton icon="chevron_left" label={t("back")} onClick={() => clock.step(track.time_ms, -1)} />
        <Button look="primary" class="play" icon={playing ? "pause" : "play"} onClick={clock.toggle}>{t(playing ? "pause" : "play")}</Button>
        <IconButton icon="chevron_right" label={t("forward")} onClick={() => clock.step(track.time_ms, 1)} />
        <IconButton icon="minus" label={t("slower")} onClick={() => clock.gear(-1)} />
        <output class="rate" aria-label={t("rate", { rate: clock.rate.value })}>{clock.rate.value}×</output>
        <IconButton icon="plus" label={t("faster")} onClick={() => clock.gear(1)} />
        <Button look="quiet" icon="crosshair" aria-pressed={follow.value} onClick={() => (follow.value = !follow.value)}>{t("follow")}</Button>
      </div>
      <time class="now" data-now={Math.round(clock.time.value)}>{fullTime(clock.time.value)}</time>
      <p class="readings">
        {PANELS.map((panel) => <span key={panel.key} data-now-reading={panel.key}>{readingAt(panel, track, clock.time.value)}</span>)}
      </p>
      <span class="grow" />
      <div class="segments" role="group" aria-label={t("colour")}>
        {(["speed", "load", "plain"] as const).map((each) => (
          <Button key={each} look="quiet" aria-pressed={colouring === each} onClick={() => onColouring(each)}>{t(each === "load" ? "load_colour" : each)}</Button>
        ))}
      </div>
    </div>
  );
}

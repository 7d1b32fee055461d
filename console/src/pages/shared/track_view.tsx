/** A shared playback: where one truck was, on the map and over time, with one cursor. */
import { useSignal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { TrackChart } from "../../charts/track_chart";
import { Empty, fullTime } from "../../design";
import { translator } from "../../i18n";
import type { Colouring } from "../../track/line";
import { decode } from "../../track/track";
import { TrackMap } from "../../track/track_map";
import { useClock } from "../playback/clock";
import { Slider } from "../playback/slider";
import { Transport } from "../playback/transport";
import "../playback/playback.css";
import type { Shared } from "./shared";
import { words } from "./words";

const t = translator(words);

export function SharedTrackView({ answer }: { answer: NonNullable<Shared["track"]> }) {
  const track = useMemo(() => decode(answer), [answer]);
  const clock = useClock(track.start_ms, track.end_ms, track.time_ms[0] ?? track.start_ms);
  const follow = useSignal(false);
  const [colouring, colour] = useState<Colouring>("speed");
  const drawn = useMemo(() => [{ track, colouring }], [track, colouring]);
  return (
    <div class="playback shared-track">
      <div class="trucks-bar">
        <h1 class="row"><span class="visually-hidden">{t("playback")}</span><span class="plate">{track.plate ?? track.vehicle_id}</span></h1>
        <span class="muted">
          {fullTime(track.start_ms)} – {fullTime(track.end_ms)}
          {answer.thinned && <> · {t("thinned", { metres: Math.ceil(answer.deviation_m) })}</>}
        </span>
      </div>
      {track.time_ms.length === 0 ? <Empty icon="path">{t("no_track")}</Empty> : (
        <>
          <div class="playback-main">
            <TrackMap drawn={drawn} time={clock.time} follow={follow} label={t("map")} onSeek={clock.seek} />
          </div>
          <div class="playback-time">
            <Transport clock={clock} track={track} follow={follow} colouring={colouring} onColouring={colour} />
            <Slider time={clock.time} from_ms={track.start_ms} to_ms={track.end_ms} entries={[]} onSeek={clock.seek} />
            <div class="playback-chart" role="group" aria-label={t("chart")}>
              <TrackChart track={track} time={clock.time} scale={0.74} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

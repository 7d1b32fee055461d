/** The one time cursor of a playback: map, chart and slider read it, the animation moves it. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Clock, geared, stepped, ticked, toggled } from "../../track/player";

/** A hidden page gets no frames; coming back must not leap over what was not seen. [ms] */
const FRAME_MOST_MS = 1000;

export interface PlaybackClock {
  time: Signal<number>;
  rate: Signal<number>;
  playing: Signal<boolean>;
  seek: (time_ms: number) => void;
  toggle: () => void;
  gear: (by: 1 | -1) => void;
  step: (times_ms: ArrayLike<number>, by: 1 | -1) => void;
}

/** Follow a clock that stands at `at_ms` first; another span is another playback, which begins anew. */
export function useClock(from_ms: number, to_ms: number, at_ms: number): PlaybackClock {
  const time = useSignal(at_ms);
  const rate = useSignal(20);
  const playing = useSignal(false);
  const read = (): Clock => ({ time_ms: time.peek(), from_ms, to_ms, rate: rate.peek(), playing: playing.peek() });
  const write = (clock: Clock) => {
    time.value = clock.time_ms;
    rate.value = clock.rate;
    playing.value = clock.playing;
  };
  const runs = playing.value;
  useEffect(() => {
    if (!runs) return undefined;
    let [frame, before_ms] = [0, performance.now()];
    const tick = (now_ms: number) => {
      write(ticked(read(), Math.min(FRAME_MOST_MS, now_ms - before_ms)));
      before_ms = now_ms;
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [runs, from_ms, to_ms]);
  return {
    time, rate, playing,
    seek: (time_ms) => (time.value = Math.min(to_ms, Math.max(from_ms, time_ms))),
    toggle: () => write(toggled(read())),
    gear: (by) => write(geared(read(), by)),
    step: (times_ms, by) => write(stepped(read(), times_ms, by)),
  };
}

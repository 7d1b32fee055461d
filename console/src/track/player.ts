/** The clock of a playback: pure steps, so that speed, end and keys can be tried without waiting. */

export const RATES = [1, 5, 10, 20, 40, 60] as const;

export interface Clock {
  time_ms: number;
  from_ms: number;
  to_ms: number;
  rate: number;
  playing: boolean;
}

const within = (clock: Clock, time_ms: number) => Math.min(clock.to_ms, Math.max(clock.from_ms, time_ms));

export const moved = (clock: Clock, time_ms: number): Clock => ({ ...clock, time_ms: within(clock, time_ms) });

/** Return the clock after real time has passed; it stops at the end. */
export function ticked(clock: Clock, passed_ms: number): Clock {
  if (!clock.playing) return clock;
  const time_ms = within(clock, clock.time_ms + passed_ms * clock.rate);
  return { ...clock, time_ms, playing: time_ms < clock.to_ms };
}

/** Start or stop; at the end it starts again from the beginning. */
export function toggled(clock: Clock): Clock {
  const time_ms = !clock.playing && clock.time_ms >= clock.to_ms ? clock.from_ms : clock.time_ms;
  return { ...clock, time_ms, playing: !clock.playing };
}

/** Return the clock at the next faster (+1) or slower (-1) rate. */
export function geared(clock: Clock, by: 1 | -1): Clock {
  const at = RATES.findIndex((rate) => rate >= clock.rate);
  const rate = RATES[Math.min(RATES.length - 1, Math.max(0, (at < 0 ? RATES.length - 1 : at) + by))]!;
  return { ...clock, rate };
}

/** Return the clock at the next fix (+1) or the one before (-1); stepping stops it. */
export function stepped(clock: Clock, times_ms: ArrayLike<number>, by: 1 | -1): Clock {
  const times = Array.from(times_ms);
  const next = by > 0 ? times.find((time) => time > clock.time_ms) : times.findLast((time) => time < clock.time_ms);
  return { ...moved(clock, next ?? clock.time_ms), playing: false };
}

/** The span of time that a chart shows: zooming and moving it, within the whole. */

export interface View {
  from_ms: number;
  to_ms: number;
}

/** Closer than this there is nothing more to see: terminals report each second at most. */
const LEAST_MS = 30_000;

/** Return the view zoomed by a factor about a time that stays where it is. */
export function zoomed(view: View, whole: View, about_ms: number, factor: number): View {
  const span_ms = Math.min(whole.to_ms - whole.from_ms, Math.max(LEAST_MS, (view.to_ms - view.from_ms) * factor));
  const share = (about_ms - view.from_ms) / (view.to_ms - view.from_ms);
  return pushedIn({ from_ms: about_ms - share * span_ms, to_ms: about_ms + (1 - share) * span_ms }, whole);
}

/** Return the view moved so that a time is in it; itself where it is already. */
export function followed(view: View, whole: View, time_ms: number): View {
  if (time_ms >= view.from_ms && time_ms <= view.to_ms) return view;
  const span_ms = view.to_ms - view.from_ms;
  return pushedIn({ from_ms: time_ms - span_ms * 0.2, to_ms: time_ms + span_ms * 0.8 }, whole);
}

function pushedIn(view: View, whole: View): View {
  const span_ms = view.to_ms - view.from_ms;
  const from_ms = Math.max(whole.from_ms, Math.min(view.from_ms, whole.to_ms - span_ms));
  return { from_ms, to_ms: Math.min(whole.to_ms, from_ms + span_ms) };
}

/** Return where a time lies in the view, 0 at its beginning, 1 at its end. */
export const shareOf = (view: View, time_ms: number): number =>
  (time_ms - view.from_ms) / Math.max(1, view.to_ms - view.from_ms);

export const timeAt = (view: View, share: number): number =>
  view.from_ms + Math.min(1, Math.max(0, share)) * (view.to_ms - view.from_ms);

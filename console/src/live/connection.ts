/** Whether what is shown is live, as one word for all streams of a page. */
import { computed, signal } from "@preact/signals";

export type State = "live" | "reconnecting" | "offline";

const states = signal<Record<string, State>>({});
const GRAVE: State[] = ["offline", "reconnecting", "live"];

/** The worst of the open streams; without any, whether the browser has a network. */
export const connection = computed<State>(() => GRAVE.find((state) => Object.values(states.value).includes(state)) ?? "live");

/** Tell how a stream is; null when it was closed on purpose. */
export function tellState(stream: string, state: State | null): void {
  const { [stream]: before, ...others } = states.value;
  if (before === state) return;
  states.value = state ? { ...others, [stream]: state } : others;
}

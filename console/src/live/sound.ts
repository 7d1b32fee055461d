/** Two tones for a new critical case, where the person at this screen wants them. */
import { effect, signal } from "@preact/signals";

const KEPT = "muckline.sound";
const TONES_HZ = [880, 660];
const TONE_S = 0.16;

export const sound = signal(localStorage.getItem(KEPT) === "on");

effect(() => localStorage.setItem(KEPT, sound.value ? "on" : "off"));

let audio: AudioContext | null = null;
/** Cases that come together are told once: many tones on each other are a noise. [s] */
const APART_S = 1;
let last_s = -APART_S;

/** A browser plays nothing before somebody has touched the page: whoever does wakes the sound for later. */
function wake(): void {
  if (!sound.value) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wake, { passive: true, capture: true });

export function chime(): void {
  wake();
  if (!sound.value || !audio || audio.currentTime - last_s < APART_S) return;
  last_s = audio.currentTime;
  const start_s = audio.currentTime;
  for (const [at, tone_hz] of TONES_HZ.entries()) {
    const tone = new OscillatorNode(audio, { type: "sine", frequency: tone_hz });
    const gain = new GainNode(audio, { gain: 0 });
    const from_s = start_s + at * TONE_S;
    gain.gain.setTargetAtTime(0.2, from_s, 0.01);
    gain.gain.setTargetAtTime(0, from_s + TONE_S * 0.7, 0.03);
    tone.connect(gain).connect(audio.destination);
    tone.start(from_s);
    tone.stop(from_s + TONE_S * 2);
  }
}

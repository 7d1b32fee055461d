/** Two tones for a new critical case, where the person at this screen wants them. */
import { effect, signal } from "@preact/signals";

const KEPT = "muckline.sound";
const TONES_HZ = [880, 660];
const TONE_S = 0.16;

export const sound = signal(localStorage.getItem(KEPT) === "on");

effect(() => localStorage.setItem(KEPT, sound.value ? "on" : "off"));

let audio: AudioContext | null = null;

export function chime(): void {
  if (!sound.value) return;
  audio ??= new AudioContext();
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

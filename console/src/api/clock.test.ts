import { expect, it } from "vitest";
import { aheadAfter } from "./clock";

const TOLD = "Sun, 22 Nov 2026 06:00:00 GMT";
const told_ms = Date.parse(TOLD);
const after = (before_ms: number, ours_ms: number, took_ms = 40) => aheadAfter(before_ms, TOLD, ours_ms, ours_ms + took_ms);

it("is ours as long as whole seconds and the way of an answer explain the difference", () => {
  expect(after(0, told_ms)).toBe(0);
  expect(after(0, told_ms + 1_400)).toBe(0);
  expect(after(300_000, told_ms + 200)).toBe(0); // it was set right meanwhile
});

it("is the server's where ours is wrong, and does not tremble with each answer", () => {
  const ahead_ms = after(0, told_ms - 300_000);
  expect(ahead_ms).toBe(300_480);
  expect(after(ahead_ms, told_ms - 299_400)).toBe(ahead_ms);
  expect(after(ahead_ms, told_ms - 200_000)).toBe(200_480);
});

it("stays where an answer tells nothing, or was long under way", () => {
  expect(aheadAfter(7, null, 0, 10)).toBe(7);
  expect(aheadAfter(7, "yesterday", 0, 10)).toBe(7);
  expect(after(7, told_ms - 300_000, 6_000)).toBe(7);
  expect(after(7, told_ms - 300_000, -1)).toBe(7);
});

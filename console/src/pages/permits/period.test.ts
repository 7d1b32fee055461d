import { expect, it } from "vitest";
import { period } from "./period";

const now = Date.parse("2026-05-01T00:00:00Z");

it.each([
  ["in_force", {}],
  ["in_force", { valid_from: "2026-05-01T08:00:00+08:00", valid_to: "2026-05-01T08:00:01+08:00" }],
  ["expired", { valid_to: "2026-05-01T08:00:00+08:00" }],
  ["not_yet", { valid_from: "2026-05-01T08:00:01+08:00" }],
] as const)("a permit is %s", (expected, permit) => expect(period(permit, now)).toBe(expected));

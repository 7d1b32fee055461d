import { describe, expect, it } from "vitest";
import type { Case } from "../case/case";
import { nextFocus, worthALook } from "./focus";

const one = (id: string, more: Partial<Case> = {}): Case =>
  ({ case_id: id, severity: 3, status: "new", opened_at: `2026-05-01T00:00:0${id}Z`, position: { type: "Point", coordinates: [120, 31] }, ...more }) as Case;

describe("what the wall looks at", () => {
  it("is critical, new, somewhere; the newest first", () => {
    const cases = [one("1"), one("3"), one("2", { severity: 2 }), one("4", { status: "assigned" }), one("5", { position: null })];
    expect(worthALook(cases).map((each) => each.case_id)).toEqual(["3", "1"]);
  });

  it("goes round, with the whole city between", () => {
    const cases = [one("2"), one("1")];
    const first = nextFocus(cases, null);
    expect(first?.case_id).toBe("2");
    expect(nextFocus(cases, "2")?.case_id).toBe("1");
    expect(nextFocus(cases, "1")).toBeNull();
  });

  it("leaves a case that was taken up", () => expect(nextFocus([one("1")], "9")).toBeNull());
});

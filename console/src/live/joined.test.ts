import { expect, it } from "vitest";
import type { Case } from "../pages/case/case";
import { joined } from "./joined";

const one = (case_id: string, change_no: number, status: Case["status"] = "new") => ({ case_id, change_no, status }) as Case;
const shown = (listed: Case[], later: Case[]) => [...joined(listed, later).values()].map(({ case_id, change_no, status }) => `${case_id} ${change_no} ${status}`);

it("keeps a case that was opened while the list was on its way", () => {
  expect(shown([one("A", 1)], [one("B", 2)])).toEqual(["A 1 new", "B 2 new"]);
});

it("does not bring back what was closed meanwhile, nor an older state", () => {
  expect(shown([one("A", 1), one("B", 5, "assigned")], [one("A", 3, "closed"), one("B", 4, "acknowledged")])).toEqual(["B 5 assigned"]);
});

it("takes changes in their own order, in whichever they come", () => {
  expect(shown([one("A", 1)], [one("A", 4, "acknowledged"), one("A", 3, "closed")])).toEqual(["A 4 acknowledged"]);
  expect(shown([one("A", 1)], [one("A", 3, "closed"), one("A", 2, "acknowledged")])).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { changesOf, differences, flat, putOver } from "./changes";

const before = { site_id: "S1", name: "旧", remark: "a", version: 1 };

describe("changes", () => {
  it("holds what differs, null for what is gone, never the version", () =>
    expect(changesOf(before, { site_id: "S1", name: "新", address: "路", version: 9 })).toEqual({ name: "新", remark: null, address: "路" }));
  it("is empty where nothing differs, null being nothing", () => expect(changesOf(before, { ...before, phone: null })).toEqual({}));
});

describe("somebody else's change", () => {
  const now = { ...before, name: "他", address: "路", version: 2 };
  const mine = { ...before, name: "我", remark: null };
  const told = differences(before, now, mine);

  it("collides only where both changed a member", () =>
    expect(told.map(({ name, collides }) => [name, collides])).toEqual([["name", true], ["address", false], ["remark", false]]));
  it("stays below one's own", () => expect(putOver(before, now, mine, new Set())).toEqual({ ...now, name: "我", remark: null }));
  it("stays where it is chosen", () => expect(putOver(before, now, mine, new Set(["name"]))).toEqual({ ...now, remark: null }));
});

describe("an item of the history", () => {
  it("is flat for a place", () => expect(flat({ type: "Feature", properties: { site_id: "S1" }, geometry: null })).toEqual({ site_id: "S1", geometry: null }));
  it("is itself for others", () => expect(flat({ company_id: "C1" })).toEqual({ company_id: "C1" }));
});

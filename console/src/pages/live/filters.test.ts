import { describe, expect, it } from "vitest";
import type { Truck } from "../../live/fleet";
import { addressOf, distance_m, readFilters, toggled, wantedBy } from "./filters";

const truck = (more: Partial<Truck>): Truck => ({
  no: 1, id: "V1", plate: null, company_id: "K1", lon_deg: 120, lat_deg: 31, speed_mps: 0, course_deg: 0, state: 1, flags: 0, fix_ms: 0, ...more,
});

describe("filters of the live map", () => {
  it("come back from the address that they gave", () => {
    const filters = { company: "K 1&", hidden: new Set(["silent", "loaded"] as const), truck: "V/1" };
    const address = new URL(addressOf(filters), "http://host");
    expect(readFilters(Object.fromEntries(address.searchParams))).toEqual(filters);
  });

  it("leave no trace where nothing is filtered", () => expect(addressOf(readFilters({}))).toBe("/console/"));

  it("ignore states that there are not", () => expect([...readFilters({ hide: "silent,flying,," }).hidden]).toEqual(["silent"]));

  it("want the company's trucks in states that are shown, and the one that is looked at", () => {
    const wanted = wantedBy({ company: "K1", hidden: new Set(["parked"]), truck: "V9" });
    expect(wanted(truck({ state: 2 }))).toBe(true);
    expect(wanted(truck({ state: 1 }))).toBe(false);
    expect(wanted(truck({ state: 2, company_id: "K2" }))).toBe(false);
    expect(wanted(truck({ state: 1, company_id: "K2", id: "V9" }))).toBe(true);
  });

  it("toggle", () => {
    expect([...toggled(new Set([1]), 2)]).toEqual([1, 2]);
    expect([...toggled(new Set([1]), 1)]).toEqual([]);
  });
});

describe("the distance between places", () => {
  it("is that of a sphere at a city's scale", () => {
    expect(distance_m({ lon_deg: 120, lat_deg: 31 }, { lon_deg: 120, lat_deg: 31.01 })).toBeCloseTo(1111.95, 0);
    expect(distance_m({ lon_deg: 120, lat_deg: 60 }, { lon_deg: 120.01, lat_deg: 60 })).toBeCloseTo(555.97, 0);
  });
});

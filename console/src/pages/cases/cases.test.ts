import { describe, expect, it } from "vitest";
import { type Case, clipSpan, isOverdue, left_s } from "../case/case";
import { chartThresholds, members, numberText } from "../case/members";
import { BLANK, missing, needsComment, ordered, orderOf, undoOf } from "../case/steps";
import { changed, EMPTY, loaded, MOST, mostUrgent, revealed, stepped, tidied, withPage } from "./list";
import { apiQuery, belongs, countSet, NO_FILTERS, readFilters, writeFilters } from "./query";

const NOW = Date.parse("2026-05-01T21:00:00+08:00");

function one(number: number, more: Partial<Case> = {}): Case {
  const at = new Date(NOW - 3_600_000 + number * 60_000).toISOString();
  return {
    case_id: `id-${number}`, case_no: `2026-${String(number).padStart(6, "0")}`, kind: "overspeed", severity: 2, status: "new", version: 1,
    source: "event", vehicle_id: "T1", plate: "苏D12345", company_id: "C1", company_name: "东方", district_id: "G1",
    subject_kind: "vehicle", subject_id: "T1", position: null, start: at, end: null, opened_at: at,
    due_at: new Date(NOW + 60_000).toISOString(), extended: false, overdue: false, assignee: null, assignee_name: null, events: [],
    comment_required: false, paged: true, updated_at: at, change_no: number, ...more,
  };
}

describe("filters", () => {
  it("go into the address and come back", () => {
    const filters = {
      ...NO_FILTERS, view: "new" as const, kinds: ["overload", "spillage"], min_severity: 2, overdue: true, assignee: "me",
      from: "2026-05-01T00:00:00+08:00", q: "苏D",
    };
    expect(readFilters(`?${writeFilters(filters)}`)).toEqual(filters);
    expect(writeFilters(NO_FILTERS)).toBe("");
    expect(new URLSearchParams(writeFilters(filters, "abc")).get("case")).toBe("abc");
    expect(countSet(filters)).toBe(7);
  });
  it("leave out what is none", () => {
    expect(readFilters("?view=nonsense&min_severity=9")).toEqual(NO_FILTERS);
  });
  it("ask the API", () => {
    const query = apiQuery({ ...NO_FILTERS, assignee: "me", from: "2026-05-01T00:00:00+08:00" }, "wang");
    expect(query).toMatchObject({ assignee: "wang", datetime: "2026-05-01T00:00:00+08:00/.." });
    expect(query.status).not.toContain("closed");
  });
  it("tell what belongs", () => {
    const filters = { ...NO_FILTERS, q: "苏d123", min_severity: 2, assignee: "me" };
    expect(belongs(one(1, { assignee: "wang" }), filters, "wang", NOW)).toBe(true);
    expect(belongs(one(1, { assignee: "li" }), filters, "wang", NOW)).toBe(false);
    expect(belongs(one(1, { assignee: "wang", severity: 1 }), filters, "wang", NOW)).toBe(false);
    expect(belongs(one(1, { status: "closed" }), NO_FILTERS, "wang", NOW)).toBe(false);
    expect(belongs(one(1), { ...NO_FILTERS, overdue: true }, "", NOW)).toBe(false);
    expect(belongs(one(1), { ...NO_FILTERS, overdue: true }, "", NOW + 120_000)).toBe(true);
    expect(belongs(one(1), { ...NO_FILTERS, from: "2026-05-02T00:00:00+08:00" }, "", NOW)).toBe(false);
  });
});

describe("list", () => {
  const list = loaded([one(3), one(2), one(1)], null);
  it("lets new cases wait while somebody reads", () => {
    const more = changed(changed(list, one(4), true, true), one(5), true, true);
    expect(more.rows).toBe(list.rows);
    expect(more.waiting).toHaveLength(2);
    expect(revealed(more).rows.map((row) => row.case_id)).toEqual(["id-5", "id-4", "id-3", "id-2", "id-1"]);
  });
  it("shows them at once when nobody does", () => {
    expect(changed(list, one(4), true, false).rows[0]!.case_id).toBe("id-4");
  });
  it("counts a case that waits once, and forgets it when it no longer belongs", () => {
    const more = changed(changed(list, one(4), true, true), one(4, { change_no: 9 }), true, true);
    expect(more.waiting).toHaveLength(1);
    expect(changed(more, one(4, { change_no: 10 }), false, true).waiting).toEqual([]);
  });
  it("changes a row in its place, and never back to an older state", () => {
    const newer = changed(list, one(2, { status: "acknowledged", change_no: 50 }), true, true);
    expect(newer.rows[1]!.status).toBe("acknowledged");
    expect(changed(newer, one(2, { change_no: 49 }), true, true).rows[1]!.status).toBe("acknowledged");
  });
  it("keeps what no longer belongs until it is tidied", () => {
    const closed = changed(list, one(2, { status: "closed", change_no: 50 }), false, true);
    expect(closed.rows).toHaveLength(3);
    expect(tidied(closed, "id-2").rows).toHaveLength(3);
    expect(tidied(closed, null).rows.map((row) => row.case_id)).toEqual(["id-3", "id-1"]);
  });
  it("leaves cases of pages that are not loaded to those pages", () => {
    const first = loaded([one(3), one(2)], "/v1/cases?cursor=x");
    expect(changed(first, one(1, { change_no: 50 }), true, false).rows).toHaveLength(2);
    expect(withPage(first, [one(2), one(1)], null).rows.map((row) => row.case_id)).toEqual(["id-3", "id-2", "id-1"]);
  });
  it("has a bound", () => {
    const many = Array.from({ length: MOST + 5 }, (_, number) => one(number));
    expect(withPage(EMPTY, many, "more")).toMatchObject({ next: null });
    expect(withPage(EMPTY, many, "more").rows).toHaveLength(MOST);
  });
  it("steps from row to row", () => {
    expect(stepped(list, null, 1)).toBe("id-3");
    expect(stepped(list, "id-3", 1)).toBe("id-2");
    expect(stepped(list, "id-1", 1)).toBe("id-1");
    expect(stepped(EMPTY, "id-1", 1)).toBeNull();
  });
});

describe("case", () => {
  it("counts down to its due time, and no more once it has ended", () => {
    expect(left_s(one(1), NOW)).toBe(60);
    expect(isOverdue(one(1), NOW + 61_000)).toBe(true);
    expect(isOverdue(one(1, { status: "closed" }), NOW + 61_000)).toBe(false);
  });
  it("has a clip around it, not beyond now", () => {
    const span = clipSpan({ start: "2026-05-01T12:00:00Z", end: "2026-05-01T12:05:00Z" }, 600_000, Date.parse("2026-05-01T12:06:00Z"));
    expect(span).toEqual({ from_ms: Date.parse("2026-05-01T11:50:00Z"), to_ms: Date.parse("2026-05-01T12:06:00Z") });
  });
  it("asks for a comment where the case does", () => {
    expect(needsComment({ comment_required: true }, "close")).toBe(true);
    expect(needsComment({ comment_required: false }, "close")).toBe(false);
    expect(needsComment({ comment_required: false }, "send_back")).toBe(true);
    expect(ordered(["false_positive", "acknowledge", "unheard_of"])).toEqual(["acknowledge", "false_positive"]);
    expect(undoOf("false_positive", ["reopen"])).toBe("reopen");
    expect(undoOf("acknowledge", ["assign"])).toBeNull();
  });
  it("says what a step still needs", () => {
    const critical = { comment_required: true };
    expect(missing(critical, "false_positive", BLANK)).toEqual(["false_positive_reason", "comment"]);
    expect(missing({ comment_required: false }, "false_positive", { ...BLANK, reason: "lawful" })).toEqual([]);
    expect(missing({ comment_required: false }, "false_positive", { ...BLANK, reason: "other" })).toEqual(["comment"]);
    expect(missing(critical, "handle", { ...BLANK, photos: ["p"] })).toEqual([]);
    expect(missing(critical, "close", { ...BLANK, comment: "  " })).toEqual(["comment"]);
    expect(orderOf("close", 3, { ...BLANK, comment: " ok " })).toEqual({ step: "close", expected_version: 3, comment: "ok" });
  });
});

describe("members", () => {
  it("show numbers in their unit", () => {
    expect(numberText(18.3, "speed")).toBe("65.9 km/h");
    expect(numberText(20, "speed")).toBe("72 km/h");
    expect(numberText(15200, "mass")).toBe("15.2 t");
    expect(numberText(640, "mass")).toBe("640 kg");
    expect(numberText(100, "count")).toBe("100");
    expect(numberText(0.2, "share")).toBe("20 %");
    expect(numberText(12.5, "angle")).toBe("12.5°");
  });
  it("leave out what says nothing", () => {
    const found = members("opening", { rule_version: 3, limit_kmh: 40, zone_id: null, by: ["lift"], hold_s: 10, beyond_end: false });
    expect(found.map(({ path, unit, threshold }) => [path, unit, threshold])).toEqual([
      ["opening.limit_kmh", "speed_kmh", true],
      ["opening.by", "words", false],
      ["opening.hold_s", "seconds", true],
      ["opening.beyond_end", "yes_no", false],
    ]);
    expect(members("closing", null)).toEqual([]);
  });
  it("become lines of a chart", () => {
    expect(chartThresholds({ limit_kmh: 60, permitted_kg: 15500, hold_s: 3 })).toEqual([
      { panel: "speed", value: 60, name: "limit_kmh" },
      { panel: "load", value: 15.5, name: "permitted_kg" },
    ]);
  });
});

describe("what to begin with", () => {
  it("is late, then nobody's, then grave, then soon due", () => {
    const due = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
    const cases = [
      one(1, { severity: 1, due_at: due(5) }), one(2, { severity: 3, due_at: due(90) }), one(3, { severity: 3, due_at: due(60) }),
      one(4, { severity: 3, status: "assigned", due_at: due(1) }), one(5, { severity: 1, status: "handled", due_at: due(-1) }), one(6, { due_at: due(500) }),
    ];
    expect(mostUrgent(cases, NOW).map((each) => each.case_id)).toEqual(["id-5", "id-3", "id-2", "id-6", "id-1", "id-4"]);
  });
});

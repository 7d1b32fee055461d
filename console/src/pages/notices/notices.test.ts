import { describe, expect, it } from "vitest";
import { BLANK_CHANNEL, channelUrl } from "./channel_url";
import { BLANK, body, toggled } from "./subscription";

const url = (draft: Partial<typeof BLANK_CHANNEL>) => channelUrl({ ...BLANK_CHANNEL, ...draft });

describe("the URL of a channel", () => {
  it("is made of a key, or of the whole address that a group shows", () => {
    expect(url({ kind: "wecombot", key: " 693a91f6-7aaa " })).toBe("wecombot://693a91f6-7aaa");
    expect(url({ kind: "wecombot", key: "https://robots/cgi-bin/webhook/send?key=693a91f6-7aaa&x=1" })).toBe("wecombot://693a91f6-7aaa");
    expect(url({ kind: "dingtalk", key: "https://robots/robot/send?access_token=abcdef12", secret: "SEC123" })).toBe("dingtalk://SEC123@abcdef12");
    expect(url({ kind: "feishu", key: "https://robots/open-apis/bot/v2/hook/abc-def-12" })).toBe("feishu://abc-def-12");
  });
  it("of mail names server and recipient, and lets no sign through that would change it", () => {
    expect(url({ kind: "mailtos", user: "duty@city.example", password: "p@ss/w?", to: "a@b.example" }))
      .toBe("mailtos://duty:p%40ss%2Fw%3F@city.example?smtp=city.example&to=a%40b.example");
    expect(url({ kind: "mailtos", user: "duty", password: "x", to: "a@b.example" })).toBeNull();
  });
  it("is none while something is missing", () => {
    expect(url({})).toBeNull();
    expect(url({ kind: "other", url: " json://host/path " })).toBe("json://host/path");
    expect(url({ kind: "other" })).toBeNull();
  });
});

describe("a subscription's order", () => {
  it("means everything where nothing is chosen, and half of quiet hours is none", () => {
    const sent = body({ ...BLANK, name: " 夜班 ", kinds: [], district_ids: ["D1"], quiet_from: "23:00", quiet_to: "" });
    expect(sent).toMatchObject({ name: "夜班", kinds: null, district_ids: ["D1"], quiet_from: null, quiet_to: null });
  });
  it("has times as the API takes them, its levels in order, and nothing that the API adds", () => {
    const levels = [{ after_s: 1200, channel_ids: ["a"] }, { after_s: 600, channel_ids: ["b"] }, { after_s: 60, channel_ids: [] }];
    const answered = { ...BLANK, levels, quiet_from: "23:00:00", quiet_to: "06:30:00", subscription_id: "s", created_at: "t" };
    const sent = body(answered);
    expect(sent.levels.map((level) => level.after_s)).toEqual([600, 1200]);
    expect([sent.quiet_from, sent.quiet_to]).toEqual(["23:00", "06:30"]);
    expect(Object.keys(sent).sort()).toEqual(Object.keys(BLANK).sort());
  });
  it("takes a value in and out", () => {
    expect(toggled(toggled(["a"], "b"), "a")).toEqual(["b"]);
  });
});

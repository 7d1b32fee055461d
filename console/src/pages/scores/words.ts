import type { Words } from "../page";

const zh = {
  title: "信用考核", ranking: "排名", ledger: "扣分记录", appeals: "待裁定", table: "记分标准", company: "企业", vehicle: "车辆", driver: "驾驶员", year: "年度", name: "名称",
  left: "剩余", deducted: "扣分", deductions: "扣分次数", open_appeals: "待裁定申诉", base: "基础分", at: "时间", subject: "对象", points: "分值", reason: "原因", case: "案件",
  appeal: "申诉", given_back: "已返还", decided_upheld: "申诉成立", decided_rejected: "申诉驳回", pending: "待裁定", appeal_text: "申诉理由", send: "提交申诉",
  uphold: "成立并返还", reject: "驳回", decision: "裁定理由", cancel: "取消", kind: "违规类型", save: "保存", basis: "修改依据", from_time: "生效时间（空为立即）",
  edit_hint: "修改只影响生效之后发生的事件，已扣的分不变。", default: "默认 {points}", of_base: "满分 {points}", no_entries: "没有扣分记录", saved: "记分标准已更新", only: "只看 {name}", no_scores: "还没有扣分", no_appeals: "没有待裁定的申诉", decide: "裁定", appealed_at: "申诉时间",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Scores", ranking: "Ranking", ledger: "Ledger", appeals: "Appeals waiting", table: "Table of points", company: "Companies", vehicle: "Trucks", driver: "Drivers", year: "Year", name: "Name",
    left: "Left", deducted: "Lost", deductions: "Deductions", open_appeals: "Open appeals", base: "Base", at: "Time", subject: "Subject", points: "Points", reason: "Reason", case: "Case",
    appeal: "Appeal", given_back: "Given back", decided_upheld: "Appeal upheld", decided_rejected: "Appeal rejected", pending: "Waits for a decision", appeal_text: "Why it should not stand", send: "Appeal",
    uphold: "Uphold, give back", reject: "Reject", decision: "Reason of the decision", cancel: "Cancel", kind: "Kind", save: "Save", basis: "Basis of the change", from_time: "In force from (now if empty)",
    edit_hint: "A change counts for what happens after it; what was deducted stays.", default: "default {points}", of_base: "of {points}", no_entries: "Nothing was deducted", saved: "The table of points is changed", only: "Only {name}", no_scores: "Nobody has lost points yet", no_appeals: "No appeal waits", decide: "Decide", appealed_at: "Appealed",
  },
};

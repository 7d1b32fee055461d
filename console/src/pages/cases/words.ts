import type { Words } from "../page";

const zh = {
  cases: "案件", open: "待办", new: "待受理", acknowledged: "已受理", assigned: "已派遣", handled: "已处置", verified: "已核查", closed: "已结案",
  false_positive: "误报", all: "全部", views: "按状态",
  search: "案号、车牌、企业", mine: "我的", overdue: "超时", filters: "筛选", clear: "清除筛选", kind: "类别", any: "不限", severity: "级别",
  severity_1: "提示以上", severity_2: "警告以上", severity_3: "仅严重", district: "网格", company: "企业", source: "来源", opened: "立案时间",
  more_rows: "加载更多", fresh: "{count} 件新案件", none: "没有符合条件的案件。", none_open: "没有待办案件，一切正常。", grave: "严重",
  begin_with: "先看这些", key_move: "上下移动", key_acknowledge: "受理", key_open: "打开", key_mark: "多选", marked: "已选 {count} 件", unmark: "取消选择", mark: "选择 {case_no}",
  bulk_done: "{done} 件已{step}", bulk_failed: "{failed} 件未能{step}：{why}",
  open_page: "打开案件", list: "案件列表", preview: "案件预览", close: "关闭预览",
  playback: "回放", evidence: "证据包", several: "{count} 件案件", gone: "已不在此列表", facts: "基本信息", what: "事件依据", steps: "办理过程",
  report: "上报", events: "{count} 个事件",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    cases: "Cases", open: "To do", new: "New", acknowledged: "Acknowledged", assigned: "Assigned", handled: "Handled", verified: "Verified",
    closed: "Closed", false_positive: "False positive", all: "All", views: "By status",
    search: "Number, plate, company", mine: "Mine", overdue: "Overdue", filters: "Filters", clear: "Clear filters", kind: "Kind", any: "Any",
    severity: "Severity", severity_1: "Notice and up", severity_2: "Warning and up", severity_3: "Critical only", district: "District",
    company: "Company", source: "Source", opened: "Opened",
    more_rows: "Show more", fresh: "{count} new", none: "No case matches.", none_open: "Nothing to do: all is well.",
    grave: "Critical", begin_with: "Begin with these", key_move: "move", key_acknowledge: "acknowledge", key_open: "open", key_mark: "mark", marked: "{count} marked",
    unmark: "Unmark", mark: "Mark {case_no}", bulk_done: "{step}: {done} done",
    bulk_failed: "{step}: {failed} not possible: {why}", open_page: "Open the case",
    list: "Cases", preview: "Preview of the case", close: "Close the preview", playback: "Playback", evidence: "Evidence",
    several: "{count} {count|case|cases}", gone: "no longer in this list", facts: "Facts", what: "What was found", steps: "What was done", report: "Report",
    events: "{count} {count|event|events}",
  },
};

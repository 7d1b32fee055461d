import type { Words } from "../page";

const zh = {
  title: "电子联单", status: "状态", all: "全部", site: "工地", dump_point: "消纳点", truck: "车辆", manifest: "联单号", issued_at: "开具时间", out: "出场扫码",
  in: "入场扫码", driven: "实际卸点", load: "重量（吨）", deviated: "偏航", elsewhere: "与联单不符", trip: "轨迹", closed_share: "闭环率", unclosed: "未闭环",
  issued: "已开具", left_site: "已出场", void: "作废", time: "时间", status_issued: "待出场", status_out: "运输中", status_closed: "已闭环",
  status_unclosed: "未闭环", status_void: "作废", new: "开具联单", permit: "准运证号", driver: "驾驶员编号", material: "物料", planned_kg: "计划重量（千克）",
  issue: "开具", cancel: "取消", scan_out: "出场扫码", scan_in: "入场扫码", make_void: "作废", note: "备注", facts: "联单", planned: "计划卸点", ending: "结果",
  no_trip: "未匹配到行程", delivered: "已消纳", dumped: "偷倒", returned: "返回", lost: "下落不明", playback: "回放行程", company: "企业", by: "统计口径",
  numbers: "闭环统计", rate: "闭环率",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Manifests", status: "Status", all: "All", site: "Site", dump_point: "Dump point", truck: "Truck", manifest: "Manifest", issued_at: "Issued", out: "Scanned out",
    in: "Scanned in", driven: "Unloaded at", load: "Load (t)", deviated: "Off route", elsewhere: "Not where it should", trip: "Track", closed_share: "Closed share", unclosed: "Unclosed",
    issued: "Issued", left_site: "Left the site", void: "Void", time: "Time", status_issued: "Waiting", status_out: "On the way", status_closed: "Closed",
    status_unclosed: "Unclosed", status_void: "Void", new: "Issue a manifest", permit: "Permit", driver: "Driver", material: "Material", planned_kg: "Planned load (kg)",
    issue: "Issue", cancel: "Cancel", scan_out: "Scan out", scan_in: "Scan in", make_void: "Declare void", note: "Note", facts: "Manifest", planned: "To be unloaded at", ending: "Ending",
    no_trip: "No trip matches", delivered: "Delivered", dumped: "Dumped", returned: "Returned", lost: "Lost", playback: "Play the trip back", company: "Company", by: "Counted by",
    numbers: "Closed loops", rate: "Closed share",
  },
};

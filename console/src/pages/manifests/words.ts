import type { Words } from "../page";

const zh = {
  title: "电子联单", status: "状态", all: "全部", choose: "请选择", site: "工地", dump_point: "消纳点", truck: "车辆", company: "运输企业", manifest: "联单号", issued_by: "开具人",
  out: "出场扫码", in: "入场扫码", unloaded: "卸载", driven: "实际卸点", load: "重量（吨）", deviated: "偏航", elsewhere: "卸点不符", closed_share: "闭环率", closed: "已闭环",
  unclosed: "未闭环", issued: "已开具", left_site: "已出场", time: "开具时间", status_issued: "待出场", status_out: "运输中", status_closed: "已闭环",
  status_unclosed: "未闭环", status_void: "已作废", new: "开具联单", permit: "准运证号", driver: "驾驶员编号", material: "物料", planned_load: "计划重量（吨）", measured: "车载称重", weighed: "过磅重量",
  issue: "开具", cancel: "取消", scan_out: "出场扫码", scan_in: "入场扫码", make_void: "作废", planned: "计划卸点",
  no_trip: "未匹配到行程", under_way: "在途", delivered: "已消纳", dumped: "偷倒", returned: "返回", lost: "去向不明", playback: "回放行程",
  route: "计划线路与实际行驶", route_planned: "准运证线路", route_unplanned: "没有规定线路", route_driven: "实际行驶", route_undriven: "还没有轨迹",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Manifests", status: "Status", all: "All", choose: "Choose", site: "Site", dump_point: "Dump point", truck: "Truck", company: "Company", manifest: "Manifest", issued_by: "Issued by",
    out: "Scanned out", in: "Scanned in", unloaded: "Unloaded", driven: "Unloaded at", load: "Load (t)", deviated: "Off route", elsewhere: "Wrong place", closed_share: "Closed share", closed: "Closed",
    unclosed: "Unclosed", issued: "Issued", left_site: "Left the site", time: "Issued between", status_issued: "Waiting", status_out: "On the way", status_closed: "Closed",
    status_unclosed: "Unclosed", status_void: "Void", new: "Issue a manifest", permit: "Permit", driver: "Driver id", material: "Material", planned_load: "Planned load (t)", measured: "Measured on the truck", weighed: "Weighed at the gate",
    issue: "Issue", cancel: "Cancel", scan_out: "Scan out", scan_in: "Scan in", make_void: "Declare void", planned: "To be unloaded at",
    no_trip: "No trip matches", under_way: "Under way", delivered: "Delivered", dumped: "Dumped", returned: "Returned", lost: "Lost", playback: "Play back",
    route: "Planned and driven route", route_planned: "Route of the permit", route_unplanned: "No route is prescribed", route_driven: "Way driven", route_undriven: "No track yet",
  },
};

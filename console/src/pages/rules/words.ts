import type { Words } from "../page";

const zh = {
  title: "规则参数", facts: "基础判断", search: "查找参数", parameter: "参数", default: "默认值", city: "本市取值", unit: "单位", changed: "已修改 {count} 项",
  undo: "放弃修改", try: "试算", days: "最近天数", trying: "正在用最近 {days} 天的真实记录试算…", put: "生效", reason: "修改依据", put_title: "让修改生效", cancel: "取消", saved: "参数已生效，规则从下一批记录开始按新参数判断",
  result: "试算结果", none: "没有任何变化", appears: "新增", vanishes: "消失", changes: "变化", kind: "事件", first: "显示前 {count} 项", truck: "车辆", at: "时间", what: "变化",
  failed: "试算失败", export: "导出", import: "导入", narrower: "工地和企业的单独取值", narrower_hint: "JSON，与 limits.json 相同：sites、companies 按编号给出参数", wrong_json: "不是有效的 JSON 对象", all: "全部规则",
  precedence: "范围越小越优先：准运证 > 企业 > 工地 > 本市 > 默认。生效后只影响今后的判断；改判历史用 muckline rejudge。", no_change: "没有修改", comma: "、", set_by: "已设置（由谁）", level_city: "本市", city_level: "本市", level_site: "工地", level_company: "企业", level_permit: "准运证", not_set: "未设置",  only_set: "只看已设置", no_setting: "没有这样的参数", span: "最近 {days} 天（{from} 至 {to}）", trip: "行程", total: "共 {count} 项变化",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Settings of rules", facts: "What rules stand on", search: "Find a setting", parameter: "Setting", default: "Default", city: "In this city", unit: "Unit", changed: "{count} changed",
    undo: "Discard", try: "Try", days: "Last days", trying: "Trying on the records of the last {days} days ...", put: "Put in force", reason: "Basis of the change", put_title: "Put the change in force", cancel: "Cancel", saved: "In force: the rules judge by it from the next batch on",
    result: "What it would change", none: "Nothing would change", appears: "Appear", vanishes: "Vanish", changes: "Change", kind: "Event", first: "the first {count} are shown", truck: "Truck", at: "Time", what: "Change",
    failed: "The trial failed", export: "Export", import: "Import", narrower: "Settings of sites and companies", narrower_hint: "JSON as in limits.json: sites and companies by id", wrong_json: "Not a JSON object", all: "All rules",
    precedence: "Permit goes before company, company before site, site before city, city before default. Only what comes is judged by it; muckline rejudge applies it to the past.", no_change: "Nothing was changed", comma: ", ", set_by: "Set where, by whom", level_city: "City", city_level: "city", level_site: "Site", level_company: "Company", level_permit: "Permit", not_set: "not set",  only_set: "Only those that are set", no_setting: "There is no such setting", span: "Last {days} days ({from} to {to})", trip: "Trip", total: "{count} {count|change|changes}",
  },
};

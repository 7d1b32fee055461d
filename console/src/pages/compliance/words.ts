import type { Words } from "../page";

const zh = {
  title: "车辆合规 · 七统一、一必须", all: "全部", recorded: "已登记", optional: "选查", until: "至 {day}", unused: "停用", items: "检查项目", failing: "只看不合规", company: "企业", truck: "车辆", state: "状态", compliant: "合规", lacking: "缺 {count} 项",
  next_expiry: "最近到期", permits: "关联准运证", passed: "合格", failed: "不合格", expired: "已过期", unchecked: "未检查", record: "登记检查结果",
  item: "项目", result: "结果", expires_on: "有效期至", evidence: "依据", save: "保存", cancel: "取消", edit_items: "编辑检查项目", name_zh: "中文名称", name_en: "英文名称",
  required: "必查", in_use: "启用", position: "序号", item_id: "标识", add: "新增项目", checked_by: "{by}，{at}", warns: "不合规期间，准运证 {permits} 预警",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Compliance of trucks", all: "All", recorded: "The finding is noted", optional: "optional", until: "until {day}", unused: "not in use", items: "Checklist", failing: "Only those that fail", company: "Company", truck: "Truck", state: "State", compliant: "Compliant", lacking: "Lacks {count}",
    next_expiry: "Next expiry", permits: "Permits", passed: "Passed", failed: "Failed", expired: "Expired", unchecked: "Not checked", record: "Note a finding",
    item: "Item", result: "Result", expires_on: "Valid until", evidence: "Evidence", save: "Save", cancel: "Cancel", edit_items: "Edit the checklist", name_zh: "Name in Chinese", name_en: "Name in English",
    required: "Required", in_use: "In use", position: "Position", item_id: "Identifier", add: "Add an item", checked_by: "{by}, {at}", warns: "Permits warn until it is mended: {permits}",
  },
};

import type { Words } from "../page";

const zh = {
  title: "准运证", permit: "准运证号", company: "企业", site: "工地", trucks: "车辆", dump_points: "消纳点", corridors: "线路", period: "有效期", status: "状态", quota: "配额", warnings: "提示", life: "办理", new: "新建准运证", import: "导入",
  all_trucks: "本企业全部车辆", count_trucks: "{count} 辆", valid_now: "只看当前有效", vehicle: "适用车辆", trips: "趟", t: "吨", m3: "方", used_of: "已用 {used} / {amount} {unit}", left: "剩余 {left} {unit}", used_up: "已用完", no_quota: "未设配额",
  apply_for: "申报准运证", nearly_used_up: "即将用完", ask_extension: "申请延期", ask_change: "申请变更", from_application: "来自申报", conditions: "许可条件",
  unmeasured: "其中 {count} 趟无称重，按满载计", failing: "{count} 辆不合规", failing_trucks: "以下车辆未通过合规检查，准运证预警：", to_compliance: "查看合规", print: "打印", comment: "意见", comment_needed: "此步骤须填写意见", steps: "办理记录", expired: "已过期", not_yet: "未生效", in_force: "有效",
  sheet: "建筑垃圾（工程渣土）准运证", issuer: "发证机关", spoil: "渣土种类", max_load: "限载", printed_at: "打印时间", plates: "号牌号码", from: "起", to: "止", hours: "运输时段", any_time: "不限", anywhere: "不限", all: "全部", print_now: "打印此页", back: "返回", not_in_force: "未核准，不得作为运输凭证", by: "经办",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Permits", permit: "Permit", company: "Company", site: "Site", trucks: "Trucks", dump_points: "Dump points", corridors: "Corridors", period: "In force", status: "Status", quota: "Quota", warnings: "Warnings", life: "Life", new: "New permit", import: "Import",
    all_trucks: "Every truck of the company", count_trucks: "{count} {count|truck|trucks}", valid_now: "Only those in force now", vehicle: "Holds for truck", trips: "trips", t: "t", m3: "m³", used_of: "{used} of {amount} {unit} used", left: "{left} {unit} left", used_up: "Used up", no_quota: "No quota",
    apply_for: "Apply for a permit", nearly_used_up: "Nearly used up", ask_extension: "Ask for an extension", ask_change: "Ask for a change", from_application: "Applications", conditions: "Conditions",
    unmeasured: "{count} {count|trip without a weight counts|trips without a weight count} as full", failing: "{count} {count|truck fails|trucks fail}", failing_trucks: "These trucks fail their checks, so the permit warns:", to_compliance: "To the checks", print: "Print", comment: "Comment", comment_needed: "This step needs a comment", steps: "Steps so far", expired: "Expired", not_yet: "Not yet", in_force: "In force",
    sheet: "Permit to haul construction spoil", issuer: "Issued by", spoil: "Spoil", max_load: "Load allowed", printed_at: "Printed at", plates: "Number plates", from: "From", to: "To", hours: "Hours", any_time: "Any", anywhere: "Any", all: "All", print_now: "Print this page", back: "Back", not_in_force: "Not approved: does not permit hauling", by: "By",
  },
};

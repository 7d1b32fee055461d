/** Words for what members of registers may be: choices, statuses, steps, ways in which a change came. */
import { translator } from "../../i18n";
import type { Words } from "../page";

const zh = {
  yellow: "黄", green: "绿", blue: "蓝", white: "白", diesel: "柴油", gas: "天然气", electric: "纯电", hybrid: "混合动力", hydrogen: "氢能",
  dump: "消纳场", wharf: "中转码头", recycling: "资源化利用厂", truck: "车载终端", washer: "冲洗设备", gate: "卡口地磅",
  active: "在用", provisioned: "待启用", suspended: "已暂停", revoked: "已吊销", forbidden: "禁行", control: "管控", speed: "限速", parking: "禁停",
  load: "装载时绑定", period: "有效期内绑定", applied: "已申报", rejected: "已驳回", approved: "已核准", cancelled: "已注销",
  created: "新增", changed: "修改", unchanged: "不变", retired: "停用", console: "界面编辑", import: "文件导入", merge: "合并", step: "办理", world: "数据加载", device: "设备接入",
  apply: "申报", approve: "核准", reject: "驳回", suspend: "暂停", resume: "恢复", cancel: "注销", change: "变更", extend: "延期",
};

export const valueWords: Words<keyof typeof zh> = {
  zh,
  en: {
    yellow: "Yellow", green: "Green", blue: "Blue", white: "White", diesel: "Diesel", gas: "Natural gas", electric: "Electric", hybrid: "Hybrid", hydrogen: "Hydrogen",
    dump: "Dump", wharf: "Transfer wharf", recycling: "Recycling plant", truck: "Truck terminal", washer: "Wheel washer", gate: "Gate with weighbridge",
    active: "Active", provisioned: "Provisioned", suspended: "Suspended", revoked: "Revoked", forbidden: "Forbidden", control: "Control", speed: "Speed limit", parking: "No parking",
    load: "As it loads", period: "In its period", applied: "Applied for", rejected: "Rejected", approved: "Approved", cancelled: "Cancelled",
    created: "Created", changed: "Changed", unchanged: "Unchanged", retired: "Retired", console: "Edited here", import: "Imported", merge: "Merged", step: "Step", world: "Loaded", device: "Device",
    apply: "Apply", approve: "Approve", reject: "Reject", suspend: "Suspend", resume: "Resume", cancel: "Cancel", change: "Change", extend: "Extend",
  },
};

const t = translator(valueWords);

/** A word; what has none, as a value that a world folder brought, is shown as it is. */
export const word = (value: string): string => (value in zh ? t(value as keyof typeof zh) : value);

import type { Words } from "../page";

const zh = {
  title: "渣土运输实时态势", on_road: "在途车辆", loaded: "重车", registered: "在册", open_cases: "未结案件", critical: "严重", warning: "警告", notice: "提示",
  today: "今日", trips: "趟次", ended: "已消纳 {count}", hauled: "运量", tonnes: "吨", violations: "违规", newest: "最新案件", none: "今日暂无案件",
  leave: "退出大屏", focus: "正在查看", silent: "离线",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Construction waste, live", on_road: "On the road", loaded: "Loaded", registered: "Registered", open_cases: "Open cases", critical: "Critical",
    warning: "Warning", notice: "Notice", today: "Today", trips: "Trips", ended: "{count} delivered", hauled: "Hauled", tonnes: "t",
    violations: "Violations", newest: "Newest cases", none: "No case today", leave: "Leave the wall screen", focus: "In focus", silent: "Silent",
  },
};

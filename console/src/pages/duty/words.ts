import type { Words } from "../page";

const zh = {
  title: "值班表", district: "网格", now: "正在值班", nobody: "无人值班", until: "至 {time}", week: "{from} – {to}", before: "上一周", after: "下一周", this_week: "本周",
  add: "排班", add_on: "{day} 排班", edit: "修改排班", who: "值班人员", start: "开始", end: "结束", day_shift: "白班 08–20", night_shift: "夜班 20–08", save: "保存", cancel: "取消", remove: "删除", copy: "复制上周", copied: "已复制 {count} 个班次",
  nothing_to_copy: "上周没有排班。", no_districts: "登记中还没有网格。", on_duty: "值班中", cases: "{count} 件在办", wrong: "结束须晚于开始。", goes_on: "续", roster: "{district} 值班表", uncovered: "缺岗 {hours} 小时", covered: "全天有人", past: "已过",
  outrun: "他人同时排了班", outrun_hint: "您打开之后，这段时间的排班已被他人修改。勾选应当保留的班次；没有您的确认不会覆盖任何班次。", keep_standing: "保留现有安排", save_chosen: "按勾选保存", mark_kept: "未变", mark_theirs: "他人新排", mark_lost: "他人已删除", mark_removed: "您要删除", mark_mine: "您要新增", twice: "同一人的班次重叠，请取消其中一个。",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Duty roster", district: "Grid cell", now: "On duty now", nobody: "Nobody on duty", until: "until {time}", week: "{from} – {to}", before: "Week before", after: "Week after", this_week: "This week",
    add: "Add a shift", add_on: "Add a shift on {day}", edit: "Change a shift", who: "Who", start: "From", end: "Until", day_shift: "Day 08–20", night_shift: "Night 20–08", save: "Save", cancel: "Cancel", remove: "Delete", copy: "Copy last week", copied: "{count} {count|shift was|shifts were} copied",
    nothing_to_copy: "There were no shifts last week.", no_districts: "The registers hold no grid cells yet.", on_duty: "on duty", cases: "{count} {count|case|cases}", wrong: "It must end after it begins.", goes_on: "cont.", roster: "Roster of {district}", uncovered: "{hours} h uncovered", covered: "Covered all day", past: "Past",
    outrun: "Somebody else planned this time too", outrun_hint: "The plan of this time was changed after you opened it. Tick the shifts that shall stand; nothing is overwritten unless you say so.", keep_standing: "Keep what stands", save_chosen: "Save what is ticked", mark_kept: "as it was", mark_theirs: "somebody else's", mark_lost: "somebody took it away", mark_removed: "you take it away", mark_mine: "yours", twice: "One person would be on duty twice at once: untick one of the shifts.",
  },
};

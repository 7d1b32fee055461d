import type { Words } from "../page";

const zh = {
  product: "渣土运输监管", shared: "分享内容", until: "链接有效期至 {time}", ended: "分享链接已失效", ended_hint: "链接已过期或已被撤销。如仍需查看，请向提供者索取新的链接。",
  unknown: "分享链接不存在", unknown_hint: "请检查地址是否完整。", plate: "车辆", company: "企业", start: "发生时间", end: "结束时间", going_on: "仍在持续",
  opened: "立案时间", due: "办结期限", ended_at: "办结时间", position: "位置", facts: "案件信息", steps: "办理过程", map: "位置地图", overdue: "已超期",
  masked: "已脱敏", track: "案发前后轨迹", before_after: "{from} – {to}", no_track: "这段时间没有轨迹。", chart: "传感器曲线", playback: "轨迹回放", thinned: "长时间轨迹已抽稀，误差不超过 {metres} 米",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    product: "Supervision of construction-waste haulage", shared: "Shared with you", until: "The link works until {time}", ended: "The link has ended",
    ended_hint: "It expired or was revoked. Ask whoever gave it to you for a new one.",
    unknown: "There is no such link", unknown_hint: "Check that the address is complete.", plate: "Truck", company: "Company", start: "Began", end: "Ended", going_on: "Going on",
    opened: "Opened", due: "Due", ended_at: "Closed", position: "Position", facts: "The case", steps: "What was done", map: "Map of the place", overdue: "Overdue",
    masked: "Masked", track: "The track around it", before_after: "{from} – {to}", no_track: "There is no track in this time.", chart: "Sensors over time", playback: "Playback", thinned: "A long track, thinned to within {metres} m",
  },
};

import type { Words } from "../page";

const zh = {
  title: "上报", lead: "看到违规，拍下来，点一下地图，提交。", kind: "情况", plate: "车牌", plate_hint: "看不清可不填", description: "说明",
  description_hint: "看到了什么，怎样找到现场", seen_at: "看到的时间", now: "现在", place: "位置", place_hint: "点地图标出位置", locate: "使用我的位置",
  locating: "正在定位", not_located: "无法取得位置，请在地图上点选。", source: "来源", hotline: "市民热线", patrol: "巡查", contact: "联系方式", contact_hint: "仅办案人员可见",
  photos: "照片", send: "提交", sending: "正在提交", sent: "已收到，案号 {case_no}", another: "再报一件", open: "查看案件", needed: "请标出位置，或写下说明。", map: "选择位置的地图",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Report", lead: "Photograph it, tap the map, send.", kind: "What", plate: "Plate", plate_hint: "Leave empty if unreadable", description: "Description",
    description_hint: "What was seen, and how to find the place", seen_at: "Seen at", now: "Now", place: "Place", place_hint: "Tap the map",
    locate: "Where I am", locating: "Locating", not_located: "The place could not be found; tap the map.", source: "From", hotline: "Hotline", patrol: "Patrol",
    contact: "Contact", contact_hint: "Only for those who work the case", photos: "Photos", send: "Send", sending: "Sending", sent: "Received as {case_no}",
    another: "Report another", open: "Show the case", needed: "A place or a description is needed.", map: "Map to choose the place",
  },
};

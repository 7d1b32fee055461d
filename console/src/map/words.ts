import type { Words } from "../pages/page";

const zh = { map: "地图", km: "公里", m: "米", zoom_in: "放大", zoom_out: "缩小", whole: "全部范围", locate: "我的位置" };

export const words: Words<keyof typeof zh> = {
  zh,
  en: { map: "Map", km: "km", m: "m", zoom_in: "Zoom in", zoom_out: "Zoom out", whole: "Show everything", locate: "Where I am" },
};

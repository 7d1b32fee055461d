import type { Words } from "../pages/page";

const zh = { map: "地图", km: "公里", m: "米", };

export const words: Words<keyof typeof zh> = {
  zh,
  en: { map: "Map", km: "km", m: "m", },
};

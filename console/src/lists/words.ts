import type { Words } from "../pages/page";

const zh = { truck_hint: "车牌或编号", add: "添加", take_away: "移除 {what}", none_match: "没有符合条件的记录", };

export const words: Words<keyof typeof zh> = {
  zh,
  en: { truck_hint: "Plate or id", add: "Add", take_away: "Take {what} away", none_match: "Nothing matches", },
};

import type { Words } from "../pages/page";

const zh = {
  title: "他人同时做了修改", hint: "您打开之后，内容已被他人修改。未冲突的修改会合并；双方都改了的，请选择以谁为准。", gone: "内容已被他人停用或删除。保存将按您的内容重新建立。",
  was: "您打开时", now: "现在", mine: "您的修改", keep: "保留现有内容", save: "按所选保存", none: "–", yes: "是", no: "否", comma: "、",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Somebody else changed it meanwhile", hint: "It was changed after you opened it. Changes that do not collide are joined; where both of you changed the same, choose whose holds.", gone: "Somebody took it out of use meanwhile. Saving sets it up again as you have it.",
    was: "As you opened it", now: "As it stands", mine: "Yours", keep: "Keep what stands", save: "Save as chosen", none: "–", yes: "yes", no: "no", comma: ", ",
  },
};

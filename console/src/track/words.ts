import type { Words } from "../pages/page";

const zh = { speed: "按速度着色", load: "按载重着色", plain: "单色", kmh: "km/h", share: "载重 %", gap: "无信号" };

export const words: Words<keyof typeof zh> = {
  zh,
  en: { speed: "Coloured by speed", load: "Coloured by load", plain: "One colour", kmh: "km/h", share: "Load %", gap: "no signal" },
};

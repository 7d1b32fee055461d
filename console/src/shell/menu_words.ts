/** Names of the pages, as the menu shows them under their icons: short. */
import type { Words } from "../pages/page";

const zh = {
  live: "态势", wall: "大屏", cases: "案件", case: "案件详情", playback: "回放", trucks: "车辆", places: "场地", registers: "登记", permits: "准运证",
  manifests: "联单", rules: "规则", statistics: "统计", quality: "质量", users: "用户", audit: "审计", exports: "导出",
  compliance: "合规", projects: "重点工程", scores: "考核", duty: "值班", notices: "通知", exchange: "共享", guide: "引导", report: "上报",
};

export type MenuLabel = keyof typeof zh;

export const menuWords: Words<MenuLabel> = {
  zh,
  en: {
    live: "Live", wall: "Wall", cases: "Cases", case: "Case", playback: "Playback", trucks: "Trucks", places: "Places", registers: "Registers",
    permits: "Permits", manifests: "Manifests", rules: "Rules", statistics: "Figures", quality: "Quality", users: "Users",
    audit: "Audit", exports: "Exports", compliance: "Checks", projects: "Projects", scores: "Scores", duty: "Duty",
    notices: "Notices", exchange: "Exchange", guide: "Guide", report: "Report",
  },
};

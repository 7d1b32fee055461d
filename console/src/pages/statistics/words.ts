import type { Words } from "../page";

const zh = {
  title: "统计", range: "时间", last_7: "近7天", last_30: "近30天", last_365: "近一年", by_day: "按日", by_hour: "按时段", by_kind: "按违规类型", by_company: "按企业", by_district: "按片区", by_site: "按工地", by: "口径",
  events: "违规", cases: "案件", false_positives: "误报", trips: "趟次", delivered: "已消纳", dumped: "未按规定消纳", tonnes: "运量（吨）", silent: "失联终端（超一天）", none: "其他",
  traffic: "运行与违规", closure: "办案考核", noise: "规则准确率", reports: "日报月报", closure_score: "结案得分", closure_rate: "结案率", first_time: "一次办结率", rework: "返工", satisfaction: "回访满意度", overdue: "逾期未结",
  opened: "立案", closed: "结案", on_time: "按时", extended: "延期", late: "超期", median_acknowledge: "受理（中位）", median_end: "办结（中位）", formula: "结案得分 =（按时 ×1 + 延期 ×0.6 + 超期 ×0.3）÷ 应结", hits: "触发", valid: "属实", false: "误报",
  undecided: "未定", false_share: "误报率", reasons: "误报原因", rule: "规则", period: "周期", day: "日报", month: "月报", files: "下载", made: "生成时间", no_reports: "还没有生成的报告", date: "日期", district: "片区", company: "企业", kind: "违规类型",
  total: "合计", comma: "，", trend: "每日趋势", key: "项目",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Figures", range: "Time", last_7: "Last 7 days", last_30: "Last 30 days", last_365: "Last year", by_day: "By day", by_hour: "By hour", by_kind: "By kind", by_company: "By company", by_district: "By district", by_site: "By site", by: "Rows",
    events: "Violations", cases: "Cases", false_positives: "False positives", trips: "Loads", delivered: "Delivered", dumped: "Dumped elsewhere", tonnes: "Hauled (t)", silent: "Silent for a day", none: "Other",
    traffic: "Traffic and violations", closure: "Handling of cases", noise: "How right the rules are", reports: "Reports", closure_score: "Closure score", closure_rate: "Closed", first_time: "First time right", rework: "Rework", satisfaction: "Satisfaction", overdue: "Overdue",
    opened: "Opened", closed: "Closed", on_time: "On time", extended: "Extended", late: "Late", median_acknowledge: "To acknowledge (median)", median_end: "To the end (median)", formula: "Closure score = (on time ×1 + extended ×0.6 + late ×0.3) ÷ due", hits: "Hits", valid: "Valid", false: "False",
    undecided: "Open", false_share: "False share", reasons: "Reasons", rule: "Rule", period: "Period", day: "Day", month: "Month", files: "Download", made: "Made", no_reports: "No reports were made yet", date: "Date", district: "District", company: "Company", kind: "Kind",
    total: "Total", comma: ", ", trend: "Day by day", key: "Row",
  },
};

import type { Words } from "../page";

const zh = {
  title: "审计日志", user: "用户", action: "操作", object_kind: "对象类型", object: "对象", at: "时间", role: "角色", allowed: "结果", yes: "允许", no: "拒绝", refused_only: "只看被拒绝的", time: "时间", detail: "详情", hash: "哈希",
  chain: "每条记录的哈希包含上一条，改动或删除都会显现；用 muckline audit verify 核验。", number: "序号", all: "全部", administrator: "系统管理员", bureau: "主管部门", district: "片区", inspector: "巡查员", company: "企业", association: "行业协会", public: "公众",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Audit log", user: "User", action: "Deed", object_kind: "Kind", object: "Object", at: "Time", role: "Role", allowed: "Result", yes: "Allowed", no: "Refused", refused_only: "Only what was refused", time: "Time", detail: "Details", hash: "Hash",
    chain: "Each entry's hash covers the one before it, so that a change or a deletion shows; muckline audit verify follows them.", number: "No.", all: "All", administrator: "Administrator", bureau: "Bureau", district: "District", inspector: "Inspector", company: "Company", association: "Association", public: "Public",
  },
};

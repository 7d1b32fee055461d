import type { Words } from "../page";

const zh = {
  title: "用户与密钥", users: "用户", keys: "接口密钥", name: "登录名", display_name: "姓名", role: "角色", scope: "范围", last_login: "最近登录", state: "状态", active: "启用", disabled: "停用", must_change: "待改密码", no_password: "无密码",
  administrator: "系统管理员", bureau: "主管部门", district: "片区", inspector: "巡查员", company_role: "企业", association: "行业协会", public: "公众", add: "新增用户", company: "企业", districts: "片区",
  save: "保存", cancel: "取消", disable: "停用", enable: "启用", reset: "重置密码", password_once: "请现在转交，以后不再显示；首次登录须修改。", done: "完成", label: "用途", user: "用户", made: "创建时间", expires: "到期", never: "长期", revoke: "吊销", revoked: "已吊销",
  make_key: "新建密钥", key_once: "请现在保存，以后不再显示。请求时放在 Authorization: Bearer 中。", permissions: "权限", all: "全部", password: "密码", key: "密钥", days: "有效天数（空为长期）", choose: "请选择", search: "查找", comma: "、", copy: "复制", copied: "已复制", copy_by_hand: "请选中后复制", name_hint: "小写字母、数字、点和连字符",
  sure_reset: "现有会话都会结束，确定重置？", sure_disable: "立即停止访问，确定停用？", sure_revoke: "吊销“{label}”（{user}）后，使用它的程序立即失效，且不能恢复。", all_of_user: "与用户相同", no_keys: "还没有密钥", key_user_hint: "密钥的角色和范围与该用户相同",
  may_administrator: "一切，包括用户与审计", may_bureau: "全市：办案、登记、规则、统计、审计", may_district: "本片区：查看、办案、核查", may_inspector: "查看、处置、上报", may_company: "只看本企业，可申诉", may_association: "统计与共享，车牌脱敏", may_public: "只能上报",
  permission_look: "查看", permission_exchange: "数据共享", permission_export: "导出", permission_report: "上报",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Users and keys", users: "Users", keys: "API keys", name: "Login", display_name: "Name", role: "Role", scope: "Scope", last_login: "Last login", state: "State", active: "Active", disabled: "Disabled", must_change: "Must change the password", no_password: "No password",
    administrator: "Administrator", bureau: "Bureau", district: "District", inspector: "Inspector", company_role: "Company", association: "Association", public: "Public", add: "Add a user", company: "Company", districts: "Districts",
    save: "Save", cancel: "Cancel", disable: "Disable", enable: "Enable", reset: "New password", password_once: "Hand it over now: it is not shown again, and must be changed at the first login.", done: "Done", label: "Purpose", user: "User", made: "Made", expires: "Expires", never: "Never", revoke: "Revoke", revoked: "Revoked",
    make_key: "Make a key", key_once: "Keep it now: it is not shown again. Send it as Authorization: Bearer.", permissions: "May", all: "All", password: "Password", key: "Key", days: "Valid for days (for ever if empty)", choose: "Choose", search: "Search", comma: ", ", copy: "Copy", copied: "Copied", copy_by_hand: "Select and copy it by hand", name_hint: "Small letters, digits, dots and hyphens",
    sure_reset: "Every session ends. Give a new password?", sure_disable: "Nothing is answered any more. Disable?", sure_revoke: "Programs that use \"{label}\" ({user}) are refused at once, for good.", all_of_user: "As the user", no_keys: "There are no keys yet", key_user_hint: "The key has this user's role and scope",
    may_administrator: "Everything, users and audit too", may_bureau: "The whole city: cases, registers, rules, figures, audit", may_district: "Its districts: look, work and verify cases", may_inspector: "Look, handle cases, report", may_company: "Sees itself alone, may appeal", may_association: "Figures and exchange; plates are masked", may_public: "May report alone",
    permission_look: "Look", permission_exchange: "Exchange", permission_export: "Export", permission_report: "Report",
  },
};

import type { Words } from "../page";

const zh = {
  title: "用户与密钥", users: "用户", keys: "接口密钥", name: "登录名", display_name: "姓名", role: "角色", scope: "范围", last_login: "最近登录", state: "状态", active: "启用", disabled: "停用", must_change: "待改密码", no_password: "无密码",
  administrator: "系统管理员", bureau: "主管部门", district: "片区", inspector: "巡查员", company_role: "企业", association: "行业协会", public: "公众", add: "新增用户", company: "企业编号", districts: "片区编号（逗号分隔）",
  save: "保存", cancel: "取消", disable: "停用", enable: "启用", reset: "重置密码", password_once: "请现在转交，以后不再显示；首次登录须修改。", done: "完成", label: "用途", user: "用户", made: "创建时间", expires: "到期", never: "长期", revoke: "吊销", revoked: "已吊销",
  make_key: "新建密钥", key_once: "请现在保存，以后不再显示。请求时放在 Authorization: Bearer 中。", permissions: "权限", all: "全部", password: "密码", key: "密钥", days: "有效天数（空为长期）",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Users and keys", users: "Users", keys: "API keys", name: "Login", display_name: "Name", role: "Role", scope: "Scope", last_login: "Last login", state: "State", active: "Active", disabled: "Disabled", must_change: "Must change the password", no_password: "No password",
    administrator: "Administrator", bureau: "Bureau", district: "District", inspector: "Inspector", company_role: "Company", association: "Association", public: "Public", add: "Add a user", company: "Company id", districts: "District ids (with commas)",
    save: "Save", cancel: "Cancel", disable: "Disable", enable: "Enable", reset: "New password", password_once: "Hand it over now: it is not shown again, and must be changed at the first login.", done: "Done", label: "Purpose", user: "User", made: "Made", expires: "Expires", never: "Never", revoke: "Revoke", revoked: "Revoked",
    make_key: "Make a key", key_once: "Keep it now: it is not shown again. Send it as Authorization: Bearer.", permissions: "May", all: "All", password: "Password", key: "Key", days: "Valid for days (for ever if empty)",
  },
};

import type { Words } from "../pages/page";

const zh = {
  product: "渣土车监管", change_password: "修改密码", must_change: "首次登录，请先设置自己的密码。", old_password: "当前密码", new_password: "新密码", again: "再次输入新密码",
  password_hint: "至少 10 个字符，不含用户名", not_the_same: "两次输入不一致", save: "保存", password_changed: "密码已修改", name: "用户名", password: "密码", log_in: "登录", log_out: "退出登录", logging_in: "正在登录…",
  expired: "登录已过期，请重新登录。登录后将回到刚才的页面。", not_permitted: "您的角色无权查看此页面。",
  not_found: "没有这个页面。", to_start: "回到首页", search: "搜索车牌", search_hint: "车牌或车辆编号",
  no_truck: "没有符合的车辆", menu: "主菜单", more: "更多", group_duty: "值守", group_registers: "登记", group_figures: "数据", group_system: "系统", main: "正文", skip: "跳到正文",
  theme: "外观", dark: "深色", light: "浅色", system: "跟随系统", language: "语言", account: "账户",
  help: "快捷键", sound_on: "开启严重案件提示音", sound_off: "关闭提示音",
  live: "实时", reconnecting: "正在重连", offline: "已断开", connection: "实时连接",
  go: "转到", anywhere: "全局", lists: "列表", map: "地图",
  key_search: "搜索车辆", key_help: "显示快捷键", key_close: "关闭窗口或卡片", key_live: "态势", key_cases: "案件", key_wall: "大屏",
  key_next: "下一行", key_previous: "上一行", key_open: "打开", key_zoom: "放大 / 缩小", key_move: "移动地图",
  key_follow: "跟踪所选车辆", key_theme: "切换深浅色",
  open_case: "查看",
  administrator: "管理员", bureau: "市级主管", district: "区级主管", inspector: "巡查员", company: "运输企业",
  association: "行业协会", public: "公众",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    product: "Construction-waste trucks", change_password: "Change password",
    must_change: "Set a password of your own before you go on.", old_password: "Current password", new_password: "New password",
    again: "New password again", password_hint: "At least 10 characters, not your name", not_the_same: "The two differ", save: "Save",
    password_changed: "The password was changed", name: "User name", password: "Password", log_in: "Log in", log_out: "Log out",
    logging_in: "Logging in…", expired: "The session is over; log in again to go on where you were.",
    not_permitted: "Your role may not see this page.", not_found: "There is no such page.", to_start: "Go to the start",
    search: "Search plate", search_hint: "Plate or vehicle id", no_truck: "No such truck", menu: "Main menu", more: "More", group_duty: "Duty", group_registers: "Registers", group_figures: "Figures", group_system: "System",
    main: "Content", skip: "Skip to content", theme: "Appearance", dark: "Dark", light: "Light", system: "As the system",
    language: "Language", account: "Account", help: "Keyboard", sound_on: "Sound for critical cases",
    sound_off: "No sound", live: "Live", reconnecting: "Reconnecting", offline: "Disconnected",
    connection: "Live connection", go: "Go to", anywhere: "Anywhere", lists: "Lists", map: "Map",
    key_search: "Search a truck", key_help: "Show the keys", key_close: "Close a dialog or card", key_live: "Live map",
    key_cases: "Cases", key_wall: "Wall screen", key_next: "Next row", key_previous: "Previous row", key_open: "Open",
    key_zoom: "Zoom in / out", key_move: "Move the map", key_follow: "Follow the truck shown", key_theme: "Dark or light",
    open_case: "Open",
    administrator: "Administrator", bureau: "Bureau", district: "District", inspector: "Inspector", company: "Company",
    association: "Association", public: "Public",
  },
};

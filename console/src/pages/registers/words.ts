import type { Words } from "../page";

const zh = {
  title: "登记", register: "登记簿", search: "搜索", search_hint: "编号、名称", all: "全部", new: "新增", import: "导入", csv: "导出 CSV", geojson: "导出 GeoJSON", export: "导出",
  duplicates: "查重合并", form: "资料", history: "变更记录", save: "保存", cancel: "取消", close: "关闭", discard: "放弃修改", retire: "停用", retire_ask: "停用后不再参与监管，历史记录保留。", reason: "原因", reason_hint: "记入变更记录",
  saved: "已保存", retired: "已停用", remove: "移除", add: "添加", choose: "未选择", required: "必填", id_hint: "保存后不可更改",
  from: "起", to: "止", days: "星期", add_window: "添加时段", add_stay: "添加时间", vehicle: "车辆", bad_json: "不是有效的 JSON", json_hint: "JSON 列表或对象",
  mon: "一", tue: "二", wed: "三", thu: "四", fri: "五", sat: "六", sun: "日", always: "不限时段",
  faults: "有 {count} 处不符合要求，未作任何改动", row: "行", column: "列", field: "字段", expected: "应为", got: "实际", item: "对象",
  conflict: "其他人已修改此项", conflict_hint: "您打开之后，此项被他人改过。请逐项决定采用哪个值，再保存。", theirs: "他人的值", mine: "我的值", was: "原值", now: "当前值", keep: "采用", take_over: "应用选择", geometry: "图形", shape_changed: "已改动",
  who: "操作人", when: "时间", what: "变更内容", nothing_yet: "尚无变更记录", show_shape: "显示当时图形", more: "更早的记录",
  file: "文件", file_hint: "CSV（UTF-8 或 GBK）、JSON、GeoJSON，最大 16 MB。先试运行，确认后再导入；要么全部导入，要么不作改动。", template: "下载模板", dry: "试运行结果", rows: "{count} 行", created: "新增 {count}", changed: "修改 {count}", unchanged: "不变 {count}",
  apply: "确认导入", imported: "导入完成：新增 {created}，修改 {changed}", crs: "坐标系", action: "动作", first_of: "仅显示前 {count} 项", choose_file: "选择文件", checking: "正在检查…", nothing_to_do: "文件与现有登记一致，无需导入",
  too_big: "文件大于 16 MB",
  none_same: "未发现重复", merge: "合并", keep_one: "保留", merge_hint: "许可、驾驶员及用户将指向保留的一项，其余停用；已有记录保持原编号。", merged: "已合并", same: "相同",
  draw_it: "在地图上绘制", on_map: "在地图上查看", read_only: "此登记由设备接入产生，只读",
  also_device: "设备由 muckline device 接入，此处仅改名称与位置",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Registers", register: "Register", search: "Search", search_hint: "Id or name", all: "All", new: "New", import: "Import", csv: "Export CSV", geojson: "Export GeoJSON", export: "Export",
    duplicates: "Duplicates", form: "Details", history: "History", save: "Save", cancel: "Cancel", close: "Close", discard: "Discard", retire: "Retire", retire_ask: "It is no longer supervised; its records stay.", reason: "Reason", reason_hint: "Stands in the history",
    saved: "Saved", retired: "Retired", remove: "Remove", add: "Add", choose: "None", required: "Required", id_hint: "Cannot be changed later",
    from: "From", to: "To", days: "Days", add_window: "Add hours", add_stay: "Add a time", vehicle: "Truck", bad_json: "This is not JSON", json_hint: "A list or an object of JSON",
    mon: "Mo", tue: "Tu", wed: "We", thu: "Th", fri: "Fr", sat: "Sa", sun: "Su", always: "At any time",
    faults: "{count} {count|fault|faults}; nothing was changed", row: "Row", column: "Column", field: "Field", expected: "Expected", got: "Got", item: "Item",
    conflict: "Somebody else changed this", conflict_hint: "It was changed after you opened it. Choose a value for each member, then save.", theirs: "Theirs", mine: "Mine", was: "Before", now: "Now", keep: "Use", take_over: "Apply the choice", geometry: "Shape", shape_changed: "Changed",
    who: "Who", when: "When", what: "What changed", nothing_yet: "No changes yet", show_shape: "Show the shape of that time", more: "Earlier changes",
    file: "File", file_hint: "CSV (UTF-8 or GBK), JSON or GeoJSON of at most 16 MB. It is tried first and taken in once you agree: all of it, or nothing.", template: "Template", dry: "What would change", rows: "{count} {count|row|rows}", created: "{count} new", changed: "{count} changed", unchanged: "{count} unchanged",
    apply: "Take it in", imported: "Taken in: {created} new, {changed} changed", crs: "Coordinates", action: "Action", first_of: "The first {count} are shown", choose_file: "Choose a file", checking: "Checking…", nothing_to_do: "The file says what the register says already",
    too_big: "The file is larger than 16 MB",
    none_same: "No duplicates found", merge: "Merge", keep_one: "Keep", merge_hint: "Permits, drivers and users will name the one that stays; the others are retired. Records keep their numbers.", merged: "Merged", same: "Same",
    draw_it: "Draw it on the map", on_map: "Show on the map", read_only: "Comes from the admission of devices; read only",
    also_device: "Devices are admitted by muckline device; name and place are edited here",
  },
};

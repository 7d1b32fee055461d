import type { Words } from "../page";

const zh = {
  title: "场地与线路", search: "搜索", search_hint: "编号、名称", new: "新建", nothing: "没有符合的项目", more: "另有 {count} 项，请搜索", show_kind: "在地图上显示", form: "资料", history: "变更记录", back: "返回列表",
  sites: "工地", "dump-points": "消纳点", corridors: "线路", zones: "管控区域", districts: "网格",
  edit_shape: "编辑图形", done: "完成图形", add_part: "添加面", cut: "挖空", finish: "闭合", cancel_part: "取消绘制", redraw: "重新绘制", undo: "撤销", redo: "重做", clear: "清空",
  draw_area: "逐点点击绘制，点击起点或按 Enter 闭合", draw_line: "逐点点击绘制，点击末点或按 Enter 结束", edit_hint: "拖动角点移动，点击中点增加；点选角点（或按 [ ]）后按 Delete 删除", corner: "角点", corner_of: "角点 {number}/{of}", corner_before: "上一个角点", corner_after: "下一个角点", remove_corner: "删除角点", corner_needed: "面至少三个角点，线至少两个", broken: "挖空部分必须位于面内", corners: "{count} 个顶点",
  save: "保存", reason: "原因", discard: "放弃修改", retire: "停用", saved: "已保存", leave: "有未保存的修改", leave_hint: "离开后修改将丢失。", stay: "继续编辑", no_shape: "请先在地图上绘制图形", geometry: "图形", import: "导入", band: "半宽 {half} 米",
  gcj02: "底图为 GCJ-02 坐标，所绘图形由服务器转换为 WGS-84 后保存（厘米级）。", old_shape: "虚线为变更前的图形", tools: "绘图工具", shape_unsaved: "图形已修改，尚未保存",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Places and corridors", search: "Search", search_hint: "Id or name", new: "New", nothing: "Nothing fits", more: "{count} more; search for them", show_kind: "Show on the map", form: "Details", history: "History", back: "Back to the list",
    sites: "Sites", "dump-points": "Dump points", corridors: "Corridors", zones: "Zones", districts: "Districts",
    edit_shape: "Edit the shape", done: "Shape done", add_part: "Add an area", cut: "Cut out", finish: "Close", cancel_part: "Stop drawing", redraw: "Draw anew", undo: "Undo", redo: "Redo", clear: "Clear",
    draw_area: "Click corner by corner; click the first one or press Enter to close", draw_line: "Click corner by corner; click the last one or press Enter to end", edit_hint: "Drag corners, click a middle to add one; choose one by click or [ ], remove it by Delete", corner: "Corner", corner_of: "Corner {number}/{of}", corner_before: "Corner before", corner_after: "Next corner", remove_corner: "Remove corner", corner_needed: "An area has three corners at least, a line two", broken: "What is cut out must lie in an area", corners: "{count} {count|corner|corners}",
    save: "Save", reason: "Reason", discard: "Discard", retire: "Retire", saved: "Saved", leave: "Changes are not saved", leave_hint: "They are lost when you leave.", stay: "Go on editing", no_shape: "Draw the shape on the map first", geometry: "Shape", import: "Import", band: "{half} m each side",
    gcj02: "The base map is in GCJ-02; the server turns what is drawn into WGS 84, to centimetres.", old_shape: "Dashed: the shape before the change", tools: "Drawing tools", shape_unsaved: "The shape has changed and is not saved",
  },
};

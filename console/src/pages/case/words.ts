import type { Words } from "../page";

const zh = {
  // steps
  acknowledge: "受理", assign: "派遣", extend: "延期", handle: "处置", verify: "核查", close: "结案", send_back: "退回",
  false_positive: "误报", comment: "备注", reopen: "重新立案", call_back: "回访", confirm_vehicle: "确认车辆",
  undo: "撤销", undone: "撤销上一步", done: "{step}：{case_no}",
  // the form of a step
  comment_field: "说明", comment_required: "此步骤必须填写说明", comment_hint: "可不填", assignee: "派给", whoever_is_on_duty: "当班人员（自动）", on_duty: "当班", myself: "本人", has_cases: "在办 {count} 件", choose: "请选择",
  due_at: "新的办结时限", due_hint: "不填则按类别延长", false_positive_reason: "误报原因", extension_reason: "延期原因",
  satisfaction: "满意度", stars: "{count} 分", vehicle_id: "车辆编号", photos: "照片", add_photo: "添加照片", remove_photo: "移除照片",
  send: "提交", cancel: "取消", sending: "正在提交", photo: "照片 {number}", not_named: "未填写：{what}",
  // somebody was faster
  moved_title: "案件已被更新", moved_by: "{who}于 {at} 完成“{step}”，现状态：{status}。", continue_step: "仍然{step}", leave: "知道了",
  moved_closed: "在此状态下不能再{step}。", someone: "其他人",
  // the page
  case: "案件", back: "返回案件列表", previous: "上一件", next: "下一件", due: "时限", overdue_by: "超时 {time}", left: "剩余 {time}",
  ended: "已办结", extended: "已延期", back_dated: "补发",
  what: "事件依据", rule: "规则", thresholds: "当时阈值", measured: "测得", no_event: "此案件没有事件，来自人工上报。",
  rule_version: "规则版本", withdrawn: "已撤回", going_on: "仍在持续",
  facts: "基本信息", vehicle: "车辆", company: "企业", district: "网格", permit: "准运证", site: "工地", dump_point: "消纳场", source: "来源",
  capacity: "额定载重", start: "开始", end: "结束", duration: "持续", opened: "立案", assignee_fact: "经办人", nobody: "未派遣", place: "位置",
  position: "坐标", description: "上报内容", reported_plate: "上报车牌", contact: "联系方式", reference: "外部编号",
  track: "轨迹与传感器", track_label: "事发前后轨迹", no_track: "这段时间没有轨迹。", colour_speed: "速度", colour_load: "载重", playback: "回放",
  clip_around: "前后 {minutes} 分钟", more: "扩大范围", less: "缩小范围",
  passages: "冲洗与门卡记录", no_passages: "前后没有冲洗或门卡记录。", washer: "冲洗", gate: "门卡", washed: "已冲洗", weighed: "称重 {mass}",
  steps: "办理过程", by_system: "系统", by_reporter: "举报人", photos_title: "现场照片", no_photos: "还没有照片。",
  evidence: "下载证据", evidence_making: "正在生成", evidence_zip: "签名证据包 ZIP", evidence_pdf: "证据文书 PDF", actions: "可办步骤", no_actions: "当前没有可办的步骤。", not_found: "没有这个案件，或不在您的管辖范围。",
  reason: "原因", new_due: "时限改为 {at}", sent_to: "派给 {who}", here: "事发位置",
  candidates: "疑似车辆", distance: "距离 {metres} 米", confirm: "确认",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    acknowledge: "Acknowledge", assign: "Assign", extend: "Extend", handle: "Handle", verify: "Verify", close: "Close", send_back: "Send back",
    false_positive: "False positive", comment: "Comment", reopen: "Reopen", call_back: "Call back", confirm_vehicle: "Confirm truck",
    undo: "Undo", undone: "Taken back", done: "{step}: {case_no}",
    comment_field: "Comment", comment_required: "This step needs a comment", comment_hint: "Optional", assignee: "Assign to", whoever_is_on_duty: "Whoever is on duty", on_duty: "on duty", myself: "myself", has_cases: "{count} in hand", choose: "Choose",
    due_at: "New due time", due_hint: "Left empty, as long again as this kind has", false_positive_reason: "Why it is no violation",
    extension_reason: "Why it takes longer", satisfaction: "Satisfaction", stars: "{count} of 5", vehicle_id: "Vehicle id", photos: "Photos",
    add_photo: "Add photos", remove_photo: "Remove photo", send: "Send", cancel: "Cancel", sending: "Sending", photo: "Photo {number}",
    not_named: "Still needed: {what}",
    moved_title: "The case has moved on", moved_by: "{who} took “{step}” at {at}; it is now: {status}.", continue_step: "{step} all the same",
    leave: "Leave it so", moved_closed: "“{step}” is not possible from here.", someone: "Somebody else",
    case: "Case", back: "Back to the cases", previous: "Previous", next: "Next", due: "Due", overdue_by: "{time} overdue", left: "{time} left",
    ended: "Ended", extended: "extended", back_dated: "back-dated",
    what: "What was found", rule: "Rule", thresholds: "Thresholds in force", measured: "Measured", no_event: "No event: somebody reported it.",
    rule_version: "Rule version", withdrawn: "withdrawn",
    going_on: "still going on",
    facts: "Facts", vehicle: "Truck", company: "Company", district: "District", permit: "Permit", site: "Site", dump_point: "Dump point",
    source: "Source", capacity: "Rated load", start: "Start", end: "End", duration: "Lasted", opened: "Opened", assignee_fact: "Assigned to", nobody: "Nobody yet",
    place: "Place", position: "Position", description: "Reported", reported_plate: "Reported plate", contact: "Contact", reference: "Reference",
    track: "Track and sensors", track_label: "Track before and after", no_track: "No track in this time.", colour_speed: "Speed",
    colour_load: "Load", playback: "Playback", clip_around: "{minutes} min around", more: "Show more", less: "Show less",
    passages: "Washer and gate passages", no_passages: "No washer or gate passage around it.", washer: "Washer", gate: "Gate", washed: "washed",
    weighed: "weighed {mass}",
    steps: "What was done", by_system: "The platform", by_reporter: "A citizen", photos_title: "Photos", no_photos: "No photos yet.",
    evidence: "Evidence", evidence_making: "Being made", evidence_zip: "Signed bundle, ZIP", evidence_pdf: "To print, PDF", actions: "Possible steps",
    no_actions: "No step is possible now.", not_found: "There is no such case, or it is outside what you may see.",
    reason: "Reason", new_due: "now due {at}", sent_to: "to {who}", here: "Where it began",
    candidates: "Trucks that were there", distance: "{metres} m away", confirm: "Confirm",
  },
};

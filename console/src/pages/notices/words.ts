import type { Words } from "../page";

const zh = {
  comma: "、", minutes: "{count} 分钟",
  title: "通知", subscriptions: "订阅", channels: "通道", deliveries: "推送记录", webhooks: "Webhook",
  add_subscription: "新增订阅", add_channel: "新增通道", add_webhook: "新增 Webhook", remove: "删除", cancel: "取消", save: "保存", done: "完成", no: "否",
  name: "名称", enabled: "启用", disabled: "停用", state: "状态", all: "全部", what: "内容", where: "范围", to: "发送到", quiet: "免打扰", escalates: "升级", language: "消息语言", chinese: "中文", english: "English",
  kinds: "案件类型", every_kind: "全部类型", chosen: "已选 {count} 类", severity: "最低等级", reasons: "何时通知", districts: "网格", companies: "企业", every_district: "全部网格", every_company: "全部企业", add: "添加", take_away: "移除 {name}",
  opened: "新案件", assigned: "派给我", unacknowledged: "超时未受理", overdue: "案件超期", ended: "案件办结",
  quiet_from: "免打扰开始", quiet_to: "免打扰结束", quiet_hint: "此间的消息先压后，受理后不再发送。", quiet_passes: "仍然通知的等级", never: "一律不通知", digest: "合并推送", digest_hint: "一分钟内超过这么多条时合并为一条。",
  chain: "逐级升级", chain_hint: "案件无人受理时，依次通知下列通道。", level: "第 {level} 级", after_min: "未受理满（分钟）", add_level: "增加一级", repeats: "末级重复次数", repeat_every: "重复间隔（分钟）",
  no_subscriptions: "还没有订阅。添加后，符合条件的案件会推送到您的通道。", no_channels: "还没有通道。先添加一个群机器人或邮箱。", need_channel: "请先在“通道”中添加接收方式。", choose_channel: "至少选择一个通道",
  kind: "类型", wecombot: "企业微信机器人", dingtalk: "钉钉机器人", feishu: "飞书机器人", mailtos: "邮件", mailto: "邮件", json: "JSON 接口", jsons: "JSON 接口", other: "其他地址", url: "地址", url_hint: "地址是密钥，保存后不再显示。", url_keep: "留空则保持不变",
  key: "机器人 Key", key_hint: "群机器人 Webhook 地址里 key= 后面的部分。", token: "机器人 Token", token_hint: "Webhook 地址里 access_token= 后面的部分。", feishu_hint: "Webhook 地址最后一段。", secret: "加签密钥（可选）", mail_user: "发件账号", mail_password: "授权码", mail_host: "邮件服务器", mail_to: "收件人",
  json_hint: "如 json://内网主机/路径，须由运维允许该主机。", per_minute: "每分钟上限", shared: "同事可用于逐级升级", shared_by: "{owner} 共享", yours: "我的", waiting: "待发 {count}", failing: "连续失败 {count} 次", working: "正常", paused: "暂停至 {time}",
  test: "测试", test_sent: "测试消息已发出", test_delivered: "测试消息已送达", test_failed: "测试消息未送达", look: "刷新",
  time: "时间", message: "消息", channel: "通道", attempts: "尝试", status: "结果", delivered: "已送达", waiting_state: "待发送", dead: "未送达", refused: "被拒收", failed: "失败", next_at: "下次 {time}", resend: "重新发送", resent: "已重新排队", resent_from: "由先前的消息重发", attempt: "第 {no} 次", took: "{ms} 毫秒", about: "事由", no_deliveries: "没有推送记录。", owner: "所属用户",
  documents: "推送内容", event: "事件", case: "案件", trip: "运输", manifest: "联单", score: "考核", webhook_hint: "按 Standard Webhooks 规范签名，仅限公网 https 地址。", secret_title: "签名密钥", secret_once: "请现在保存，以后不再显示。接收方用它校验 webhook-signature。", new_secret: "更换密钥", no_webhooks: "还没有 Webhook。", sure: "确定删除“{name}”？其推送记录一并删除。", sure_subscription: "确定删除“{name}”？", enable: "启用", disable: "停用",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    comma: ", ", minutes: "{count} min",
    title: "Notices", subscriptions: "Subscriptions", channels: "Channels", deliveries: "Deliveries", webhooks: "Webhooks",
    add_subscription: "Add a subscription", add_channel: "Add a channel", add_webhook: "Add a webhook", remove: "Delete", cancel: "Cancel", save: "Save", done: "Done", no: "No",
    name: "Name", enabled: "On", disabled: "Off", state: "State", all: "All", what: "What", where: "Where", to: "Sent to", quiet: "Quiet hours", escalates: "Escalation", language: "Language of messages", chinese: "Chinese", english: "English",
    kinds: "Kinds of cases", every_kind: "Every kind", chosen: "{count} {count|kind|kinds}", severity: "From severity", reasons: "When", districts: "Grid cells", companies: "Companies", every_district: "Every grid cell", every_company: "Every company", add: "Add", take_away: "Remove {name}",
    opened: "A case is new", assigned: "It is assigned to me", unacknowledged: "Nobody acknowledges it", overdue: "It is overdue", ended: "It has ended",
    quiet_from: "Quiet from", quiet_to: "Quiet until", quiet_hint: "What comes then waits, and lapses once somebody took the case up.", quiet_passes: "Told all the same from", never: "Nothing is", digest: "Digest", digest_hint: "More than this many within a minute become one message.",
    chain: "Escalation", chain_hint: "While nobody acknowledges a case these channels are told, one level after the other.", level: "Level {level}", after_min: "After (minutes)", add_level: "Add a level", repeats: "Repeat the last level", repeat_every: "Every (minutes)",
    no_subscriptions: "No subscriptions yet. With one, cases that fit are sent to your channels.", no_channels: "No channels yet. Add a group robot or a mail address first.", need_channel: "Add a channel first, so that there is somewhere to send to.", choose_channel: "Choose at least one channel",
    kind: "Kind", wecombot: "WeCom robot", dingtalk: "DingTalk robot", feishu: "Feishu robot", mailtos: "Mail", mailto: "Mail", json: "JSON endpoint", jsons: "JSON endpoint", other: "Another address", url: "Address", url_hint: "The address is a secret: it is not shown again.", url_keep: "Left empty it stays as it is",
    key: "The robot's key", key_hint: "What stands behind key= in the robot's webhook address.", token: "The robot's token", token_hint: "What stands behind access_token= in the webhook address.", feishu_hint: "The last part of the webhook address.", secret: "Signing secret (optional)", mail_user: "Sending account", mail_password: "App password", mail_host: "Mail server", mail_to: "Recipient",
    json_hint: "For example json://host/path; the operator must allow the host.", per_minute: "Most a minute", shared: "Colleagues may escalate to it", shared_by: "Shared by {owner}", yours: "Mine", waiting: "{count} waiting", failing: "{count} {count|failure|failures} in a row", working: "Working", paused: "Rests until {time}",
    test: "Test", test_sent: "A test message is on its way", test_delivered: "The test message was delivered", test_failed: "The test message was not delivered", look: "Refresh",
    time: "Time", message: "Message", channel: "Channel", attempts: "Attempts", status: "Result", delivered: "Delivered", waiting_state: "Waiting", dead: "Not delivered", refused: "Refused", failed: "Failed", next_at: "again {time}", resend: "Send again", resent: "It is in the queue again", resent_from: "Repeats an earlier message", attempt: "Attempt {no}", took: "{ms} ms", about: "About", no_deliveries: "Nothing was sent.", owner: "Whose",
    documents: "What is sent", event: "Events", case: "Cases", trip: "Trips", manifest: "Manifests", score: "Scores", webhook_hint: "Signed as Standard Webhooks has it; https at public addresses only.", secret_title: "Signing secret", secret_once: "Keep it now: it is not shown again. The receiver checks webhook-signature with it.", new_secret: "New secret", no_webhooks: "No webhooks yet.", sure: "Delete \"{name}\" with its deliveries?", sure_subscription: "Delete \"{name}\"?", enable: "Switch on", disable: "Switch off",
  },
};

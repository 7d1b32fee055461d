import type { Words } from "../page";

const zh = {
  title: "数据共享", inbox: "部门移送", feed: "对外共享", all: "全部", kind: "类型", penalty: "处罚", incident: "事故", matched: "车辆匹配", with_truck: "已匹配", without: "未匹配", reporter: "移送单位", time: "发生时间", received: "接收时间", what: "事项", plate: "移送车牌", truck: "对应车辆", company: "企业", case: "案件", open_case: "查看案件",
  by_plate: "按车牌", by_person: "人工指定", by_company: "仅企业", ambiguous: "车牌重复", nothing: "未匹配", reference: "文号", amount: "罚款", yuan: "{amount} 元", points: "记分", reported_company: "移送企业", position: "位置", version: "第 {version} 版", none: "没有移送记录。", text: "说明", id: "对方编号",
  say: "指定车辆", say_hint: "指定后，对方的更正不再改变匹配。", search: "输入车牌或编号", save: "保存", said: "已指定车辆", chosen: "已选 {plate}",
  feed_hint: "其他部门按游标读取事件、案件、运输、联单和考核记录：不漏、可续读、编号稳定。", address: "读取地址", schema: "数据结构（JSON Schema）", cursor: "当前游标", cursor_hint: "从现在起的变化从此游标读起。", example: "示例", types: "内容", event: "事件", trip: "运输", copy: "复制", copied: "已复制", inbox_address: "移送地址", push_hint: "需要主动推送的单位可配置 Webhook。", webhooks: "前往 Webhook", token: "请求须带 Authorization: Bearer 密钥，由管理员在“用户与密钥”中创建。", docs: "接口文档", newest: "最近变化", type: "类型",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Exchange", inbox: "From other bureaux", feed: "To other bureaux", all: "All", kind: "Kind", penalty: "Penalty", incident: "Incident", matched: "Truck", with_truck: "Known", without: "Not known", reporter: "Reported by", time: "Happened", received: "Received", what: "What", plate: "Plate reported", truck: "Truck", company: "Company", case: "Case", open_case: "Open the case",
    by_plate: "By its plate", by_person: "By hand", by_company: "Company only", ambiguous: "Plate borne twice", nothing: "Not matched", reference: "Reference", amount: "Fine", yuan: "¥{amount}", points: "Points", reported_company: "Company reported", position: "Position", version: "Version {version}", none: "Nothing was reported.", text: "Text", id: "Their number",
    say: "Say which truck", say_hint: "Their corrections leave it as you say.", search: "Plate or id", save: "Save", said: "The truck is noted", chosen: "Chosen: {plate}",
    feed_hint: "Other bureaux read events, cases, trips, manifests and scores by a cursor: nothing is missed, reading goes on where it ended, ids are stable.", address: "Address of the feed", schema: "Schema of the documents (JSON Schema)", cursor: "Cursor of now", cursor_hint: "What changes from now on is read from this cursor.", example: "Example", types: "Contents", event: "Event", trip: "Trip", copy: "Copy", copied: "Copied", inbox_address: "Address of the inbox", push_hint: "Who would rather be called gets a webhook.", webhooks: "Go to webhooks", token: "Requests carry Authorization: Bearer and a key, which an administrator makes under Users and keys.", docs: "Documentation of the API", newest: "What changed last", type: "Type",
  },
};

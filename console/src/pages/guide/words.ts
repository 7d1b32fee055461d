import type { Words } from "../page";

const zh = {
  title: "从这里开始", hello: "{name}，您好。几分钟走一遍最常用的事：", open: "打开",
  live: "看全城", live_text: "地图上是每辆渣土车的实时位置，实心为重车和停驶，空心为空车和失联；未结案件是图钉，形状表示级别。点一辆车看它的载重、速度和在办案件；放大后出现车头方向和车牌。",
  cases: "办一件案", cases_text: "新发现的违规自动成为案件，右侧先列出最急的。用 j、k 选案，a 受理，右侧直接派遣、处置、核查、结案，不必离开本页；误报请注明原因，计入该规则的误报率。",
  sent: "办派给您的案", sent_text: "点“我的”只看派给您的案件。用 j、k 选案，a 受理；到场后写处置说明、拍照上传，手机上也一样。核查和结案由主管部门办理。",
  case: "看证据", case_text: "打开任意案件：事发前后的轨迹、速度与载重曲线、触发的阈值、准运证、冲洗和过磅记录都在一页，可下载带签名的证据包，用 muckline evidence verify 离线核验。",
  playback: "回放一辆车的一夜", playback_text: "选车和时段，1 至 60 倍速；空格播放，方向键步进，拖动曲线车就跟着走。停留、行程、违规都标在时间轴上。",
  trucks: "查一辆车", trucks_text: "按车牌、终端、企业、工地或区域时段查车；一个月的日历上点一天就到回放。",
  places: "画一块禁区", places_text: "在地图上画工地、消纳点、禁行区和线路，保存后规则立即按新边界判断，也可导入导出 GeoJSON。",
  rules: "调一条规则", rules_text: "改阈值前先用最近几天的真实记录试算：会多出哪些、少了哪些，一目了然。",
  statistics: "看数字", statistics_text: "按日、区、企业、违规类型统计，日报月报可下载 XLSX 和 PDF。",
  wall: "上大屏", wall_text: "没有菜单的指挥大屏，自动轮播最新严重案件。",
  report: "上报一处", report_text: "巡查时用手机拍照上报：带位置和车牌，系统自动找出当时在附近的车。",
  own: "只看到自己", own_text: "企业账号只能看到本企业的车辆、案件和扣分；别家的车连编号都查不到。",
  scores: "看扣分、提申诉", scores_text: "案件结案即按记分标准扣分；每一笔都能看到案件和依据，不认可就在线申诉。",
  apply: "申报准运证", apply_text: "为自己的车辆申报、变更、延期准运证：存草稿、提交、按意见补正；有一份被退回，等您修改后再提交。",
  permits: "审批准运证", permits_text: "企业的申报按等待时间排队，车辆合规、工地方量、消纳能力、重复许可先替您查好；核准时可附条件，准运证随即生效。",
  manifests: "对联单", manifests_text: "一车一单：出场扫码、入场扫码，与实际轨迹比对，未闭环的一眼可见。",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    title: "Begin here", hello: "Welcome, {name}. The things that matter most, in a few minutes:", open: "Open",
    live: "See the city", live_text: "Every truck where it is now: a full mark is loaded or parked, a hollow one empty or silent; a pin is an open case, its sign how grave. Click one for its load, speed and open cases; zoomed in, it shows its heading and plate.",
    cases: "Work a case", cases_text: "Every violation becomes a case by itself; what to begin with stands at the right. j and k choose, a acknowledges; assign, handle, verify and close at the right without leaving the page. A false positive asks for its reason and counts against its rule.",
    sent: "Work what you are sent to", sent_text: "Mine shows the cases assigned to you. j and k choose, a acknowledges; on the spot, write down what was done and add photos, also on a phone. The bureau verifies and closes.",
    case: "Look at the evidence", case_text: "Open any case: the track before and after, speed and load with the thresholds that fired, permit, washer and weighbridge on one page, and a signed bundle that muckline evidence verify checks offline.",
    playback: "Play back a truck's night", playback_text: "Choose truck and time, 1 to 60 times as fast; Space plays, arrows step, and the truck follows the cursor that you drag on the chart. Stops, trips and violations are marked.",
    trucks: "Look up a truck", trucks_text: "By plate, terminal, company, site, or area and time; a click on a day of its month leads to the playback.",
    places: "Draw a closed area", places_text: "Draw sites, dump points, zones and routes on the map; rules judge by them from the moment they are saved. GeoJSON in and out.",
    rules: "Tune a rule", rules_text: "Try a threshold on the records of the last days before it is in force: what would appear, what would vanish.",
    statistics: "Read the figures", statistics_text: "By day, district, company and kind; daily and monthly reports as XLSX and PDF.",
    wall: "Fill the wall", wall_text: "The control room's screen without menus, which turns to each new critical case.",
    report: "Report a place", report_text: "On patrol, with a phone: photo, place and plate; the trucks that were there are found by themselves.",
    own: "See only yourself", own_text: "A company sees its own trucks, cases and deductions; of another's not even an id can be asked for.",
    scores: "See deductions, appeal", scores_text: "A closed case takes points by the bureau's table; each deduction shows its case and its basis, and can be objected to here.",
    apply: "Apply for a permit", apply_text: "Permits for your own trucks, their changes and extensions: keep a draft, send it in, correct what was asked for. One was sent back and waits for you.",
    permits: "Decide on permits", permits_text: "What companies apply for, the longest waiting first, with what to look at: trucks that fail, a site's volume, a dump point's capacity, permits that overlap. Approve with conditions, and the permit is in force.",
    manifests: "Match manifests", manifests_text: "One truck, one paper: scanned out, scanned in, compared with the way that was driven; what was not closed stands out.",
  },
};

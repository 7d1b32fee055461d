import type { Words } from "../pages/page";

const zh = {
  share: "分享", title: "分享链接", hint: "持有链接的人无需登录即可查看，仅限这一项；内容以您当前的权限为准，不含人员姓名和联系方式。", masked: "面向公众：隐藏车牌、企业和车辆编号", is_masked: "已脱敏", lasts: "有效期", hours: "{count} 小时", days: "{count} 天",
  make: "生成链接", link: "链接", copy: "复制", copied: "链接已复制", once: "请现在复制，关闭后不再显示。", yours: "您分享的有效链接", until: "有效至 {time}", revoke: "撤销", revoked: "链接已撤销", close: "关闭",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    share: "Share", title: "Share a link", hint: "Whoever has the link sees this one thing without logging in, as far as you may see it then; names and contacts of people are left out.",
    masked: "For the public: hide plate, company and id of the truck", is_masked: "masked", lasts: "Works for", hours: "{count} h", days: "{count} {count|day|days}",
    make: "Make a link", link: "Link", copy: "Copy", copied: "The link was copied", once: "Copy it now: it is not shown again.", yours: "Your links to this that work", until: "Until {time}", revoke: "Revoke", revoked: "The link has ended", close: "Close",
  },
};

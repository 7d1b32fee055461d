import type { Words } from "../pages/page";

const zh = {
  fact: "记录", notice: "提示", warning: "警告", critical: "严重",
  new: "待受理", acknowledged: "已受理", assigned: "已派遣", handled: "已处置", verified: "已核查", closed: "已结案",
  false_positive: "误报",
  close: "关闭", cancel: "取消", previous: "上一页", next: "下一页", page: "第 {page} 页", retry: "重试",
  failed: "未能完成", unreachable: "无法连接服务器，请检查网络。", from: "开始时间", to: "结束时间", loading: "正在加载",
  nothing: "暂无内容",
};

export const words: Words<keyof typeof zh> = {
  zh,
  en: {
    fact: "Fact", notice: "Notice", warning: "Warning", critical: "Critical",
    new: "New", acknowledged: "Acknowledged", assigned: "Assigned", handled: "Handled", verified: "Verified",
    closed: "Closed", false_positive: "False positive",
    close: "Close", cancel: "Cancel", previous: "Previous", next: "Next", page: "Page {page}", retry: "Try again",
    failed: "That did not work", unreachable: "The server cannot be reached; check the network.", from: "From", to: "To",
    loading: "Loading", nothing: "Nothing here",
  },
};

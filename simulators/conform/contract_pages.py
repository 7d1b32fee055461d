"""Where the contract says what a check holds a terminal to: one row for each part, a section of both pages."""

from __future__ import annotations

import re
from typing import NamedTuple

FOLDER = "docs/contract"


class Part(NamedTuple):
    """A section of the contract: its number, the same in both languages, and its titles."""

    number: int
    en: str
    zh: str

    def where(self, language: str) -> str:
        """Return the section's place in the page of a language, `en` or `zh`."""
        title = f"{self.number}. {self.en if language == 'en' else self.zh}"
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        return f"{FOLDER}/{language}.md#{anchor}"


PAGES: dict[str, Part] = {
    "connection": Part(2, "Identity and connection", "身份与连接"),
    "topics": Part(3, "Topics", "主题"),
    "identity": Part(4, "Records, epoch and seq", "记录、epoch 与 seq"),
    "resend": Part(5, "Commit acknowledgements", "提交确认"),
    "storage": Part(6, "Storage", "存储"),
    "reporting": Part(7, "When to record", "何时记录"),
    "time": Part(8, "Time", "时间"),
    "position": Part(9, "Positions, units and sensors", "位置、单位与传感器"),
    "sensors": Part(10, "Faults and alarms", "故障与报警"),
    "json": Part(11, "Report as JSON", "JSON 报告"),
    "bin": Part(12, "Report as binary", "二进制报告"),
    "nmea": Part(13, "Report as NMEA", "NMEA 报告"),
    "events": Part(14, "Events of washers and gates", "洗车机与卡口的事件"),
    "state": Part(15, "State", "状态"),
    "downlink": Part(16, "Downlink", "下行"),
    "limits": Part(17, "Limits", "上限"),
    "records": Part(18, "What is rejected, and why", "拒收及其原因"),
    "versions": Part(19, "Versions and how they may change", "版本与变更"),
}

"""Words for statuses, steps and sources of cases, in the city's own terms."""

from __future__ import annotations

from supervision.kinds import Words

STATUSES: dict[str, Words] = {
    "new": Words("待受理", "New"),
    "acknowledged": Words("已受理", "Acknowledged"),
    "assigned": Words("已派遣", "Assigned"),
    "handled": Words("已处置", "Handled"),
    "verified": Words("已核查", "Verified"),
    "closed": Words("已结案", "Closed"),
    "false_positive": Words("误报", "False positive"),
}

STEPS: dict[str, Words] = {
    "open": Words("立案", "Open"),
    "event": Words("并入事件", "Event joined"),
    "withdrawn": Words("事件撤回", "Event withdrawn"),
    "acknowledge": Words("受理", "Acknowledge"),
    "assign": Words("派遣", "Assign"),
    "extend": Words("延期", "Extend"),
    "handle": Words("处置", "Handle"),
    "verify": Words("核查", "Verify"),
    "close": Words("结案", "Close"),
    "send_back": Words("退回", "Send back"),
    "false_positive": Words("误报", "False positive"),
    "comment": Words("备注", "Comment"),
    "reopen": Words("重新立案", "Reopen"),
    "call_back": Words("回访", "Call back"),
    "confirm_vehicle": Words("确认车辆", "Confirm the truck"),
}

SOURCES: dict[str, Words] = {
    "event": Words("系统发现", "Found by a rule"),
    "hotline": Words("市民举报", "Citizen's report"),
    "patrol": Words("巡查上报", "Patrol's report"),
    "inbox": Words("部门移送", "From another bureau"),
}

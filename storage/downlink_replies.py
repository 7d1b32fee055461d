"""What terminals answered to commands, written with the batch it came in: in any order, any number of times.

A batch reads the commands that are named once; an answer that changes nothing and was heard before costs no write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection

from storage.downlink_life import after_reply, has_ended
from storage.times import utc
from storage.write_batch import DeviceStateRow, ReplyRow

DIFFERENT_MOST = 50  # answers of one command that are kept; a terminal that says more is broken, not informative
STRAYS_MOST = 1000  # of one terminal; the newest stay
BACK_STATES = ("boot", "online")


@dataclass(slots=True)
class _Known:
    command_no: int
    status: str
    answers: set[tuple[str, str]]


def apply_replies(connection: Connection, rows: Sequence[ReplyRow]) -> None:
    """Write what terminals answered; the same answers again change nothing."""
    if not rows:
        return
    known = _read(connection, rows)
    strays: dict[tuple[int, str, str, str], ReplyRow] = {}
    for row in sorted(rows, key=lambda one: known[one.name].command_no if one.name in known else 0):
        if row.name in known:
            _apply(connection, row, known[row.name])
        else:
            strays[(*row.name, row.status, row.result)] = row
    _keep_strays(connection, [strays[name] for name in sorted(strays)])


def send_again_to_who_is_back(connection: Connection, states: Sequence[DeviceStateRow], now_ms: int) -> None:
    """Let what is open be sent at once to terminals that say that they are there again."""
    back = sorted({state.terminal_no for state in states if state.state in BACK_STATES})
    if back:
        connection.execute(SEND_AGAIN, {"back": back, "now": utc(now_ms)})


def _read(connection: Connection, rows: Sequence[ReplyRow]) -> dict[tuple[int, str], _Known]:
    names = sorted({row.name for row in rows})
    given = ([number for number, _ in names], [name for _, name in names])
    found = connection.execute(NAMED, given).fetchall()
    known = {(terminal, name): _Known(number, status, set()) for number, terminal, name, status in found}
    by_number = {one.command_no: one for one in known.values()}
    for number, detail, said in connection.execute(ANSWERS, [list(by_number)]).fetchall() if by_number else ():
        by_number[number].answers.add((said, detail))
    return known


def _apply(connection: Connection, row: ReplyRow, known: _Known) -> None:
    becomes = after_reply(known.status, row.status)
    answer = (row.status, row.result)
    changes = becomes != known.status
    if changes or (answer not in known.answers and len(known.answers) < DIFFERENT_MOST):
        detail = f"{row.status}: {row.result}" if row.result else row.status
        at = utc(row.received_at_ms)
        connection.execute(AUDIT, [known.command_no, at, row.device, known.status, becomes, detail])
    if changes:
        ended = has_ended(becomes)
        values = {"command_no": known.command_no, "status": becomes, "at": utc(row.received_at_ms), "ended": ended}
        connection.execute(CHANGE, values | {"result": row.result or None})
    known.status = becomes
    known.answers.add(answer)


def _keep_strays(connection: Connection, rows: Sequence[ReplyRow]) -> None:
    for row in rows:
        at = utc(row.received_at_ms)
        connection.execute(KEEP_STRAY, [row.terminal_no, row.command_id, row.status, row.result, at, at])
    for terminal_no in sorted({row.terminal_no for row in rows}):
        connection.execute(THIN_STRAYS, {"terminal_no": terminal_no, "most": STRAYS_MOST})


NAMED = """
select command_no, terminal_no, command_id, status from device_commands
where (terminal_no, command_id) in (select * from unnest(%s::integer[], %s::text[]))
order by command_no for update
"""
# The detail is "status: result", or the status alone.
ANSWERS = """
select command_no, case when position(': ' in detail) > 0 then substr(detail, position(': ' in detail) + 2) else '' end,
    split_part(detail, ':', 1)
from device_command_audit where command_no = any(%s) and what = 'reply'
"""
AUDIT = """
insert into device_command_audit (command_no, at, who, what, from_status, to_status, detail)
values (%s, %s, %s, 'reply', %s, %s, %s)
"""
CHANGE = """
update device_commands
set status = %(status)s, result = %(result)s,  -- what was said of an earlier status is in the audit
    delivered_at = least(coalesce(delivered_at, %(at)s), %(at)s),
    ended_at = case when %(ended)s then %(at)s end,
    due_at = case when not %(ended)s then due_at end
where command_no = %(command_no)s
"""
KEEP_STRAY = """
insert into device_stray_replies (terminal_no, command_id, status, result, received_at, last_received_at)
values (%s, %s, %s, %s, %s, %s)
on conflict (terminal_no, command_id, status, md5(result)) do update
set last_received_at = greatest(device_stray_replies.last_received_at, excluded.last_received_at)
"""
THIN_STRAYS = """
delete from device_stray_replies where terminal_no = %(terminal_no)s and stray_no <= (
    select stray_no from device_stray_replies where terminal_no = %(terminal_no)s
    order by stray_no desc offset %(most)s limit 1
)
"""
SEND_AGAIN = """
update device_commands set due_at = %(now)s
where command_no in (
    select command_no from device_commands
    where terminal_no = any(%(back)s) and status in ('pending', 'delivered') and due_at > %(now)s
    order by command_no for update
)
"""

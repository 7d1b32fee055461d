"""Commands and settings on their way to terminals: due, sent, expired, withdrawn; each step is audited.

    create ──> due ──claim──> sent ──> reply ──> ended
                 ^              │
                 └── back-off ──┘   until answered or expired

Nothing here knows the broker. What is sent again and when is decided by the table, so that whoever sends may be killed
at any point: it claims (the next sending is put off, committed) and then sends. Orders come from `downlink_orders`.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from storage.downlink_orders import payload_of
from storage.times import utc

FIRST_AGAIN_S = 5  # a terminal on a good link answers within two seconds
AGAIN_MOST_S = 3600  # who was away is sent to at once when it says that it is back
# For terminals that never say so, a quarter of the time left is the longest pause, and this the shortest such.
LATE_AGAIN_S = 30
PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Sending:
    """A message to publish now.

    Attributes:
        command_no: Which command.
        region: With kind and device the topic.
        payload: What a terminal reads; empty withdraws retained settings.
        expires_ms: When it is worth nothing any more, milliseconds since 1970-01-01 UTC.
    """

    command_no: int
    region: str
    terminal_kind: str
    device: str
    channel: str
    payload: bytes
    expires_ms: int = 0


def claim_due(connection: Connection, now_ms: int, most: int) -> list[Sending]:
    """Return what is to be sent now and put its next sending off; who claims at the same time gets others."""
    parameters = {"now": utc(now_ms), "most": most, "first": FIRST_AGAIN_S, "again_most": AGAIN_MOST_S}
    parameters["late"] = LATE_AGAIN_S
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(CLAIM, parameters).fetchall()
    return [sending for sending in map(_sending, rows) if sending is not None]


def _sending(row: DictRow) -> Sending | None:
    """Return the message of a claimed row; None for what an earlier release took and terminals would refuse now."""
    try:
        payload = payload_of(row["command_id"], row["kind"], row["body"], row["expires_ms"])
    except ValueError:
        return None
    names = (row["region"], row["terminal_kind"], row["device"], row["channel"])
    return Sending(row["command_no"], *names, payload, row["expires_ms"])


def expire(connection: Connection, now_ms: int) -> int:
    """End what nobody answered in time, and return how many that were."""
    row = connection.execute(EXPIRE, {"now": utc(now_ms), "who": PLATFORM}).fetchone()
    return int(row[0]) if row else 0


def to_withdraw(connection: Connection, now_ms: int, most: int) -> list[Sending]:
    """Return the retained settings that must not stand on the broker any more.

    That is what was refused, has expired, belongs to a terminal that was suspended, or to a city that no longer allows
    settings. Ask again until `withdrawn` has been told: only then is it certain.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(TO_WITHDRAW, {"now": utc(now_ms), "most": most}).fetchall()
    return [
        Sending(row["command_no"], row["region"], row["terminal_kind"], row["device"], "config", b"") for row in rows
    ]


def has_work(connection: Connection, now_ms: int) -> bool:
    """Return whether there is anything to be sent or withdrawn."""
    row = connection.execute(HAS_WORK, {"now": utc(now_ms), "most": 1}).fetchone()
    return bool(row and row[0])


def not_sent(connection: Connection, command_nos: list[int], now_ms: int) -> None:
    """Hear that the broker never confirmed these: they are due again at once."""
    connection.execute(NOT_SENT, [utc(now_ms), command_nos])


def withdrawn(connection: Connection, command_nos: list[int], now_ms: int) -> None:
    """Hear that the broker has taken these retained settings away; open ones are due once they may be sent again."""
    connection.execute(WITHDRAWN, {"gone": command_nos, "now": utc(now_ms)})


def count_by_status(connection: Connection) -> dict[str, int]:
    """Return how many commands there are of each status."""
    rows = connection.execute("select status, count(*) from device_commands group by status").fetchall()
    return {str(status): int(count) for status, count in rows}


_ALLOWED = """
    coalesce((select city.value -> 'allowed' from city where member = 'downlink') ? device_commands.kind, false)
"""
# A city that no longer allows a kind, or a terminal that is suspended, keeps what is open from being sent.
_DUE = f"""
    device_commands.status in ('pending', 'delivered') and due_at <= %(now)s and expires_at > %(now)s
    and terminals.status = 'active' and retired_at is null and region is not null and {_ALLOWED}
"""

CLAIM = f"""
with chosen as (
    select command_no, device_commands.status, sends, region, terminals.kind as terminal_kind, terminal_id
    from device_commands join terminals using (terminal_no)
    where {_DUE}
    order by due_at, command_no limit %(most)s
    for update of device_commands skip locked
), sent as (
    update device_commands as c
    set sends = c.sends + 1, last_sent_at = %(now)s, is_retained = c.channel = 'config',
        due_at = %(now)s + interval '1 second' * case c.channel
            when 'config' then %(first)s * power(2, least(c.sends, 24))  -- it stands on the broker meanwhile
            else least(
                %(first)s * power(2, least(c.sends, 24)), %(again_most)s,
                greatest(%(late)s, extract(epoch from c.expires_at - %(now)s) / 4)
            )
        end
    from chosen where c.command_no = chosen.command_no
    returning c.*
), superseded as (
    update device_commands as older set is_retained = false
    from sent
    where older.terminal_no = sent.terminal_no and older.is_retained and older.command_no < sent.command_no
        and sent.channel = 'config'
), audited as (
    insert into device_command_audit (command_no, at, who, what, from_status, to_status)
    select command_no, %(now)s, 'platform', 'sent', status, status from chosen where sends = 0 order by command_no
)
select sent.command_no, sent.command_id, sent.channel, sent.kind, sent.body, region, terminal_kind,
    terminal_id as device, (extract(epoch from expires_at) * 1000)::bigint as expires_ms
from sent join chosen using (command_no)
order by sent.command_no
"""  # noqa: S608 - made of our own statement

EXPIRE = """
with chosen as (
    select command_no, status, sends from device_commands
    where status in ('pending', 'delivered') and expires_at <= %(now)s
    order by command_no limit 10000 for update skip locked
), ended as (
    update device_commands as c set status = 'expired', ended_at = expires_at, due_at = null
    from chosen where c.command_no = chosen.command_no
), audited as (
    insert into device_command_audit (command_no, at, who, what, from_status, to_status, detail)
    select command_no, %(now)s, %(who)s, 'expired', status, 'expired', 'sent ' || sends || ' times' from chosen
    order by command_no
)
select count(*) from chosen
"""

# Of a terminal the newest settings stand on the broker; a terminal that is gone from the registry keeps its region.
TO_WITHDRAW = f"""
select command_no, coalesce(region, '000000') as region, terminals.kind as terminal_kind, terminal_id as device
from device_commands join terminals using (terminal_no)
where
    is_retained
    and (device_commands.status in ('refused', 'expired') or expires_at <= %(now)s
        or terminals.status <> 'active' or retired_at is not null or not {_ALLOWED})
order by command_no limit %(most)s
"""  # noqa: S608 - made of our own statement

# What was put off for as long as it stood on the broker does not stand there any more.
WITHDRAWN = """
update device_commands
set is_retained = false, due_at = case when status in ('pending', 'delivered') then %(now)s end
where command_no = any(%(gone)s)
"""

NOT_SENT = """
update device_commands set due_at = %s
where command_no = any(%s) and status in ('pending', 'delivered') and due_at is not null
"""

HAS_WORK = f"""
select exists (
    select from device_commands join terminals using (terminal_no) where {_DUE}
) or exists ({TO_WITHDRAW})
"""  # noqa: S608 - made of our own statement

"""What is known of when washers were heard, a bit a minute, and the departures that late records of them speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from rules_engine.device_log import MINUTE_MS, Heard
from storage.copy_binary import BIGINT, INTEGER, array_parameter
from storage.times import utc

DAY_MIN = 1440
# Records older than 60 days are refused; what they are judged by must be known around them.
KEEP_DAYS = 62


@dataclass(frozen=True, slots=True)
class Departed:
    """Departures from a site that are to be judged again where that has been done: those between two instants. [ms]"""

    site_id: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class WasherNews:
    """What a batch makes known of when washers were heard.

    Attributes:
        terminal_no: Whose, shape (M,).
        minute: Which minute, counted from 1970, likewise.
        unread: Whether a passage was not to be read in it, else it was heard in it, likewise.
        departed: The departures that it speaks of.
        within_s: How long after a departure its verdict is given, at least and at most. [s]
    """

    terminal_no: list[int] = field(default_factory=list)
    minute: list[int] = field(default_factory=list)
    unread: list[bool] = field(default_factory=list)
    departed: list[Departed] = field(default_factory=list)
    within_s: tuple[float, float] = (600.0, 600.0)


def write_news(connection: Connection, news: WasherNews) -> None:
    """Enter what has become known, and let trucks wait whose departures were judged without knowing it.

    To be called in the batch's transaction, after its trips are written.
    """
    if not news.minute:
        return
    connection.execute(
        ENTER,
        {
            "terminal_no": array_parameter(INTEGER, np.array(news.terminal_no)),
            "minute": array_parameter(BIGINT, np.array(news.minute)),
            "unread": news.unread,
        },
    )
    if news.departed:
        least_s, most_s = (timedelta(seconds=s) for s in news.within_s)
        connection.execute(
            QUEUE,
            {
                "site_id": [each.site_id for each in news.departed],
                "from_time": [utc(each.from_ms) for each in news.departed],
                "to_time": [utc(each.to_ms) for each in news.departed],
                "least": least_s,
                "most": most_s,
            },
        )


def read_heard(connection: Connection, *, keep_days: int = KEEP_DAYS) -> Heard:
    """Return when each washer was heard in the days before the newest one known."""
    heard = Heard()
    with connection.cursor(binary=True) as cursor:
        cursor.execute(READ, {"keep_days": keep_days})
        for terminal_id, heard_ms, unread_ms in _times(cursor.fetchall()):
            heard.recall(terminal_id, heard_ms, unread_ms)
    return heard


@dataclass(frozen=True, slots=True)
class Changed:
    """A washer's day of which something became known since it was last looked at."""

    terminal_no: int
    day: date
    changes: int


def changed_days(connection: Connection) -> list[Changed]:
    """Return the days that are to be looked at."""
    return [Changed(*row) for row in connection.execute(CHANGED).fetchall()]


def note_looked_at(connection: Connection, days: Sequence[Changed]) -> None:
    """Note how much of these days was known when they were looked at."""
    connection.cursor().executemany(LOOKED_AT, [(each.changes, each.terminal_no, each.day) for each in days])


def heard_since(connection: Connection, since_ms: int) -> dict[str, list[int]]:
    """Return by washer the minutes in which it was heard since the beginning of a day, and the last one before that."""
    day = datetime.fromtimestamp(since_ms / 1000, UTC).date()
    since_min = since_ms // MINUTE_MS
    minutes: dict[str, list[int]] = {}
    with connection.cursor(binary=True) as cursor:
        cursor.execute(SINCE, {"day": day})
        for terminal_id, heard_ms, _ in _times(cursor.fetchall()):
            known = (heard_ms // MINUTE_MS).tolist()
            earlier = [minute for minute in known if minute < since_min]
            minutes[terminal_id] = earlier[-1:] + [minute for minute in known if minute >= since_min]
    return minutes


def known_until_ms(connection: Connection) -> int | None:
    """Return the time of the newest record of any truck or washer, None where there is none. [ms]"""
    row = connection.execute(KNOWN_UNTIL).fetchone()
    return None if row is None or row[0] is None else int(row[0])


Row = tuple[str, date, bytes, bytes]


def _times(rows: Sequence[Row]) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield by washer when it was heard and when it could not read, from rows in order. [ms]"""
    start = 0
    for stop in range(1, len(rows) + 1):
        if stop == len(rows) or rows[stop][0] != rows[start][0]:
            own = rows[start:stop]
            day_min = np.array([(day - date(1970, 1, 1)).days for _, day, _, _ in own], np.int64) * DAY_MIN
            yield rows[start][0], _minutes(day_min, [row[2] for row in own]), _minutes(day_min, [row[3] for row in own])
            start = stop


def _minutes(day_min: NDArray[np.int64], days: list[bytes]) -> NDArray[np.int64]:
    """Return the instants at which the minutes set in some days begin; each day's bits follow their number. [ms]"""
    bits = np.frombuffer(b"".join(day[4:] for day in days), np.uint8).reshape(len(days), -1)
    row, minute = np.unpackbits(bits, axis=1, count=DAY_MIN).nonzero()
    return (day_min[row] + minute) * MINUTE_MS


_NOBODY = f"repeat('0', {DAY_MIN})::bit({DAY_MIN})"
_BIT = f"set_bit({_NOBODY}, (minute %% {DAY_MIN})::integer, 1)"

ENTER = f"""
insert into washers_heard as known (terminal_no, day, heard, unread)
select
    terminal_no, date '1970-01-01' + (minute / {DAY_MIN})::integer,
    bit_or(case when unread then {_NOBODY} else {_BIT} end), bit_or(case when unread then {_BIT} else {_NOBODY} end)
from unnest(%(terminal_no)b, %(minute)b, %(unread)s::boolean[]) as news (terminal_no, minute, unread)
group by 1, 2 order by 1, 2
on conflict (terminal_no, day) do update
set heard = known.heard | excluded.heard, unread = known.unread | excluded.unread, changes = known.changes + 1
"""  # noqa: S608 - made of our own expressions

# A trip may leave its site more than once; after a day on its way it does not come back with the same load. Verdicts
# that have not been given yet will know what is known now.
QUEUE = """
insert into rejudge_queue (vehicle_no, from_time, to_time, revision)
select vehicle_no, min(since), max(until), nextval('rejudge_revisions')
from (
    select
        vehicle_no, greatest(left_site_at, departed.from_time) as since,
        departed.to_time + %(most)s + interval '1 second' as until
    from
        unnest(%(site_id)s::text[], %(from_time)s::timestamptz[], %(to_time)s::timestamptz[])
            as departed (site_id, from_time, to_time)
        join trips on
            trips.site_id = departed.site_id and left_site_at <= departed.to_time
            and left_site_at >= departed.from_time - interval '1 day'
        join latest using (vehicle_no)
    where
        withdrawn_at is null and (end_time is null or end_time >= departed.from_time)
        and latest.fix_time > departed.from_time + %(least)s
) as judged
group by vehicle_no order by vehicle_no
on conflict (vehicle_no) do update
set from_time = least(rejudge_queue.from_time, excluded.from_time),
    to_time = greatest(rejudge_queue.to_time, excluded.to_time), revision = excluded.revision
"""

READ = """
select terminal_id, day, heard, unread
from washers_heard join terminals using (terminal_no)
where day >= (select max(day) from washers_heard) - %(keep_days)s::integer
order by terminal_id, day
"""

SINCE = """
select terminal_id, day, heard, unread
from washers_heard as known join terminals using (terminal_no)
where day >= coalesce(
    (select max(day) from washers_heard as earlier where earlier.terminal_no = known.terminal_no and day < %(day)s),
    %(day)s
)
order by terminal_id, day
"""

CHANGED = "select terminal_no, day, changes from washers_heard where changes > looked_at order by day"
LOOKED_AT = "update washers_heard set looked_at = %s where terminal_no = %s and day = %s"
KNOWN_UNTIL = f"""
select (extract(epoch from greatest(
    (select max(fix_time) from latest),
    (select max(day + interval '1 minute' * ({DAY_MIN} - position('1' in reverse(heard::text)))) at time zone 'UTC'
     from washers_heard where day = (select max(day) from washers_heard))
)) * 1000)::bigint
"""  # noqa: S608

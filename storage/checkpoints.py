"""Carry rows kept in the database, from which a truck's past can be judged again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import args_row

from storage.times import to_ms, utc
from storage.write_batch import Checkpoint


def write_checkpoints(connection: Connection, checkpoints: Sequence[Checkpoint]) -> None:
    """Keep the checkpoints; one with the same key is replaced."""
    if not checkpoints:
        return
    connection.cursor().executemany(
        WRITE,
        [(c.vehicle_no, utc(c.fix_time_ms), c.epoch, c.seq, c.mark, c.layout, c.row) for c in checkpoints],
    )


def newest_checkpoints(connection: Connection, layout: str) -> list[Checkpoint]:
    """Return the newest checkpoint of each truck that this layout can read, by vehicle number."""
    return connection.cursor(row_factory=args_row(_checkpoint)).execute(NEWEST, [layout]).fetchall()


def checkpoint_before(connection: Connection, vehicle_no: int, before_ms: int, layout: str) -> Checkpoint | None:
    """Return a truck's newest checkpoint before an instant, None where it must be judged from its first row.

    A checkpoint that shares its instant with a later row of the truck is passed over: what was found at that instant
    could have been found before it or after it, and by time alone nobody could tell.
    """
    cursor = connection.cursor(row_factory=args_row(_checkpoint))
    return cursor.execute(BEFORE, {"vehicle_no": vehicle_no, "before": utc(before_ms), "layout": layout}).fetchone()


def checkpoints_after(connection: Connection, vehicle_no: int, after_ms: int, layout: str) -> list[Checkpoint]:
    """Return a truck's checkpoints after an instant that this layout can read, in order."""
    cursor = connection.cursor(row_factory=args_row(_checkpoint))
    return cursor.execute(AFTER, {"vehicle_no": vehicle_no, "after": utc(after_ms), "layout": layout}).fetchall()


def delete_checkpoints_between(
    connection: Connection, vehicle_no: int, start: Checkpoint | None, until: Checkpoint | None
) -> None:
    """Delete a truck's checkpoints after one of its own and before another; None is before all, or after all."""
    first = BEFORE_ALL if start is None else _key(start)
    last = AFTER_ALL if until is None else _key(until)
    connection.execute(DELETE_BETWEEN, [vehicle_no, *first, *last])


def prune_checkpoints(connection: Connection, before_ms: int) -> int:
    """Delete checkpoints before an instant except the newest of each truck, and return how many.

    Records older than the accepted window are refused, so nothing is judged again from before it.
    """
    return connection.execute(PRUNE, [utc(before_ms)]).rowcount


def thin_checkpoints(connection: Connection, before_ms: int) -> int:
    """Keep of the checkpoints before an instant only the last one of each truck and day (UTC); return how many went."""
    return connection.execute(THIN, [utc(before_ms)]).rowcount


def _key(checkpoint: Checkpoint) -> tuple[datetime, int, int, int]:
    return utc(checkpoint.fix_time_ms), checkpoint.mark, checkpoint.epoch, checkpoint.seq


def _checkpoint(vehicle_no: int, fix_time: datetime, *rest: Any) -> Checkpoint:
    return Checkpoint(vehicle_no, to_ms(fix_time), *rest)


COLUMNS = "vehicle_no, fix_time, epoch, seq, mark, layout, carry"

WRITE = f"""
insert into checkpoints ({COLUMNS}) values (%s, %s, %s, %s, %s, %s, %b)
on conflict (vehicle_no, fix_time, mark, epoch, seq) do update set layout = excluded.layout, carry = excluded.carry
"""  # noqa: S608 - made of our own column names

NEWEST = f"""
select distinct on (vehicle_no) {COLUMNS} from checkpoints where layout = %s
order by vehicle_no, fix_time desc, mark desc, epoch desc, seq desc
"""  # noqa: S608

BEFORE = f"""
select {COLUMNS} from checkpoints as c
where
    vehicle_no = %(vehicle_no)s and fix_time < %(before)s and layout = %(layout)s
    and not exists (
        select from fixes as f
        where
            f.vehicle_no = c.vehicle_no and f.fix_time = c.fix_time
            and (0, f.epoch, f.seq) > (c.mark, c.epoch, c.seq)
    )
    and not exists (
        select from device_events as e
        where
            e.vehicle_no = c.vehicle_no and e.event_time = c.fix_time
            and (c.mark = 0 or (e.epoch, e.seq) <> (c.epoch, c.seq))
    )
order by fix_time desc, mark desc, epoch desc, seq desc
limit 1
"""  # noqa: S608

AFTER = f"""
select {COLUMNS} from checkpoints
where vehicle_no = %(vehicle_no)s and fix_time > %(after)s and layout = %(layout)s
order by fix_time, mark, epoch, seq
"""  # noqa: S608

# No row bears such keys.
BEFORE_ALL = ("-infinity", -1, -1, -1)
AFTER_ALL = ("infinity", -1, -1, -1)

DELETE_BETWEEN = """
delete from checkpoints
where
    vehicle_no = %s
    and (fix_time, mark, epoch, seq) > (%s::timestamptz, %s, %s, %s)
    and (fix_time, mark, epoch, seq) < (%s::timestamptz, %s, %s, %s)
"""

PRUNE = """
delete from checkpoints as c
where
    fix_time < %s
    and exists (select from checkpoints as later where later.vehicle_no = c.vehicle_no and later.fix_time > c.fix_time)
"""

THIN = """
delete from checkpoints as c using (
    select
        vehicle_no, fix_time, mark, epoch, seq,
        row_number() over (
            partition by vehicle_no, fix_time::date order by fix_time desc, mark desc, epoch desc, seq desc
        ) as place
    from checkpoints where fix_time < %s
) as old
where
    old.place > 1 and c.vehicle_no = old.vehicle_no and c.fix_time = old.fix_time and c.mark = old.mark
    and c.epoch = old.epoch and c.seq = old.seq
"""

"""Keeping the table `latest`: the newest fix of each truck, and where it was seen last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from storage.copy_binary import DOUBLE, TIMESTAMPTZ, Column, copy_rows, timestamps
from storage.fix_rows import TYPES, fix_columns
from storage.write_batch import StoredFixes


def prepare(connection: Connection) -> None:
    """Make the connection's own table that `update_latest` goes through: twenty arrays to `unnest` cost twice that."""
    connection.execute("create temp table if not exists newest (like latest) on commit delete rows")


def update_latest(connection: Connection, rows: StoredFixes) -> None:
    """Let `latest` show these rows, sorted by key, where they are newer than what it shows; never the other way."""
    if len(rows) == 0:
        return
    newest, seen = newest_rows(rows)
    copy_rows(connection, "newest", _columns(rows, newest, seen))
    shown = connection.execute(UPDATE_LATEST).rowcount
    if shown < len(newest):
        connection.execute(INSERT_LATEST)
    if not rows.fresh[seen].all():
        connection.execute(UPDATE_POSITION)


def _columns(rows: StoredFixes, newest: NDArray[np.intp], seen: NDArray[np.intp]) -> list[Column]:
    """Return the newest rows, with the position and its time from `seen`."""
    lat_deg, lon_deg = rows.fixes.lat_deg[seen], rows.fixes.lon_deg[seen]
    nowhere = np.isnan(lat_deg)
    position_time = timestamps(rows.fixes.fix_time_ms[seen])
    columns = [column for column in fix_columns(rows.take(newest)) if column.name not in POSITION]
    return columns + [
        Column(name, sql_type, values, nowhere)
        for (name, sql_type), values in zip(POSITION.items(), (position_time, lat_deg, lon_deg), strict=True)
    ]


def newest_rows(rows: StoredFixes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each truck, in ascending order, the index of its newest row and of its newest row with a position.

    The rows are sorted by key. Where a truck has no position in any row, the second index points at a row without one.
    Both of shape (V,).
    """
    starts = np.flatnonzero(np.append(True, rows.vehicle_no[1:] != rows.vehicle_no[:-1]))
    newest = np.append(starts[1:], len(rows)) - 1
    at = np.where(np.isnan(rows.fixes.lat_deg), -1, np.arange(len(rows)))
    seen = np.maximum.reduceat(at, starts)
    return newest, np.where(seen < 0, newest, seen)


POSITION = {"position_time": TIMESTAMPTZ, "lat_deg": DOUBLE, "lon_deg": DOUBLE}

_SEEN_LATER = "newest.position_time > coalesce(latest.position_time, '-infinity')"
_NAMES = ", ".join((*TYPES, "position_time"))
# Which of two rows has the newer position is not decided by which of them is newer.
_SET = [f"{name} = newest.{name}" for name in TYPES if name not in ("vehicle_no", *POSITION)] + [
    f"{name} = case when {_SEEN_LATER} then newest.{name} else latest.{name} end" for name in POSITION
]

# Updating and then inserting what is not there yet costs half of `on conflict do update`.
UPDATE_LATEST = f"""
update latest set {", ".join(_SET)}
from newest
where
    latest.vehicle_no = newest.vehicle_no
    and (newest.fix_time, newest.epoch, newest.seq) > (latest.fix_time, latest.epoch, latest.seq)
"""  # noqa: S608 - made of our own column names

INSERT_LATEST = f"insert into latest ({_NAMES}) select {_NAMES} from newest on conflict do nothing"  # noqa: S608

# For late rows: the truck's newest fix may have no position, and a late one a newer position than the one shown.
UPDATE_POSITION = f"""
update latest set position_time = newest.position_time, lat_deg = newest.lat_deg, lon_deg = newest.lon_deg
from newest
where latest.vehicle_no = newest.vehicle_no and {_SEEN_LATER}
"""  # noqa: S608

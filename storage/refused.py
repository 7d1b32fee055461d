"""Finding the rows that the database refuses, so that their neighbours are stored, and keeping what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import orjson
import psycopg
from numpy.typing import NDArray
from psycopg import Connection

from firmware_contracts.columns import ABSENT
from storage.write_batch import DeviceEventRow, RejectedRow, StoredFixes

# Their data's fault, not the server's and not ours; everything else is raised.
REFUSALS = (psycopg.DataError, psycopg.IntegrityError, orjson.JSONEncodeError, UnicodeEncodeError, OverflowError)

CONFLICT = "conflict"
REFUSED = "refused_by_database"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that may not be stored."""

    index: int
    reason: str
    detail: str


def write_what_is_accepted(
    connection: Connection, index: NDArray[np.intp], write: Callable[[NDArray[np.intp]], int]
) -> tuple[int, list[Refused]]:
    """Write the rows, halving them where the database refuses until only the bad ones are left.

    Args:
        connection: In a transaction; each attempt is a savepoint.
        index: The rows to write, shape (N,).
        write: Writes the rows it is given and returns how many were new.

    Returns:
        How many were new, and the refused ones.
    """
    if len(index) == 0:
        return 0, []
    try:
        with connection.transaction():
            return write(index), []
    except REFUSALS as error:
        if len(index) == 1:
            return 0, [Refused(int(index[0]), REFUSED, _message(error))]
    middle = len(index) // 2
    first_count, first_refused = write_what_is_accepted(connection, index[:middle], write)
    second_count, second_refused = write_what_is_accepted(connection, index[middle:], write)
    return first_count + second_count, first_refused + second_refused


def conflicts(index: Iterable[int]) -> list[Refused]:
    """Return the rows as refused because their identity was stored with another content."""
    detail = "expected the same content as the stored record of this terminal, epoch and seq, got another"
    return [Refused(int(number), CONFLICT, detail) for number in index]


def rejected_fixes(connection: Connection, rows: StoredFixes, refused: list[Refused]) -> list[RejectedRow]:
    """Return the refused fixes as rejected records, their values as JSON."""
    return [
        RejectedRow(
            device=device,
            reason=row.reason,
            detail=row.detail,
            payload=orjson.dumps(_fix_values(rows, row.index)),
            topic="",
            received_at_ms=int(rows.received_at_ms[row.index]),
            epoch=int(rows.fixes.epoch[row.index]),
            seq=int(rows.fixes.seq[row.index]),
        )
        for device, row in _with_device(connection, refused, lambda n: int(rows.terminal_no[n]))
    ]


def rejected_device_events(
    connection: Connection, rows: list[DeviceEventRow], refused: list[Refused]
) -> list[RejectedRow]:
    """Return the refused device events as rejected records, their values as JSON."""
    return [
        RejectedRow(
            device=device,
            reason=row.reason,
            detail=row.detail,
            payload=_any_json(asdict(rows[row.index])),
            topic="",
            received_at_ms=rows[row.index].received_at_ms,
            epoch=rows[row.index].epoch,
            seq=rows[row.index].seq,
        )
        for device, row in _with_device(connection, refused, lambda n: rows[n].terminal_no)
    ]


def _with_device(
    connection: Connection, refused: list[Refused], terminal_no: Callable[[int], int]
) -> list[tuple[str, Refused]]:
    numbers = [terminal_no(row.index) for row in refused]
    found = connection.execute("select terminal_no, terminal_id from terminals where terminal_no = any(%s)", [numbers])
    names: dict[int, str] = dict(found.fetchall())
    return [(names.get(number, str(number)), row) for number, row in zip(numbers, refused, strict=True)]


def _fix_values(rows: StoredFixes, index: int) -> dict[str, Any]:
    # Not when it was received: the same record sent again must have the same bytes, so that it is counted.
    values: dict[str, Any] = {"vehicle_no": int(rows.vehicle_no[index]), "terminal_no": int(rows.terminal_no[index])}
    for field in fields(rows.fixes):
        if field.name != "message":
            value = getattr(rows.fixes, field.name)[index].item()
            values[field.name] = None if value == ABSENT and field.name in _SWITCHES else value
    return values


_SWITCHES = ("satellites", "cover", "ignition", "main_power")


def _any_json(values: dict[str, Any]) -> bytes:
    """Return the values as JSON, also those that the database could not take."""
    values.pop("received_at_ms")
    values.pop("fresh")
    try:
        return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError:
        return repr(values).encode("utf-8", "backslashreplace")


def _message(error: Exception) -> str:
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return error.diag.message_primary
    return str(error)

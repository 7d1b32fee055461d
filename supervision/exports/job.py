"""The task of the queue that makes an ordered export: into a file beside, then in pieces into the database.

It may be run twice and by two workers: whoever takes the order makes it, the other finds it taken. What cannot be made
is written down as failed; what breaks on the way is tried again by the queue.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from typing import IO
from uuid import UUID

import psycopg
from psycopg import Connection

from storage.exports import (
    CHUNK_BYTES,
    FILE_MOST_BYTES,
    add_chunk,
    end_export,
    fail_export,
    read_asker,
    release_export,
    take_export,
    tell_progress,
)
from supervision.exports.formats import STREAMED_ROWS
from supervision.exports.make import expected_rows, write_export
from supervision.exports.order import OrderRefused, file_name, read_order
from supervision.exports.rows import Asker

Connect = Callable[[], AbstractContextManager[Connection]]


def make_ordered_export(connect: Connect, export_id: UUID) -> None:
    """Make an export, unless it has been made.

    Raises:
        StillMade: Somebody is at it.
    """
    with connect() as telling, connect() as reading:
        taken = take_export(telling, export_id)
        if taken is None:
            return
        try:
            _make(telling, reading, export_id, taken)
        except OrderRefused as error:
            fail_export(telling, export_id, str(error))
        except BaseException:
            with suppress(psycopg.OperationalError):  # then it is taken again once it has been quiet for long enough
                release_export(telling, export_id)
            raise


def _make(telling: Connection, reading: Connection, export_id: UUID, taken: dict[str, object]) -> None:
    order = read_order(str(taken["what"]), str(taken["format"]), taken["query"])  # type: ignore[arg-type]
    asker = read_asker(telling, int(str(taken["user_no"])))
    if asker is None:
        raise OrderRefused("expected a user who may log in, it was disabled meanwhile")
    now = datetime.now(UTC)
    tell_progress(telling, export_id, 0, expected_rows(reading, order, Asker(*asker)))
    with tempfile.TemporaryFile() as target:
        rows = write_export(
            reading,
            order,
            Asker(*asker),
            target,
            now=now,
            rows_most=STREAMED_ROWS,
            progress=lambda done: tell_progress(telling, export_id, done),
        )
        _keep(telling, export_id, target)
    end_export(telling, export_id, rows, file_name(order, now))


def _keep(connection: Connection, export_id: UUID, file: IO[bytes]) -> None:
    if file.seek(0, 2) > FILE_MOST_BYTES:
        raise OrderRefused(f"expected up to {FILE_MOST_BYTES} bytes, got {file.tell()}; ask for less")
    file.seek(0)
    with connection.transaction():
        for number, data in enumerate(iter(lambda: file.read(CHUNK_BYTES), b"")):
            add_chunk(connection, export_id, number, data)

"""Epoch 0 means that seq is no counter: stored once each, told apart by the key of the row, in nobody's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from storage_rows import add_registry, batch, fixes, together

from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.ledger_news import settle
from storage.write_batch import Received

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as connection:
        add_registry(connection)
        yield connection


def uncounted(truck: int, seqs: list[int], **readings: Any) -> Any:
    return fixes(truck, seqs, epoch=0, **readings)


def count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_no_ledger_grows_and_what_comes_again_is_a_duplicate(connection: psycopg.Connection[Any]) -> None:
    rng = np.random.default_rng(4)
    seqs = rng.choice(100_000, 300, replace=False).tolist()
    counted = fixes(2, range(50))
    result = BatchWriter(connection).write(batch(together(uncounted(1, seqs), counted)))
    assert (result.inserted, result.duplicates) == (350, 0)
    for writer in (BatchWriter(connection), BatchWriter(connection)):
        for fresh in (True, False):
            again = writer.write(batch(together(uncounted(1, seqs[::-1], fresh=fresh), counted)))
            assert (again.inserted, again.duplicates, again.conflicts) == (0, 350, 0)
    assert count(connection, "fixes") == 350
    settle(connection)
    assert connection.execute("select terminal_no, epoch from ledger").fetchall() == [(2, 7)]


def test_one_batch_may_hold_a_record_twice(connection: psycopg.Connection[Any]) -> None:
    result = BatchWriter(connection).write(batch(together(uncounted(1, [5, 9]), uncounted(1, [9], fresh=False))))
    assert (result.inserted, result.duplicates) == (2, 1)


def test_another_content_under_the_same_key_is_kept_as_conflict(connection: psycopg.Connection[Any]) -> None:
    writer = BatchWriter(connection)
    writer.write(batch(uncounted(1, [5])))
    assert writer.write(batch(uncounted(1, [5], fresh=False, speed_mps=99.0))).conflicts == 1
    assert count(connection, "fixes") == 1
    assert connection.execute("select device, reason, epoch, seq from rejected").fetchall() == [
        ("T1", "conflict", 0, 5)
    ]


def test_what_was_refused_leaves_no_ledger_either(connection: psycopg.Connection[Any]) -> None:
    refused = Received(np.array([1, 2], np.int32), np.array([0, 3]), np.array([77, 4]))
    BatchWriter(connection).write(batch(received=refused))
    settle(connection)
    assert connection.execute("select terminal_no, epoch from ledger").fetchall() == [(2, 3)]

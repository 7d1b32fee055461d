"""Figures of days keep up with whatever changes: years of history at once, and a trip that no event tells of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.figures import MOST_DAYS, refresh_figures
from tests.storage_rows import add_registry, batch, event, trip

DAYS = 2 * MOST_DAYS + 10
A_DAY = 8_640  # fixes of `tests.storage_rows`
NOW = datetime(2026, 5, 29, 12, tzinfo=UTC) + timedelta(days=DAYS)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


def counted(connection: psycopg.Connection[Any]) -> dict[Any, int]:
    """Return violations by day, as they stand in the table."""
    rows = connection.execute("select day, sum(violations) from event_figures where hour = -1 group by day").fetchall()
    return dict(rows)


def test_a_change_of_more_days_than_one_run_takes_is_counted_to_its_end(connection: psycopg.Connection[Any]) -> None:
    events = [event(day * A_DAY, end_seq=day * A_DAY + 9) for day in range(DAYS)]
    BatchWriter(connection).write(batch(events=events))
    runs = []
    while (count := refresh_figures(connection, NOW)) == MOST_DAYS:
        runs.append(count)
        assert len(runs) <= DAYS // MOST_DAYS, "the same days are counted again and again"
    assert list(counted(connection).values()) == [1] * DAYS
    # All of it is withdrawn, as when a year is judged anew with other limits: the tables follow to the end.
    connection.execute("update events set withdrawn_at = now()")
    runs = []
    while (count := refresh_figures(connection, NOW)) == MOST_DAYS:
        runs.append(count)
        assert len(runs) <= DAYS // MOST_DAYS
    assert set(counted(connection).values()) == {0}
    assert refresh_figures(connection, NOW) <= 3


def test_a_weighbridge_that_speaks_a_week_later_is_counted(connection: psycopg.Connection[Any]) -> None:
    BatchWriter(connection).write(batch(trips=[trip(1)]))
    now = datetime(2026, 6, 10, tzinfo=UTC)
    refresh_figures(connection, now)
    mass = "select sum(mass_kg) from trip_figures where hour = -1"
    assert connection.execute(mass).fetchone() == (15_000.0,)
    BatchWriter(connection).write(batch(trips=[trip(1, weighed_kg=9_000.0)]))
    refresh_figures(connection, now)
    assert connection.execute(mass).fetchone() == (9_000.0,)

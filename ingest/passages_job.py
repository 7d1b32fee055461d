"""Passages whose plate or tag nobody knew are looked up again: a truck may be registered after it has been seen.

What a washer could not name then goes on excusing other trucks around that minute: to take the excuse back would make a
violation out of a late registration.
"""

from __future__ import annotations

import structlog

from firmware_contracts.plates import PlateIndex
from ingest.job import JobContext
from storage.passages import Match, match, unmatched

log = structlog.get_logger(__name__)

WINDOW_MS = 62 * 86_400_000  # what is older is not judged again


def match_passages(context: JobContext) -> None:
    """Give each passage that the world in force can name its truck, which is then judged again."""
    world = context.world
    index = PlateIndex.of(world.plates, world.tags)
    passages = unmatched(context.connection, context.now_ms - WINDOW_MS)
    rows = [(passage, index.row(passage.plate, passage.tag)) for passage in passages]
    found = [Match(passage, int(world.vehicle_no[row])) for passage, row in rows if row >= 0]
    if found:
        log.info("passages_matched", passages=match(context.connection, found))

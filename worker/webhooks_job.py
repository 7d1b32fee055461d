"""Documents of the exchange are pushed to webhooks: the feed, for those who would rather be called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import psycopg
import structlog
from psycopg import Connection

from storage import exchange
from storage.notices_deliveries import enqueue, has_room
from supervision.exchange.documents import document
from supervision.masking import masks_of
from supervision.webhooks import message
from worker.job import JobContext

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 100  # of each type, for one webhook in one transaction


def push_documents(context: JobContext) -> bool:
    """Put what changed since each webhook's positions into its queue; return whether there is more."""
    more = False
    for webhook in exchange.read_webhooks(context.connection):
        try:
            more = push(context.connection, webhook, context.now) or more
        except psycopg.errors.QueryCanceled:  # what takes long for one reader must not keep the others waiting for ever
            log.warning("webhook_takes_long", channel_id=str(webhook["channel_id"]))
    return more


def push(connection: Connection, webhook: Mapping[str, Any], now: datetime) -> bool:
    """Put one webhook's documents into its queue, and move its positions with the same transaction."""
    channel_id = webhook["channel_id"]
    more = False
    with connection.transaction():
        positions = exchange.take_webhook(connection, channel_id)
        if positions is None or not has_room(connection, channel_id):
            return False
        moved: dict[str, int] = {}
        for name in webhook["document_types"]:
            rows, upto, full = exchange.read_rows(
                connection, webhook["owner_no"], name, positions.get(name, 0), ROWS_AT_ONCE
            )
            for row in rows:
                if row.get("severity", 3) < webhook["min_severity"]:
                    continue
                one = document(name, row, masks_of(webhook["role"]))
                enqueue(
                    connection,
                    channel_id,
                    about=name,
                    object_id=one["id"],
                    title=f"muckline.{name}",
                    body=orjson.dumps(message(f"muckline.{name}", one, now)).decode(),
                    now=now,
                )
            if upto != positions.get(name, 0):
                moved[name] = upto
            more = more or full
        if moved:
            exchange.move_webhook(connection, channel_id, moved)
    return more

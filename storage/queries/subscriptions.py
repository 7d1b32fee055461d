"""Channels and subscriptions of one person. Sealed URLs and secrets are not read here: they are never answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

_CHANNELS = """
    select channel_id, kind, c.name, u.name as owner, shared, owner_no = %(owner)s as yours,
        coalesce(scheme, split_part(url, ':', 1)) as scheme, case when owner_no = %(owner)s then shown end as address,
        per_minute, document_types, min_severity,
        c.created_at, c.disabled_at is null as enabled, failures, paused_until,
        (select count(*) from deliveries d where d.channel_id = c.channel_id and d.status = 'waiting') as waiting
    from channels c join users u on u.user_no = c.owner_no
    where (owner_no = %(owner)s or %(colleagues)s and shared and c.disabled_at is null and exists (
            select from users me where me.user_no = %(owner)s and me.role not in ('association', 'public')
                and me.company_id is not distinct from u.company_id
        )) and kind = %(kind)s
"""
CHANNELS = f"{_CHANNELS} order by c.created_at, channel_id"
CHANNEL = f"{_CHANNELS} and channel_id = %(channel_id)s"

_SUBSCRIPTIONS = """
    select subscription_id, name, language, kinds, min_severity, district_ids, company_ids, reasons, channel_ids,
        to_char(quiet_from, 'HH24:MI') as quiet_from, to_char(quiet_to, 'HH24:MI') as quiet_to, quiet_passes,
        digest_over, levels, repeats, repeat_every_s, enabled, created_at, updated_at
    from subscriptions where owner_no = %(owner)s
"""
SUBSCRIPTIONS = f"{_SUBSCRIPTIONS} order by created_at, subscription_id"
SUBSCRIPTION = f"{_SUBSCRIPTIONS} and subscription_id = %(subscription_id)s"


# What its owner edits; the rest of a row comes of itself.
EDITED = (
    "name", "language", "kinds", "min_severity", "district_ids", "company_ids", "reasons", "channel_ids", "quiet_from",
    "quiet_to", "quiet_passes", "digest_over", "levels", "repeats", "repeat_every_s", "enabled",
)  # fmt: skip


async def read_channels(
    connection: AsyncConnection[Any], owner: int, kind: str, *, colleagues: bool = False
) -> list[DictRow]:
    """Return somebody's channels of a kind, and those that colleagues share where asked for; there are few."""
    return await _rows(connection, CHANNELS, {"owner": owner, "kind": kind, "colleagues": colleagues})


async def read_channel(connection: AsyncConnection[Any], owner: int, channel_id: UUID, kind: str) -> DictRow | None:
    """Return one of somebody's channels."""
    rows = await _rows(
        connection, CHANNEL, {"owner": owner, "kind": kind, "channel_id": channel_id, "colleagues": False}
    )
    return rows[0] if rows else None


async def read_subscriptions(connection: AsyncConnection[Any], owner: int) -> list[DictRow]:
    """Return somebody's subscriptions; there are few."""
    return await _rows(connection, SUBSCRIPTIONS, {"owner": owner})


async def read_subscription(connection: AsyncConnection[Any], owner: int, subscription_id: UUID) -> DictRow | None:
    """Return one of somebody's subscriptions."""
    rows = await _rows(connection, SUBSCRIPTION, {"owner": owner, "subscription_id": subscription_id})
    return rows[0] if rows else None


async def _rows(connection: AsyncConnection[Any], query: str, parameters: dict[str, Any]) -> list[DictRow]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()

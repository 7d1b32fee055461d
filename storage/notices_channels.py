"""Channels and subscriptions written by the people they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from storage.queries.subscriptions import EDITED, SUBSCRIPTION
from storage.revisions import assert_standing, edited, rows_of

OWNED_MOST = 50  # channels or subscriptions of one person: more is a mistake, or a nuisance

COUNT = {
    "channels": "select count(*) from channels where owner_no = %s and disabled_at is null",
    "subscriptions": "select count(*) from subscriptions where owner_no = %s",
}
ADD_CHANNEL = """
insert into channels
    (channel_id, owner_no, kind, name, url, secret, scheme, shown, per_minute, document_types, min_severity, positions,
        shared)
values (%(channel_id)s, %(owner_no)s, %(kind)s, %(name)s, %(url)s, %(secret)s, %(scheme)s, %(shown)s, %(per_minute)s,
    %(document_types)s, %(min_severity)s, %(positions)s, %(shared)s)
"""
CHANGE_CHANNEL = """
update channels set name = coalesce(%(name)s, name), url = coalesce(%(url)s, url),
    scheme = coalesce(%(scheme)s, scheme), shown = coalesce(%(shown)s, shown),
    per_minute = coalesce(%(per_minute)s, per_minute), document_types = coalesce(%(document_types)s, document_types),
    min_severity = coalesce(%(min_severity)s, min_severity), secret = coalesce(%(secret)s, secret),
    disabled_at = case when %(enabled)s then null when %(enabled)s is null then disabled_at else now() end,
    shared = coalesce(%(shared)s, shared), failures = 0, paused_until = null
where channel_id = %(channel_id)s and owner_no = %(owner_no)s and kind = %(kind)s
"""
DELETE_CHANNEL = "delete from channels where channel_id = %s and owner_no = %s and kind = %s"
USABLE_CHANNELS = """
select channel_id from channels c
where channel_id = any(%(channels)s) and kind = 'robot' and (
    owner_no = %(owner)s or shared and exists (
        select from users me, users colleague
        where me.user_no = %(owner)s and colleague.user_no = c.owner_no
            and me.company_id is not distinct from colleague.company_id and me.role not in ('association', 'public')
    )
)
"""
_COLUMNS = (
    "name", "language", "kinds", "min_severity", "district_ids", "company_ids", "reasons", "channel_ids", "quiet_from",
    "quiet_to", "quiet_passes", "digest_over", "levels", "repeats", "repeat_every_s", "enabled",
)  # fmt: skip
ADD_SUBSCRIPTION = f"""
insert into subscriptions (subscription_id, owner_no, {", ".join(_COLUMNS)})
values (%(subscription_id)s, %(owner_no)s, {", ".join(f"%({name})s" for name in _COLUMNS)})
"""  # noqa: S608 - our names
REPLACE_SUBSCRIPTION = f"""
update subscriptions set {", ".join(f"{name} = %({name})s" for name in _COLUMNS)}, updated_at = now()
where subscription_id = %(subscription_id)s and owner_no = %(owner_no)s
"""  # noqa: S608 - our names
DELETE_SUBSCRIPTION = "delete from subscriptions where subscription_id = %s and owner_no = %s"


class TooMany(Exception):  # noqa: N818 - reads as what it is
    """Somebody has as many channels or subscriptions as one person may have."""


def add_channel(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a channel.

    Raises:
        TooMany: Its owner has as many as one may have.
    """
    _leave_room(connection, "channels", row["owner_no"])
    connection.execute(ADD_CHANNEL, {**row, "positions": Jsonb(row["positions"])})


def change_channel(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Change what is not None of somebody's channel; False where there is none."""
    return connection.execute(CHANGE_CHANNEL, row).rowcount == 1


def delete_channel(connection: Connection, channel_id: UUID, owner_no: int, kind: str) -> bool:
    """Delete somebody's channel with its deliveries; False where there is none."""
    return connection.execute(DELETE_CHANNEL, [channel_id, owner_no, kind]).rowcount == 1


def not_usable(connection: Connection, owner_no: int, channel_ids: list[UUID]) -> list[UUID]:
    """Return those of some channels that are neither somebody's nor shared by a colleague."""
    rows = connection.execute(USABLE_CHANNELS, {"owner": owner_no, "channels": channel_ids})
    usable = {row[0] for row in rows}
    return [channel_id for channel_id in channel_ids if channel_id not in usable]


def add_subscription(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a subscription.

    Raises:
        TooMany: Its owner has as many as one may have.
    """
    _leave_room(connection, "subscriptions", row["owner_no"])
    connection.execute(ADD_SUBSCRIPTION, {**row, "levels": Jsonb(row["levels"])})


def replace_subscription(connection: Connection, row: Mapping[str, Any], *, expected: str | None) -> bool:
    """Replace somebody's subscription; False where there is none.

    Raises:
        EditedMeanwhile: It is not of the revision that its owner saw, in another window say.
    """
    with edited(connection, f"subscription {row['subscription_id']}"):
        parameters = {"owner": row["owner_no"], "subscription_id": row["subscription_id"]}
        for standing in rows_of(connection, SUBSCRIPTION, parameters):
            assert_standing(expected, {name: standing[name] for name in EDITED}, standing)
        return connection.execute(REPLACE_SUBSCRIPTION, {**row, "levels": Jsonb(row["levels"])}).rowcount == 1


def delete_subscription(connection: Connection, subscription_id: UUID, owner_no: int) -> bool:
    """Delete somebody's subscription; False where there is none."""
    return connection.execute(DELETE_SUBSCRIPTION, [subscription_id, owner_no]).rowcount == 1


def _leave_room(connection: Connection, table: str, owner_no: int) -> None:
    row = connection.execute(COUNT[table], [owner_no]).fetchone()
    if row is not None and row[0] >= OWNED_MOST:
        raise TooMany(f"expected up to {OWNED_MOST} {table} of one person")

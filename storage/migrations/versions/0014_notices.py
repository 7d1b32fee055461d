"""Subscriptions, deliveries and the queue of work."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0014_notices.sql")

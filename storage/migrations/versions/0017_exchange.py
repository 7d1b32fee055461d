"""The feed for other bureaux and their inbox."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0017_exchange.sql")

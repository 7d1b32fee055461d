"""Links with an expiry."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0019_shares.sql")

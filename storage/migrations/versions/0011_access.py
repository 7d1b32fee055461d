"""Who may see what: users, districts, the log of looks."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0011_access.sql")

"""What is known of when a washer was heard."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0004_washers_heard.sql")

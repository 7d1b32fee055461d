"""Re-judgements that somebody asked for."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0005_rejudging_asked.sql")

"""All numbers of a merged truck, and cases that were late once."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0024_merged_and_late.sql")

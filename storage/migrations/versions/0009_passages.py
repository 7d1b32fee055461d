"""Passages of washers and gates that name no known truck."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0009_passages.sql")

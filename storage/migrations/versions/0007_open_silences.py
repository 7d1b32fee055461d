"""Trucks that are silent now."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0007_open_silences.sql")

"""Events of devices and places, the life of every load, and daily balances."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0002_subjects_and_loads.sql")

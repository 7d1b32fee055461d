"""Alerts, cases and their steps."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0012_cases.sql")

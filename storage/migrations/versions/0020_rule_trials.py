"""Limits tried on the past before they are in force."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0020_rule_trials.sql")

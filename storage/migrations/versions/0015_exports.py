"""Exports that take longer than a request."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0015_exports.sql")

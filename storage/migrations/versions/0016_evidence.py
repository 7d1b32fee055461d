"""Signing keys and what was signed; reports."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0016_evidence.sql")

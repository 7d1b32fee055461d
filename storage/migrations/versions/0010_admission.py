"""Devices admitted, suspended and revoked."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0010_admission.sql")

"""Registers that people edit, with their history."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0013_registers.sql")

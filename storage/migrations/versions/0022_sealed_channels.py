"""Addresses of channels are kept encrypted, with a key that is not in the database; districts' reports are kept."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0022_sealed_channels.sql")

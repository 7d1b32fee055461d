"""Registry, records, what the rules found, and the books that keep them exact."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    run_sql("0001_foundation.sql")

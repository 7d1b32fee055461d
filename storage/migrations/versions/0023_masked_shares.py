"""Links that show a truck without telling which."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0023_masked_shares.sql")

"""Commands and settings sent to terminals."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0008_device_commands.sql")

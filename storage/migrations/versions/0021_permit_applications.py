"""Applications for permits."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0021_permit_applications.sql")

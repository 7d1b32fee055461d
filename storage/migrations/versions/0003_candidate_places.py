"""Candidate black sites and black dump points."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0003_candidate_places.sql")

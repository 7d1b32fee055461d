"""Points, deductions and appeals; manifests, projects and compliance."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0018_scores.sql")

"""The documents of the city as a whole and of its roads."""

from __future__ import annotations

from storage.migrations.run_sql import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create what it takes."""
    run_sql("0006_city_and_roads.sql")

"""Runs a migration's SQL file as it stands."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run_sql(name: str) -> None:
    """Run every statement of `versions/NAME` in the migration's transaction.

    The driver gets the text itself: SQLAlchemy would take `:name` and `%` for parameters.
    """
    sql = files("storage.migrations").joinpath("versions", name).read_text("utf-8")
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("expected an open connection, got none")
    connection.execute(sql)

"""Subscriptions, deliveries and the queue of work."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

from storage.migrations.run_sql import run_sql

revision = "0014"
down_revision = "0013"

# The library's functions name their tables without a schema: with a path of their own any session may call them.
BIND_FUNCTIONS = """
do $$
declare
    function regprocedure;
begin
    for function in select oid::regprocedure from pg_proc where pronamespace = 'queue'::regnamespace loop
        execute format('alter function %s set search_path = queue, pg_catalog', function);
    end loop;
end $$
"""


def upgrade() -> None:
    """Create the tables, and the queue as its library describes it."""
    run_sql("0014_notices.sql")
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("expected an open connection, got none")
    connection.execute("create schema if not exists queue")
    if connection.execute("select to_regclass('queue.procrastinate_jobs')").fetchone() != (None,):
        return
    path = connection.execute("select current_setting('search_path')").fetchone()[0]
    connection.execute("set local search_path = queue, pg_catalog")
    connection.execute(SchemaManager.get_schema())
    connection.execute("select set_config('search_path', %s, true)", [path])
    connection.execute(BIND_FUNCTIONS)

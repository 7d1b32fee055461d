"""Schema versions: each a thin Alembic script beside the SQL file that it runs. A published one is never edited."""

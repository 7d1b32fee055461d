"""Addresses as they may be shown: without the secrets in them."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict

SHOWN = ("user", "host", "port", "dbname")


def shown_url(url: str) -> str:
    """Return where a libpq URL or keyword string points, without password; empty for an empty one."""
    if not url:
        return ""
    known = {name: str(value) for name, value in conninfo_to_dict(url).items() if name in SHOWN}
    host = known.get("host", "local socket")
    port = known.get("port", "5432")
    return f"{known.get('user', '')}@{host}:{port}/{known.get('dbname', '')}".lstrip("@")

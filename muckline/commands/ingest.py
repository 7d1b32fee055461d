"""`muckline ingest`: MQTT to TimescaleDB, with the rules."""

from __future__ import annotations

import typer


def ingest(context: typer.Context) -> None:
    """Read the terminals' reports from the broker, judge them and store them, until told to stop (SIGTERM, Ctrl-C)."""
    import signal
    import threading

    from psycopg.conninfo import make_conninfo

    from embedded.broker import EmbeddedBroker
    from ingest.service import run
    from muckline.commands.db import database_address, told_plainly
    from muckline.settings import Settings

    settings: Settings = context.obj
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def ready(metrics_port: int) -> None:
        typer.echo(f"Muckline ingest is reading; metrics: http://{settings.ingest.metrics_host}:{metrics_port}/metrics")

    with told_plainly():
        url, password = database_address(settings)
        broker = settings.broker.address() if settings.broker.host else EmbeddedBroker(settings.embedded).ensure()
        run(settings.ingest, broker, make_conninfo(url, **({"password": password} if password else {})), stop, ready)

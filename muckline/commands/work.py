"""`muckline work`: the background process."""

from __future__ import annotations

import typer


def work(context: typer.Context) -> None:
    """Open cases, tell people, deliver webhooks, publish alerts, make reports, until told to stop (SIGTERM, Ctrl-C)."""
    import signal
    import threading

    from psycopg.conninfo import make_conninfo

    from embedded.broker import EmbeddedBroker
    from muckline.commands.db import database_address, told_plainly
    from muckline.commands.seal import seal_what_is_plain
    from muckline.settings import Settings
    from worker.service import run

    settings: Settings = context.obj
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with told_plainly():
        url, password = database_address(settings)
        broker = settings.broker.address() if settings.broker.host else EmbeddedBroker(settings.embedded).ensure()
        address = make_conninfo(url, **({"password": password} if password else {}))
        seal = seal_what_is_plain(settings, url, password)
        run(settings.work, broker, address, stop, lambda: typer.echo("Muckline work is running"), seal=seal)

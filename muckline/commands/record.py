"""`muckline record`: write down what the broker carries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def record(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The capture to write; compressed where its name ends in .gz.")],
    topic_filter: Annotated[
        str, typer.Option("--filter", help="MQTT filter of what to write down.")
    ] = "muck/v1/+/+/+/up/#",
    seconds: Annotated[float | None, typer.Option(min=0.0, help="Stop after this time; default: at Ctrl-C.")] = None,
) -> None:
    """Write every message that the broker carries into a capture, until Ctrl-C or for a time."""
    import asyncio

    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker
    from simulators.progress import PacedBar, counter_bar, stop_on_signals
    from simulators.record import record as write_record

    async def run() -> int:
        stop = stop_on_signals()
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, stop.set)
        with counter_bar() as progress:
            task = progress.add_task(f"Recording {topic_filter}", total=None, rate="")
            bar = PacedBar(progress, task)
            messages = await write_record(broker, out, stop, topic_filter=topic_filter, told=bar)
            bar.show(messages)
            return messages

    try:
        broker = resolve_broker(context.obj.embedded, context.obj.broker.address())
        typer.echo(f"{asyncio.run(run())} messages: {out}")
    except (AdmissionError, EmbeddedError, OSError) as error:
        typer.echo(f"Cannot record: {error}", err=True)
        raise typer.Exit(1) from error

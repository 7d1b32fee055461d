"""`muckline replay`: publish a capture to the broker."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

MAX_SPEED = 1000.0


class Shift(StrEnum):
    """What to do with the times in a capture."""

    NONE = "none"
    NOW = "now"


def replay(
    context: typer.Context,
    capture: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The capture (.ndjson or .ndjson.gz).")],
    speed: Annotated[
        str, typer.Option(help="How many times as fast as recorded, 1 to 1000, or max: as fast as the broker takes it.")
    ] = "1",
    shift: Annotated[
        Shift,
        typer.Option(
            help="now: move all times by one offset so that the recording ends now; else old fixes are rejected."
        ),
    ] = Shift.NONE,
) -> None:
    """Publish a capture to the broker, with its own timing or faster; say how punctual it was."""
    import asyncio

    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker
    from simulators.capture import CaptureError
    from simulators.live import unix_ms
    from simulators.progress import PacedBar, rated_bar
    from simulators.replay import ReplayError, Span, offset_to_end_now
    from simulators.replay import replay as publish

    factor = parse_speed(speed)
    try:
        broker = resolve_broker(context.obj.embedded, context.obj.broker.address())
        span = Span.of(capture)
        offset_ms = offset_to_end_now(span, factor, unix_ms()) if shift is Shift.NOW else 0
        with rated_bar() as progress:
            task = progress.add_task(f"Replaying {capture.name}", total=span.messages, rate="")
            bar = PacedBar(progress, task)
            result = asyncio.run(
                publish(
                    capture,
                    broker,
                    span=span,
                    speed=factor,
                    offset_ms=offset_ms,
                    told=bar,
                )
            )
            bar.show(result.messages)
    except (AdmissionError, CaptureError, ReplayError, EmbeddedError) as error:
        typer.echo(f"Cannot replay: {error}", err=True)
        raise typer.Exit(1) from error
    median, p95, p99, largest = result.late_ms
    typer.echo(
        f"{result.messages} messages in {result.seconds:.1f} s ({result.messages / max(result.seconds, 1e-9):.0f}/s); "
        f"late by {median} ms median, {p95} p95, {p99} p99, {largest} at most"
        + (f"; times moved by {result.offset_ms} ms" if result.offset_ms else "")
    )


def parse_speed(text: str) -> float:
    """Return a speed factor, infinity for `max`.

    Raises:
        typer.BadParameter: It is neither a number of 1 to 1000 nor `max`.
    """
    if text == "max":
        return float("inf")
    try:
        factor = float(text.removesuffix("x"))
    except ValueError:
        factor = 0.0
    if not 1.0 <= factor <= MAX_SPEED:
        raise typer.BadParameter(f"expected a speed of 1 to {MAX_SPEED:.0f}, or max, got {text!r}")
    return factor

"""`muckline conform`: whether a terminal conforms to contract v1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from firmware_contracts.transport import BrokerAddress
    from muckline.settings import Settings
    from simulators.conform.observed import Log


class Tools(NamedTuple):
    """What the bench has beside the broker: where the proxy listens, and somebody at the box."""

    host: str
    port: int | None
    hands: bool


def conform(
    context: typer.Context,
    *,
    device: Annotated[str, typer.Option(help="The terminal's device id.")],
    minutes: Annotated[
        float | None,
        typer.Option(min=0.2, help="How long it is driven, 13 to 19 where not given; below that steps are left out."),
    ] = None,
    capture: Annotated[Path | None, typer.Option(help="Judge a recording instead of a live terminal.")] = None,
    proxy: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Listen here for the terminal, so that its link can be broken."),
    ] = None,
    proxy_host: Annotated[str, typer.Option(help="Address that --proxy listens on.")] = "127.0.0.1",
    hands: Annotated[
        bool, typer.Option("--hands/--no-hands", help="Somebody is at the box and pulls antenna and power when told.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report as JSON.")] = None,
) -> None:
    """Say whether a terminal conforms to contract v1: 0 it does, 1 it does not, 2 not judged, or not to the end."""
    from rich.console import Console

    from admission.errors import AdmissionError
    from admission.names import device_name
    from simulators.conform.html_report import encode_page
    from simulators.conform.json_report import encode_verdict
    from simulators.conform.terminal_report import print_verdict
    from simulators.conform.verdict import judge

    try:
        device_name(device)
    except AdmissionError as error:
        raise typer.BadParameter(str(error)) from error
    for report in filter(None, (html, json)):
        _require_writable(report)
    if capture is not None:
        log = _from_capture(capture, device)
    else:
        log = _live(context.obj, device, minutes, Tools(proxy_host, proxy, hands))
    verdict = judge(log)
    print_verdict(verdict, Console())
    for path, encode in ((html, encode_page), (json, encode_verdict)):
        if path is not None:
            path.write_bytes(encode(verdict))
            typer.echo(f"Written: {path}", err=True)
    raise typer.Exit(verdict.exit_code)


def _require_writable(file: Path) -> None:
    """Refuse a report's file before the trial: a quarter of an hour later is too late to hear that it cannot be."""
    import os

    where = file if file.exists() else file.parent
    if file.is_dir() or not os.access(where, os.W_OK):
        raise typer.BadParameter(f"expected a file that can be written, got {file}")


def _from_capture(capture: Path, device: str) -> Log:
    from simulators.capture import CaptureError
    from simulators.conform.capture_log import read_log

    try:
        return read_log(capture, device)
    except (CaptureError, OSError) as error:
        typer.echo(f"Cannot judge: {error}", err=True)
        raise typer.Exit(2) from error


def _live(settings: Settings, device: str, minutes: float | None, tools: Tools) -> Log:
    import asyncio

    import aiomqtt

    from admission.errors import AdmissionError
    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker
    from simulators.conform.live import NotJudgedError

    at = "the embedded broker"
    try:
        broker = resolve_broker(settings.embedded, settings.broker.address())
        at = f"broker {broker.host}:{broker.port}"
        return asyncio.run(_drive(broker, device, minutes, tools))
    except (AdmissionError, EmbeddedError, NotJudgedError) as error:
        typer.echo(f"Cannot judge: {error}", err=True)
        raise typer.Exit(2) from error
    except (aiomqtt.MqttError, OSError) as error:
        typer.echo(f"Cannot judge: {at}: {error}", err=True)
        raise typer.Exit(2) from error


async def _drive(broker: BrokerAddress, device: str, minutes: float | None, tools: Tools) -> Log:
    from contextlib import AsyncExitStack

    from simulators.conform.bench import Bench
    from simulators.conform.live import NotJudgedError, Trial
    from simulators.conform.live import conform as hold_trial
    from simulators.conform.proxy import LinkProxy
    from simulators.conform.script import planned
    from simulators.conform.timing import Timing
    from simulators.progress import progress_bar, stop_on_signals

    steps, timing = planned(Timing(), minutes, has_proxy=tools.port is not None, has_hands=tools.hands)
    async with AsyncExitStack() as stack:
        link = None
        if tools.port is not None:
            serving = LinkProxy(broker.host, broker.port).serve(tools.port, tools.host)
            try:
                link = await stack.enter_async_context(serving)
            except OSError as error:
                raise NotJudgedError(f"the proxy cannot listen on {tools.host}:{tools.port}: {error}") from error
        progress = stack.enter_context(progress_bar())
        task = progress.add_task(f"Waiting for {device}", total=sum(step.seconds(timing) for step in steps))

        asked = shown = ""
        if not progress.console.is_terminal:
            typer.echo(f"Waiting for {device} on {broker.host}:{link.port if link else broker.port}", err=True)

        def told(bench: Bench | None) -> None:
            nonlocal asked, shown
            if bench is not None:
                if not progress.console.is_terminal and shown != bench.step.name:
                    shown = bench.step.name
                    typer.echo(f"{bench.spent_s:.0f} s  {shown}: {bench.step.en}", err=True)
                if bench.asks_for not in {"", asked}:
                    progress.console.bell()
                    progress.console.print(f"[bold yellow]{bench.step.en}\n{bench.step.zh}")
                asked = bench.asks_for
                progress.update(task, description=bench.step.en, completed=bench.spent_s)

        return await hold_trial(broker, Trial(device, steps, timing, told), stop_on_signals(), proxy=link)

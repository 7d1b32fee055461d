"""`muckline demo`: everything at once on one machine, with a simulated city or recorded trucks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from muckline.demo import Stack


def demo(
    context: typer.Context,
    real: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Folder of recorded traces (see docs/real-data.md) instead of the city."
        ),
    ] = None,
    without_dump_zones: Annotated[
        bool, typer.Option("--without-dump-zones", help="With --real: forget the dump points; dumps become illegal.")
    ] = False,
    seconds: Annotated[float | None, typer.Option(min=1.0, help="End after this long instead of on Ctrl-C.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city.")] = 1,
) -> None:
    """Bring up database, broker, ingest, API and a simulated city; tell what is found as it is found."""
    from rich.console import Console

    from embedded.errors import EmbeddedError
    from muckline.child import ChildDied
    from muckline.demo import running_stack
    from storage.errors import StorageError

    console = Console(highlight=False, soft_wrap=True)
    try:
        with running_stack(context.obj, console) as stack:
            if real is None:
                complete = _city(console, stack, seconds, seed)
            else:
                complete = _recording(console, stack, real, without_dump_zones=without_dump_zones)
    except (EmbeddedError, StorageError, ChildDied) as error:
        console.print(f"[red]{error}[/red]\n`muckline doctor` says more.")
        raise typer.Exit(1) from error
    raise typer.Exit(0 if complete else 1)


def _city(console: Console, stack: Stack, seconds: float | None, seed: int) -> bool:
    import asyncio

    from muckline.demo import Watch, run_city
    from simulators.progress import stop_on_signals
    from simulators.scenario import read_scenario

    scenario = read_scenario("demo")
    console.print(f"\n[bold]{scenario.title}[/bold]: {scenario.fleet.trucks} trucks of region 320412.")
    console.print(f"[bold]{stack.api_url}/docs[/bold]   the API, to try in the browser (no login yet)")
    console.print(f"{stack.api_url}/v1/events?kind=illegal_dumping   what was found, with its evidence")
    console.print(f"{stack.api_url}/v1/events/stream   events as they are found (curl -N)")
    console.print(f"{stack.api_url}/v1/positions/latest   where every truck is\n")
    console.print("What the rules find is told here as the API shows it. Ctrl-C ends the demo.\n")
    watch = Watch(stack, console.print)

    async def run() -> None:
        stop = stop_on_signals()
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, stop.set)
        await run_city(stack, scenario, seed, stop, watch)

    asyncio.run(run())
    return watch.complete


def _recording(console: Console, stack: Stack, folder: Path, *, without_dump_zones: bool) -> bool:
    import asyncio
    import tempfile
    import time

    from muckline.commands.import_traces import report_lines
    from muckline.demo import Watch, count_rows, run_recording
    from simulators.importers import ImporterError, ImportOptions, import_folder
    from simulators.progress import progress_bar
    from simulators.replay import Span
    from simulators.world_folder import read_world

    options = ImportOptions(now_ms=time.time_ns() // 1_000_000, without_dump_zones=without_dump_zones)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        try:
            with console.status(f"Importing {folder.name}"):
                report = import_folder(folder.resolve().name, folder, out, options)
        except ImporterError as error:
            raise typer.BadParameter(str(error)) from error
        for line in report_lines(report):
            console.print(line)
        stack.load_world(read_world(out / "world"))
        before = count_rows(stack.database_url)
        watch = Watch(stack, console.print)
        capture = out / "capture.ndjson.gz"
        span = Span.of(capture)
        with progress_bar() as progress:
            task = progress.add_task("Replaying", total=span.messages)
            result = asyncio.run(
                run_recording(stack, capture, span, watch, lambda sent: progress.update(task, completed=sent))
            )
    after = count_rows(stack.database_url)
    gained = ", ".join(f"{name} {after[name] - before.get(name, 0)}" for name in after)
    console.print(f"{result.messages} messages in {result.seconds:.1f} s. New rows: {gained}.")
    return after["fixes"] > before["fixes"]

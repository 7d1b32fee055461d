"""`muckline demo`: everything at once on one machine, with a simulated city or recorded trucks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from muckline.demo import Stack
    from muckline.settings import Settings


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
    seconds: Annotated[
        float | None, typer.Option(min=1.0, help="The city: end after this long instead of on Ctrl-C.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city.")] = 1,
) -> None:
    """Bring up database, broker, ingest, API and a simulated city; tell what is found as it is found.

    Exits with 1 when something it waits for was not found: every kind of violation within `--seconds`, or every event
    of a recording.
    """
    import signal
    import sys

    import psycopg
    from rich.console import Console

    from embedded.errors import EmbeddedError
    from muckline.child import ChildDied
    from muckline.demo import DemoRefused, NotReady
    from simulators.replay import ReplayError
    from storage.errors import StorageError

    console = Console(highlight=False, soft_wrap=True)
    # Told to end in the middle of starting, the ingest and the API that are started already must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if real is None:
            complete = _city(console, context.obj, seconds, seed)
        else:
            complete = _recording(console, context.obj, real, without_dump_zones=without_dump_zones)
    except DemoRefused as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
    except (EmbeddedError, StorageError, ChildDied, NotReady, ReplayError, psycopg.OperationalError) as error:
        console.print(f"{str(error).strip()}\n`muckline doctor` says more.", style="red", markup=False)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if complete else 1)


def _city(console: Console, settings: Settings, seconds: float | None, seed: int) -> bool:
    import asyncio
    import time

    from muckline.demo import WATCHER, Watch, city_world, draw_basemap, run_city, running_stack
    from muckline.demo_office import Office
    from simulators.progress import stop_on_signals
    from simulators.scenario import read_scenario

    scenario = read_scenario("demo")
    documents = city_world(scenario, seed)
    ground = draw_basemap(settings.embedded.home / "demo-basemap", scenario, seed)
    with running_stack(settings, console, documents, ground) as stack:
        office = Office(stack.database_url, documents, WATCHER)
        office.start()
        console.print(f"\n[bold]{scenario.title}[/bold]: {scenario.fleet.trucks} trucks of {scenario.city.region}.")
        _tell_where(console, stack)
        console.print(
            "What the rules find is told here as the API shows it, in the city's time. Ctrl-C ends the demo.\n"
        )
        watch = Watch(stack, documents, console.print)
        began = time.monotonic()

        async def run() -> None:
            stop = stop_on_signals()
            if seconds is not None:
                asyncio.get_running_loop().call_later(seconds, stop.set)
            await run_city(stack, scenario, seed, stop, watch)

        try:
            asyncio.run(run())
        finally:
            office.close()
    told_to_end = seconds is None or time.monotonic() - began < seconds
    return watch.complete or told_to_end


def _tell_where(console: Console, stack: Stack) -> None:
    """Print one address, the logins, and what to click first."""
    from muckline.demo_accounts import PASSWORD

    console.print(f"\n  [bold]{stack.api_url}/console/guide[/bold]   the console; begin with what this page lists\n")
    for account in stack.accounts:
        console.print(f"  login [bold]{account.name:<11}[/bold] password [bold]{PASSWORD}[/bold]   {account.sees}")
    console.print(f"\n  {stack.api_url}/docs   the API, to try in the browser with any of these logins")
    console.print('  curl -H "Authorization: Bearer $(.venv/bin/muckline user token supervisor)" \\')
    console.print(f"    '{stack.api_url}/v1/events?kind=illegal_dumping'\n")


def _recording(console: Console, settings: Settings, folder: Path, *, without_dump_zones: bool) -> bool:
    import asyncio
    import tempfile

    from muckline.commands.import_traces import report_lines
    from muckline.demo import running_stack
    from muckline.demo_recording import compare, event_line, read_recording, send, wait_until_judged
    from simulators.importers import ImporterError
    from simulators.progress import progress_bar

    with tempfile.TemporaryDirectory() as out:
        try:
            with console.status(f"Importing {folder.name}"):
                recorded = read_recording(folder, Path(out), without_dump_zones=without_dump_zones)
        except ImporterError as error:
            raise typer.BadParameter(str(error)) from error
        for line in report_lines(recorded.report):
            console.print(line)
        with running_stack(settings, console, recorded.documents) as stack:
            _tell_where(console, stack)
            with progress_bar() as progress:
                task = progress.add_task("Replaying", total=recorded.span.messages)
                sent = asyncio.run(send(stack, recorded, lambda count: progress.update(task, completed=count)))
            with console.status("Waiting until everything is stored and judged"):
                found = compare(stack, recorded, wait_until_judged(stack, recorded))
    for event in found.events:
        console.print(event_line(event))
    wanted = recorded.expected
    console.print(
        f"{sent.messages:,} messages sent in {sent.seconds:.1f} s; {found.fixes:,} of {wanted.fixes:,} fixes stored; "
        f"{len(found.events)} events from the API, {len(found.missing)} missing and {len(found.strange)} too many "
        f"against what `muckline detect` finds in the same capture."
    )
    console.print("The records stay in the database: `muckline api` serves them, with tracks and evidence.")
    return found.fixes == wanted.fixes and not found.missing and not found.strange

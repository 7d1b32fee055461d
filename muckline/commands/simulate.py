"""`muckline simulate`: a city whose truth is known, as files or live on a broker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from muckline.settings import Settings
    from simulators.scenario import Scenario


def simulate(
    context: typer.Context,
    scenario: Annotated[
        str,
        typer.Argument(
            help="A shipped scenario (demo, near_misses, fault_drill), a .toml file, or family:NAME, drawn from the "
            "seed (everyday, tempting, dumpers, drivers, tampering, bare, blind, canyon, night, harsh, sparse)."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for world/, capture.ndjson.gz, truth.ndjson and run.json; with --live only world and truth."
        ),
    ] = None,
    *,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city, trucks and incidents.")] = 1,
    hours: Annotated[
        float | None, typer.Option(min=0.0, help="After these hours no truck begins another trip.")
    ] = None,
    trucks: Annotated[int | None, typer.Option(min=1, help="How many trucks instead of the scenario's number.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Run on the broker, in real time, until Ctrl-C.")] = False,
    speed: Annotated[
        float, typer.Option(min=1.0, help="With --live: begin in the past and run this many times as fast until now.")
    ] = 1.0,
) -> None:
    """Simulate a city: write its world, a capture and the truth into a folder, or run it live on the broker."""
    from simulators.families import named_scenario
    from simulators.scenario import ScenarioError

    try:
        chosen = named_scenario(scenario, seed, trucks=trucks, hours=hours)
    except ScenarioError as error:
        raise typer.BadParameter(str(error)) from error
    if live:
        _simulate_live(context.obj, chosen, seed, speed, out)
    elif out is None:
        raise typer.BadParameter("expected --out DIR, or --live")
    else:
        _simulate_files(chosen, seed, out)


def _simulate_files(scenario: Scenario, seed: int, out: Path) -> None:
    from simulators.progress import progress_bar
    from simulators.simulate import simulate as write_simulation

    with progress_bar() as progress:
        task = progress.add_task(scenario.title, total=1.0)
        result = write_simulation(scenario, seed, out, lambda share: progress.update(task, completed=share))
    typer.echo(
        f"{result.trucks} trucks, {result.records} records in {result.messages} messages, "
        f"{result.happenings} happenings to be found, {result.overwritten} overwritten, {result.left} never sent: {out}"
    )


def _simulate_live(settings: Settings, scenario: Scenario, seed: int, speed: float, out: Path | None) -> None:
    import asyncio

    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker
    from simulators.live import run_live
    from simulators.progress import stop_on_signals
    from simulators.world_folder import write_world

    try:
        broker = resolve_broker(settings.embedded, settings.broker.address())
    except EmbeddedError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error

    async def keep_world(documents: dict[str, object]) -> None:
        if out is not None:
            write_world(out / "world", documents)
            typer.echo(f"World written to {out / 'world'}; load it with `muckline world-load` if it is not yet known.")

    async def run() -> None:
        truth = None if out is None else out / "truth.ndjson"
        simulation = await run_live(scenario, broker, seed, speed, stop_on_signals(), keep_world, truth=truth)
        offered = sum(station.terminal.counts.offered for station in simulation.stations)
        left = sum(len(station.terminal) for station in simulation.stations)
        typer.echo(f"{offered} records produced, {left} not yet acknowledged")

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    typer.echo(f"{scenario.title}: {scenario.fleet.trucks} trucks on {broker.host}:{broker.port}. Ctrl-C ends it.")
    asyncio.run(run())

"""`muckline simulate`: a city whose truth is known, as files or live on a broker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

JT808_SHARE = 0.1  # of the trucks, where a bridge is named and the scenario says nothing

if TYPE_CHECKING:
    from muckline.settings import Settings
    from simulators.scenario import Scenario


def simulate(
    context: typer.Context,
    scenario: Annotated[
        str,
        typer.Argument(
            help="A shipped scenario (demo, city, near_misses, fault_drill), a .toml file, or family:NAME, drawn "
            "from the seed (everyday, tempting, dumpers, drivers, tampering, bare, blind, canyon, night, harsh, "
            "sparse)."
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
    osm: Annotated[
        Path | None,
        typer.Option(
            help="An OpenStreetMap extract (.osm.pbf) whose streets the trucks drive instead of a made-up grid."
        ),
    ] = None,
    bridge: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="With --live: where JT/T 808 terminals connect (`muckline bridge jt808`). A scenario that names no "
            "share of them gets a tenth of its trucks.",
        ),
    ] = None,
) -> None:
    """Simulate a city: write its world, a capture and the truth into a folder, or run it live on the broker."""
    from admission.errors import AdmissionError
    from simulators.city import CityError
    from simulators.families import named_scenario
    from simulators.incident import NoRoomError
    from simulators.scenario import ScenarioError, on_streets

    try:
        chosen = named_scenario(scenario, seed, trucks=trucks, hours=hours)
    except ScenarioError as error:
        raise typer.BadParameter(str(error)) from error
    chosen = chosen if osm is None else on_streets(chosen, osm)
    chosen = _bridged(chosen, bridge, live=live)
    if not live and out is None:
        raise typer.BadParameter("expected --out DIR, or --live")
    try:
        if live:
            _simulate_live(context.obj, chosen, seed, speed, out, bridge)
        elif out is not None:
            _simulate_files(chosen, seed, out)
    except (AdmissionError, CityError, NoRoomError) as error:
        typer.echo(f"Cannot simulate: {error}", err=True)
        raise typer.Exit(1) from error


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


def _bridged(scenario: Scenario, bridge: str | None, *, live: bool) -> Scenario:
    """Return the scenario with JT/T 808 terminals where there is a bridge for them."""
    share = scenario.fleet.jt808
    if not live and (bridge is not None or share > 0.0):
        raise typer.BadParameter(
            "expected --live for JT/T 808 terminals: what they say reaches a capture by the bridge"
        )
    if bridge is None and share > 0.0:
        trucks = round(share * scenario.fleet.trucks)
        raise typer.BadParameter(f"expected --bridge HOST:PORT for the {trucks} trucks that speak JT/T 808, got none")
    return scenario if bridge is None else scenario.with_changes(jt808=share or JT808_SHARE)


def parse_bridge(text: str) -> tuple[str, int]:
    """Return host and port.

    Raises:
        typer.BadParameter: It is no HOST:PORT.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise typer.BadParameter(f"expected HOST:PORT, such as 127.0.0.1:6808, got {text!r}")
    return host.strip("[]"), int(port)


def _simulate_live(  # noqa: PLR0917 - the options of the command
    settings: Settings, scenario: Scenario, seed: int, speed: float, out: Path | None, bridge: str | None
) -> None:
    import asyncio

    from embedded.errors import EmbeddedError
    from embedded.stack import resolve_broker
    from simulators.live import LiveError, run_live
    from simulators.live_line import live_line
    from simulators.live_status import LiveStatus
    from simulators.progress import live_progress, stop_on_signals
    from simulators.world_folder import write_world

    where = None if bridge is None else parse_bridge(bridge)
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
        ended = LiveStatus()
        truth = None if out is None else out / "truth.ndjson"
        with live_progress() as progress:
            task = progress.add_task("Drawing the city", total=None)

            def tell(status: LiveStatus) -> None:
                nonlocal ended
                ended = status
                progress.update(task, description=live_line(status))

            await run_live(
                scenario,
                broker,
                seed,
                speed,
                stop_on_signals(),
                keep_world,
                truth=truth,
                told=tell,
                bridge=where,
            )
        typer.echo(f"{ended.offered} records produced, {ended.unacknowledged} not yet acknowledged")

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    typer.echo(f"{scenario.title}: {scenario.fleet.trucks} trucks on {broker.host}:{broker.port}. Ctrl-C ends it.")
    if bridge is not None:
        typer.echo(f"{scenario.fleet.jt808:.0%} of the trucks speak JT/T 808 to {bridge}.")
    try:
        asyncio.run(run())
    except LiveError as error:
        typer.echo(f"Cannot simulate: {error}", err=True)
        raise typer.Exit(1) from error

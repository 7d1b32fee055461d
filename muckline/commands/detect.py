"""`muckline detect`: judge a capture without broker or database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def detect(
    capture: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The capture (.ndjson or .ndjson.gz).")],
    world: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="World folder: sites, dump points, corridors, permits ..."),
    ],
    trips: Annotated[bool, typer.Option(help="Write trips too, as events of kind trip.")] = True,
) -> None:
    """Judge a capture: events (and trips) to standard output, one JSON object a line; a summary to standard error."""
    import sys

    from rules_engine.world import World, WorldError
    from simulators.capture import CaptureError
    from simulators.detect import detect as judge
    from simulators.detect import event_lines
    from simulators.progress import progress_bar
    from simulators.world_folder import WorldFolderError, read_world

    try:
        known = World.from_documents(read_world(world))
        with progress_bar() as progress:
            task = progress.add_task(f"Judging {capture.name}", total=1.0)
            found = judge(capture, known, lambda share: progress.update(task, completed=share))
    except (CaptureError, WorldError, WorldFolderError) as error:
        typer.echo(f"Cannot judge: {error}", err=True)
        raise typer.Exit(1) from error
    for line in event_lines(found, trips=trips):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    rejected = ", ".join(f"{reason} {count}" for reason, count in found.rejected.most_common() if count) or "none"
    typer.echo(
        f"{found.messages} messages, {found.fixes} fixes, {found.repeated} repeated records, rejected: {rejected}; "
        f"{len(found.events)} events, {len(found.trips)} trips",
        err=True,
    )

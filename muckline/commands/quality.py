"""`muckline quality`: how good detection is, as a page with tables, maps and charts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quality(
    *,
    out: Annotated[Path, typer.Option(help="Folder of the page and its pictures.")] = Path("docs"),
    runs: Annotated[int, typer.Option(min=1, help="Cities drawn of each family.")] = 2,
    trucks: Annotated[int, typer.Option(min=4, help="Trucks in each city.")] = 40,
    hours: Annotated[float, typer.Option(min=1.0, help="How long each city is watched; a day's work takes 24.")] = 24.0,
    family: Annotated[list[str] | None, typer.Option(help="Only this family; may be given again.")] = None,
    first_seed: Annotated[int, typer.Option(min=0, help="Seed of the first city of each family.")] = 10_000,
    data: Annotated[Path, typer.Option(help="Recordings, a folder for each source; left out where absent.")] = Path(
        "../shared/data"
    ),
    work: Annotated[Path, typer.Option(help="Where runs are kept, to be looked at.")] = Path(".muckline/quality"),
) -> None:
    """Simulate every family, score all rules against the truth, judge recordings, and write it down with pictures."""
    from simulators.families import FAMILIES
    from simulators.progress import progress_bar
    from simulators.quality.cases import draw_failures, draw_successes
    from simulators.quality.labels import SOURCES
    from simulators.quality.measure import Plan, measure
    from simulators.quality.recordings import judge_recordings
    from simulators.quality.report import Findings, write_report

    families = tuple(family or FAMILIES)
    if unknown := sorted(set(families) - set(FAMILIES)):
        raise typer.BadParameter(f"expected a family of {', '.join(FAMILIES)}, got {unknown[0]!r}")
    plan = Plan(families, runs, trucks, hours, first_seed)
    page = out / "detection-quality.md"
    with progress_bar() as progress:
        task = progress.add_task(f"{len(plan.names)} runs of {trucks} trucks", total=1.0)
        measured = measure(plan, work, lambda share: progress.update(task, completed=share))
        drawing = progress.add_task("Pictures", total=None)
        pictures = out / "detection-quality"
        for old in pictures.glob("*.png"):
            old.unlink()
        failures = draw_failures(measured.pooled, work, pictures, lambda: progress.update(drawing, advance=1))
        draw_successes([work / f"{name}-{seed}" for name, seed in plan.names], out / "rules")
        recorded = progress.add_task("Recordings", total=None)
        labels = [s for source, of in SOURCES.items() if (data / source).is_dir() for s in of(data / source)]
        recordings = judge_recordings(data, work / "recordings", lambda: progress.update(recorded, advance=1))
    write_report(Findings(measured, failures, labels, recordings), page)
    typer.echo(f"{page}: {measured.pooled.truck_days:.0f} truck-days, {len(failures)} pictures of failures")

"""`muckline rejudge`: apply the world now in force to the past."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.past_changes import Asked, Change
    from ingest.past_groups import GroupResult
    from ingest.past_workers import InForce
    from muckline.settings import Settings

TIME_HELP = "RFC 3339, such as 2026-03-01T00:00:00+08:00."
SIGNS = {"appears": "+", "vanishes": "-", "changes": "~"}
PLURALS = {"appears": "appear", "vanishes": "vanish", "changes": "change"}


def rejudge(
    context: typer.Context,
    *,
    from_: Annotated[
        str | None, typer.Option("--from", help=f"Judge from each truck's last checkpoint before; {TIME_HELP}")
    ] = None,
    to: Annotated[str | None, typer.Option(help=f"Change only what begins before; {TIME_HELP}")] = None,
    vehicle: Annotated[list[str] | None, typer.Option(help="Only this truck; may be repeated.")] = None,
    site: Annotated[str | None, typer.Option(help="Only trucks with a trip from this site in the span.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only events of this kind; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")] = False,
    limits: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="With --dry-run: limits on trial, as limits.json, in the place of the city's.",
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    show: Annotated[int, typer.Option(min=0, help="How many changes are listed.")] = 20,
    json_: Annotated[
        bool, typer.Option("--json", help="Write every change to standard output, one JSON object a line.")
    ] = False,
) -> None:
    """Judge the past again by the world now in force: show what appears, vanishes and changes, and put it in."""
    import os

    from psycopg.conninfo import make_conninfo

    from ingest.past_changes import Asked
    from muckline.commands.db import connected, database_address, told_plainly
    from rules_engine.world import WorldError

    settings: Settings = context.obj
    from_ms, to_ms = _instant("--from", from_), _instant("--to", to)
    if from_ms is not None and to_ms is not None and to_ms <= from_ms:
        raise typer.BadParameter(f"expected --to after --from, got {to} and {from_}")
    if limits is not None and not dry_run:
        raise typer.BadParameter("expected --dry-run with --limits: what is in force is changed in the world itself")
    trial = None if limits is None else _limits(limits)
    asked = Asked(from_ms, to_ms, frozenset(rule) if rule else None, dry_run)
    with connected(settings) as connection, told_plainly():
        try:
            in_force, trucks = _chosen(settings, connection, asked, vehicle or [], site, trial)
        except WorldError as error:
            typer.echo(f"Cannot judge: {error}", err=True)
            raise typer.Exit(1) from error
        url, password = database_address(settings)
        url = make_conninfo(url, **({"password": password} if password else {}))
        total = _judged(url, in_force, trucks, asked, workers or os.cpu_count() or 1, trial)
        names = dict(zip(in_force.world.vehicle_no.tolist(), in_force.world.vehicle_ids, strict=True))
        _tell(total.changes, names, show=show, as_json=json_)
        _summarize(total, asked)
        if total.left_to_ingest:
            _finish(settings, url, in_force, total.left_to_ingest)


def _instant(option: str, text: str | None) -> int | None:
    from storage.times import to_ms

    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"expected {option} as RFC 3339, got {text!r}") from error
    if instant.tzinfo is None:
        raise typer.BadParameter(f"expected {option} with its offset from UTC, got {text!r}")
    return to_ms(instant)


def _limits(file: Path) -> dict[str, Any]:
    import json

    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise typer.BadParameter(f"expected limits as JSON, got {file}: {error}") from error
    if not isinstance(document, dict):
        raise typer.BadParameter(f"expected an object with city, sites and companies, got {type(document).__name__}")
    return document


def _chosen(  # noqa: PLR0917 - as the command line has them
    settings: Settings,
    connection: Any,
    asked: Asked,
    vehicle_ids: list[str],
    site_id: str | None,
    trial: dict[str, Any] | None,
) -> tuple[InForce, list[int]]:
    """Return the world to judge by and the trucks."""
    from ingest.past_workers import wait_for_ingest, world_in_force
    from storage.history import trucks_concerned

    in_force = world_in_force(connection, trial)
    if strange := sorted(set(vehicle_ids) - set(in_force.world.vehicle_ids)):
        raise typer.BadParameter(f"expected trucks of the world, got {', '.join(strange)}")
    if site_id is not None and site_id not in in_force.world.site_ids:
        raise typer.BadParameter(f"expected a site of the world, got {site_id}")
    if not asked.is_dry:
        wait_for_ingest(connection, settings.ingest.client_id, in_force.number)
    trucks = trucks_concerned(
        connection, vehicle_ids=vehicle_ids, site_id=site_id, from_ms=asked.from_ms, to_ms=asked.to_ms
    )
    return in_force, trucks


def _judged(  # noqa: PLR0917 - likewise
    url: str, in_force: InForce, trucks: list[int], asked: Asked, workers: int, trial: dict[str, Any] | None
) -> GroupResult:
    """Return all results in one, while a bar shows how many trucks are done."""
    from ingest.past_groups import GroupResult
    from ingest.past_workers import judge_pasts
    from simulators.progress import progress_bar

    total = GroupResult()
    with progress_bar() as progress:
        task = progress.add_task(f"Judging {len(trucks)} trucks", total=len(trucks))
        for result in judge_pasts(url, in_force.number, trucks, asked, workers, limits=trial):
            total.add(result)
            rate = total.rows / max(progress.tasks[0].elapsed or 0.0, 1e-3)
            progress.update(
                task, advance=result.trucks, description=f"Judging {len(trucks)} trucks, {rate:,.0f} fixes/s"
            )
    return total


def _tell(changes: list[Change], names: dict[int, str], *, show: int, as_json: bool) -> None:
    import sys

    changes = sorted(changes, key=lambda change: (change.finding.start_ms, change.vehicle_no, change.finding.kind))
    if as_json:
        for change in changes:
            sys.stdout.buffer.write(_json_line(change, names))
        sys.stdout.buffer.flush()
        return
    for change in changes[:show]:
        typer.echo(_line(change, names))
    if len(changes) > show:
        typer.echo(f"... and {len(changes) - show:,} more (--show, --json)")


def _line(change: Change, names: dict[int, str]) -> str:
    from storage.times import utc

    start = utc(change.finding.start_ms).isoformat(timespec="seconds").replace("+00:00", "Z")
    left = ", left as it is: still under way" if change.is_left else ""
    what = f"{names[change.vehicle_no]} {change.finding.kind}"
    return f"{SIGNS[change.becomes]} {start} {what}{_difference(change)}{left}"


def _difference(change: Change) -> str:
    if change.before is None or change.after is None:
        return ""
    before, after = change.before.content, change.after.content
    names = [name for name in after if before.get(name) != after[name]]
    return f" ({', '.join(names)})"


def _json_line(change: Change, names: dict[int, str]) -> bytes:
    import orjson

    from storage.times import utc

    finding = change.finding
    document = {
        "change": change.becomes,
        "vehicle_id": names[change.vehicle_no],
        "kind": finding.kind,
        "id": str(finding.name),
        "start": utc(finding.start_ms),
        "left": change.is_left,
        "before": change.before and change.before.content,
        "after": change.after and change.after.content,
    }
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY)


def _summarize(total: GroupResult, asked: Asked) -> None:
    """Say on standard error how many of each kind, and what became of them."""
    from collections import Counter

    counts = Counter((change.finding.kind, change.becomes) for change in total.changes)
    would = "would " if asked.is_dry else ""
    for kind in sorted({kind for kind, _ in counts}):
        told = _phrases((counts[kind, word], f"{would}{plural}") for word, plural in PLURALS.items())
        typer.echo(f"{kind}: {told}", err=True)
    left = sum(change.is_left for change in total.changes)
    if left:
        typer.echo(f"{left} of these are left as they are: still under way at the newest checkpoint.", err=True)
    typer.echo(
        f"{total.trucks:,} trucks, {total.rows:,} fixes judged again, {len(total.changes):,} changes; "
        f"reading {total.read_s:.1f} s, judging {total.judge_s:.1f} s, comparing and writing {total.write_s:.1f} s"
        f"{'; nothing was written' if asked.is_dry else ''}",
        err=True,
    )


def _phrases(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _finish(settings: Settings, url: str, in_force: InForce, trucks: list[int]) -> None:
    """Have the newest rows judged: by the ingest that runs, here where none does."""
    from ingest.past_workers import judge_newest

    page_within_ms = settings.ingest.page_within_s * 1000
    if not judge_newest(url, settings.ingest.client_id, in_force.world, trucks, page_within_ms):
        typer.echo(f"The newest rows of {len(trucks):,} trucks are being judged by the ingest that runs.", err=True)

"""What a bureau's paper pages show, written onto a stage as the platform writes it: a night with its manifest, further
manifests in every standing, checks of trucks, points, a key project, faults of terminals, and the figures of it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from storage.batch_writer import BatchWriter
from storage.figures import refresh_figures
from storage.ledger_news import settle
from storage.papers import Check, Manifest, Project, Scan, check, issue, scan, set_project
from storage.scores import settle_scores
from storage.times import utc
from storage.write_batch import RejectedRow
from supervision.scores.points import default_points
from tests.console_night import Night, add_night
from tests.console_stage import Stage
from tests.storage_rows import batch, fixes, together

CLERK = "工地扫码"
HAULED = "工程渣土"
# Truck (of the documents), hours since it was issued, hours until it was scanned out and in, dump point.
PAPERS = (
    (3, 3.0, 0.1, 0.9, 0), (4, 2.5, 0.2, 1.1, 1), (5, 2.0, 0.1, None, 0), (6, 1.0, None, None, 2),
    (7, 9.0, 0.2, None, 1), (8, 11.0, 0.3, 1.2, 0), (9, 26.0, 0.2, 1.0, 2), (10, 30.0, 0.1, 0.8, 0),
)  # fmt: skip
VOID = 11


@dataclass(frozen=True, slots=True)
class Papers:
    """What was written.

    Attributes:
        night: The truck whose load has a manifest, a trip and a track.
        manifest_no: That manifest.
        fast, late: Terminals whose clock runs ahead, and whose records waited.
        doubled: The terminal that one identity was refused of.
    """

    night: Night
    manifest_no: str
    fast: str
    late: str
    doubled: str


def add_papers(stage: Stage) -> Papers:
    """Write all of it; the stage's events have become cases already."""
    night = add_night(stage)
    _leave_one_doubled(stage, night)
    number = _number(0)
    trucks = [truck["vehicle_id"] for truck in stage.documents["vehicles"]]
    _issue_papers(stage, night, number, trucks)
    _check_trucks(stage, trucks)
    _close_cases(stage)
    sites = [feature["properties"]["site_id"] for feature in stage.documents["sites"]["features"]]
    project = Project("metro-5", "轨道交通5号线湖塘站", "#c026d3", sites[:2], trucks[:6])
    set_project(stage.connection, project, by_name="bureau")
    faulty = _add_faults(stage, trucks)
    settle(stage.connection)
    refresh_figures(stage.connection, datetime.now(UTC))
    return Papers(night, number, *faulty)


def _leave_one_doubled(stage: Stage, night: Night) -> None:
    """Take the second terminal, which a stored past gives every truck, out of all trucks but the night's."""
    stage.connection.execute(
        "delete from terminal_assignments a using terminals t, vehicles v where t.terminal_no = a.terminal_no and"
        " v.vehicle_no = a.vehicle_no and t.terminal_id like 'X-%%' and v.vehicle_id <> %s",
        [night.vehicle_id],
    )


def _number(at: int) -> str:
    return f"M20261122-{at:06d}"


def _issue_papers(stage: Stage, night: Night, number: str, trucks: list[str]) -> None:
    """Issue the night's manifest with the permit that its truck has, and the others."""
    permit = next(each for each in stage.documents["permits"] if night.vehicle_id in each["vehicle_ids"])
    trip = stage.connection.execute(
        "select coalesce(left_site_at, loaded_at), site_id from trips join vehicles using (vehicle_no)"
        " where vehicle_id = %s order by start_time desc limit 1",
        [night.vehicle_id],
    ).fetchone()
    assert trip is not None, "expected the night to have a trip"
    places = [feature["properties"]["dump_point_id"] for feature in stage.documents["dump_points"]["features"]]
    sites = [feature["properties"]["site_id"] for feature in stage.documents["sites"]["features"]]
    paper = Manifest(
        number, night.vehicle_id, trip[1] or sites[0], permit["dump_point_ids"][0], permit["permit_id"], None, HAULED,
        15_000.0,
    )  # fmt: skip
    _keep(stage, paper, utc(night.start_ms), trip[0], utc(night.end_ms))
    now = datetime.now(UTC)
    for at, (truck, hours, out_h, in_h, place) in enumerate(PAPERS, 1):
        issued = now - timedelta(hours=hours)
        paper = Manifest(
            _number(at), trucks[truck], sites[at % len(sites)], places[place % len(places)], None, None, HAULED, 14e3
        )
        out, back = (None if hours is None else issued + timedelta(hours=hours) for hours in (out_h, in_h))
        _keep(stage, paper, issued, out, back)
    _keep(stage, Manifest(_number(VOID), trucks[VOID], sites[0], places[0]), now - timedelta(hours=5), None, None)
    void = Scan(_number(VOID), "void", now, note="车辆故障，未装车")
    scan(stage.connection, void, viewer=_user_no(stage), by_name=CLERK, now=now)


def _keep(stage: Stage, paper: Manifest, issued: datetime, out: datetime | None, back: datetime | None) -> None:
    viewer = _user_no(stage)
    issue(stage.connection, paper, viewer=viewer, by_name=CLERK, now=issued)
    for kind, at in (("out", out), ("in", back)):
        if at is not None:
            scan(stage.connection, Scan(paper.manifest_no, kind, at), viewer=viewer, by_name=CLERK, now=at)


def _check_trucks(stage: Stage, trucks: list[str]) -> None:
    """Check the first trucks: one lacks its cover, one has an item that ran out, the others have all."""
    now = datetime.now(UTC)
    items = [row[0] for row in stage.connection.execute("select distinct item_id from compliance_items order by 1")]
    for number, vehicle_id in enumerate(trucks[:6]):
        for item_id in items:
            ran_out = number == 1 and item_id == items[3]
            expires = (now + timedelta(days=-2 if ran_out else 40 + 30 * number)).date()
            found = Check(vehicle_id, item_id, not (number == 0 and item_id == items[0]), expires, "年度核查")
            check(stage.connection, found, viewer=_user_no(stage), by_name="bureau", now=now)


def _close_cases(stage: Stage) -> None:
    """Let half of the cases have ended as their steps would have left them, and the books follow."""
    stage.connection.execute(
        "update cases set status = 'closed', ended_at = now() where case_id in"
        " (select case_id from cases where status = 'new' order by case_no limit 6)"
    )
    settle_scores(stage.connection, datetime.now(UTC), default_points())


def _add_faults(stage: Stage, trucks: list[str]) -> tuple[str, str, str]:
    """Let a clock run ahead, records of another wait for an hour, and a third send one identity twice."""
    rows = stage.connection.execute(
        "select vehicle_no, terminal_no, terminal_id from terminals join terminal_assignments using (terminal_no)"
        " join vehicles using (vehicle_no) where vehicle_id = any(%s) and terminals.kind = 'truck' and valid @> now()"
        " order by terminal_id limit 3",
        [trucks[12:20]],
    ).fetchall()
    found = [_records(*row[:2], moved_s) for row, moved_s in zip(rows, (-90, 3600, 0), strict=True)]
    refused = RejectedRow(
        rows[2][2], "conflict", "another content under epoch 7, seq 3", b"\x01\x02", "muck/v1/x", _now_ms(), 7, 3
    )
    BatchWriter(stage.connection).write(batch(together(*found), rejected=[refused]))
    return rows[0][2], rows[1][2], rows[2][2]


def _records(vehicle_no: int, terminal_no: int, moved_s: int) -> Any:
    """Return twenty fixes of the last minutes but two of their numbers, arrived so much later."""
    rows = fixes(vehicle_no, [seq for seq in range(20) if seq not in (7, 8)])
    first_ms = _now_ms() - 600_000 - max(0, moved_s) * 1000
    rows.fixes.fix_time_ms[:] = first_ms + np.asarray(rows.fixes.seq) * 10_000
    rows.received_at_ms[:] = rows.fixes.fix_time_ms + 500 + moved_s * 1000
    rows.terminal_no[:] = terminal_no
    return rows


def _user_no(stage: Stage) -> int:
    row = stage.connection.execute("select user_no from users where name = 'bureau'").fetchone()
    assert row is not None
    return int(row[0])


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)

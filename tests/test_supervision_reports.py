"""Reports and figures on a real database: counted by hand here, by SQL there, through tables or without them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pypdf
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from muckline.cli import app
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.figures import MOST_DAYS, refresh_figures
from storage.ledger_news import settle
from storage.reports import find_report
from storage.world_store import write_documents
from supervision.reports.files import FORMATS
from supervision.reports.making import Report, closure, due_reports, kept_or_made, make_report, recycled_share
from tests.api_server import as_user, serving
from tests.evidence_past import world
from tests.storage_rows import NOON_MS, batch, event, fixes, together, trip
from worker.figures_job import make_reports
from worker.job import JobContext
from worker.settings import WorkSettings

DAY = date(2026, 5, 29)  # the local day of NOON_MS, 04:26 in the morning
NOW = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
TONNES = 15.0


def test_closure_is_weighted_and_nothing_is_divided_by_nothing() -> None:
    row = {"opened": 9, "closed": 6, "false_positives": 1, "on_time": 3, "extended": 2, "overdue": 1, "first_time": 5}
    found = closure([row | {"open_at_end": 5, "open_overdue": 2}, row | {"open_at_end": 1, "open_overdue": 0}])
    assert found["closure_rate"] == pytest.approx((6 * 1 + 4 * 0.6 + 2 * 0.3) / 14)
    assert found["first_time_rate"] == pytest.approx(10 / 12)
    assert closure([])["closure_rate"] is None
    assert recycled_share([]) is None
    assert recycled_share([{"key": "recycling", "tonnes": 1.0}, {"key": "dump", "tonnes": 3.0}]) == 0.25


def test_a_worker_makes_yesterday_and_on_the_first_the_month() -> None:
    eight = timedelta(hours=8)
    assert due_reports(datetime(2026, 6, 1, 15, tzinfo=UTC), eight) == [
        ("day", date(2026, 5, 31)),
        ("month", date(2026, 5, 31)),
    ]
    assert due_reports(datetime(2026, 6, 1, 16, tzinfo=UTC), eight) == [("day", date(2026, 6, 1))]


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        documents = world(vehicles=4)
        documents["dump_points"]["features"][0]["properties"]["type"] = "recycling"
        write_documents(opened, documents)
        BatchWriter(opened).write(past())
        yield opened


def past() -> Any:
    """Return three trips of C1 and one of C2, four violations of C1 (one withdrawn later), one of C2, and a fact."""
    delivered = {"ending": "delivered", "dump_point_id": "D1", "end_ms": NOON_MS + 900_000}
    place = {"lat_deg": 31.70, "lon_deg": 119.92}
    return batch(
        together(fixes(1, range(30)), fixes(2, range(30))),
        trips=[
            trip(1, vehicle="V1", **delivered),
            trip(3, vehicle="V3", **delivered, weighed_kg=10_000.0),
            trip(400, vehicle="V1", ending="dumped"),
            trip(2, vehicle="V2", ending="lost"),
        ],
        events=[
            event(4, vehicle="V1", kind="overspeed", severity=2, **place),
            event(9, vehicle="V1", kind="illegal_dumping", severity=3, **place),
            event(500, vehicle="V3", kind="overspeed", severity=1, **place),
            event(11, vehicle="V2", kind="sensor_fault", severity=1, lat_deg=31.7, lon_deg=120.2),
            event(12, vehicle="V1", kind="unloading", severity=0, **place),
            event(20, vehicle="V1", kind="route_deviation", severity=2, **place),
        ],
    )


def withdrawn(connection: psycopg.Connection[Any]) -> None:
    connection.execute("update events set withdrawn_at = now() where kind = 'route_deviation'")


def made(connection: psycopg.Connection[Any], **rest: Any) -> Report:
    return make_report(connection, rest.pop("period", "day"), DAY, NOW, **rest)


@pytest.mark.services
def test_a_report_counts_what_happened_on_the_local_day(connection: psycopg.Connection[Any]) -> None:
    withdrawn(connection)
    content = made(connection).content
    loads = content["loads"]
    assert (loads["trips"], loads["vehicles"], loads["delivered"], loads["dumped"], loads["lost"]) == (4, 3, 2, 1, 1)
    assert loads["tonnes"] == 3 * TONNES + 10
    assert loads["weighed_tonnes"] == 10
    violations = content["violations"]
    assert (violations["violations"], violations["critical"], violations["withdrawn"]) == (4, 1, 1)
    assert [(row["key"], row["violations"]) for row in content["by_kind"]] == [
        ("overspeed", 2), ("illegal_dumping", 1), ("sensor_fault", 1),
    ]  # fmt: skip
    assert [(row["key"], row["trips"], row["violations"]) for row in content["by_company"]] == [
        ("C1", 3, 3),
        ("C2", 1, 1),
    ]
    assert [(row["key"], row["violations"]) for row in content["by_district"]] == [("新北区", 3), ("武进区", 1)]
    assert content["by_vehicle"][0]["plate"] == "苏D12345"
    assert content["uses"] == [{"key": "recycling", "trips": 2, "tonnes": 25.0}]
    assert content["recycled_share"] == 1.0
    assert [row["key"] for row in content["hours"]] == [4, 5]
    assert content["terminals"]["vehicles"] == 4
    assert content["terminals"]["never_heard"] == 2


@pytest.mark.services
def test_a_report_of_a_company_tells_of_no_other(connection: psycopg.Connection[Any]) -> None:
    content = made(connection, company_id="C2").content
    assert content["loads"]["trips"] == 1
    assert [row["key"] for row in content["by_company"]] == ["C2"]
    assert content["places"] == []
    assert "C1" not in str(content)
    assert "苏D12345" not in str(content)


@pytest.mark.services
def test_the_same_records_give_the_same_report_and_files(connection: psycopg.Connection[Any]) -> None:
    first, again = made(connection, period="month"), made(connection, period="month")
    assert first == again
    assert first.first_day == date(2026, 5, 1)
    for write in FORMATS.values():
        assert write(first, "zh") == write(again, "zh")
    kept = connection.execute("select sha256, count(*) over () from reports").fetchone()
    assert kept == (first.sha256, 1)
    withdrawn(connection)
    assert made(connection, period="month").sha256 != first.sha256


@pytest.mark.services
def test_a_workbook_holds_the_figures_in_both_languages(connection: psycopg.Connection[Any]) -> None:
    report = made(connection)
    book = CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"](report, "zh")))
    assert book.sheet_names[:3] == ["概览", "逐日", "违规类型"]
    overview = {row[0]: row[1] for row in book.get_sheet_by_name("概览").to_python() if len(row) > 1}
    assert overview["运次"] == 4
    assert overview["运输吨数"] == 55
    assert overview["资源化利用率"] == 1
    assert overview["数据摘要 (SHA-256)"] == report.sha256
    assert "UTC+8" in str(overview["统计时段"])
    ranking = book.get_sheet_by_name("企业排名").to_python()
    assert ranking[0][:5] == ["名次", "企业编号", "名称", "运次", "吨数"]
    assert ranking[1][:5] == [1, "C1", "常运渣土运输有限公司", 3, 40]
    english = CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"](report, "en")))
    assert "Ranking of companies" in english.sheet_names


@pytest.mark.services
def test_pages_hold_the_figures(connection: psycopg.Connection[Any]) -> None:
    report = made(connection)
    pages = pypdf.PdfReader(io.BytesIO(FORMATS["pdf"](report, "en"))).pages
    said = "\n".join(page.extract_text() for page in pages)
    for part in ("Daily report 2026-05-29", "55.0", "Illegal dumping", "Overspeed", report.sha256, "UTC+8"):
        assert part in said, part


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url, viewer="bureau") as opened:
        yield opened


RANGE = "2026-05-29T00:00:00+08:00/2026-05-30T00:00:00+08:00"


def figures(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    response = client.get("/v1/statistics", params={"datetime": RANGE} | asked)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.services
def test_reports_over_http_are_those_of_the_asker(
    migrated_url: str, client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    path = "/v1/reports/day/2026-05-29.xlsx"

    def trips(**headers: str) -> Any:
        response = client.get(path, headers=headers)
        assert response.status_code == 200, response.text
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        return {row[0]: row[1] for row in book.get_sheet_by_name("概览").to_python()}["运次"]

    assert trips() == 4
    assert trips(**as_user(migrated_url, "company", name="c2", company_id="C2")) == 1
    assert trips(**as_user(migrated_url, "district", name="d", district_ids=["新北区"])) == 4  # the site lies in it
    assert trips(**as_user(migrated_url, "district", name="e", district_ids=["武进区"])) == 0
    kept = connection.execute("select districts from reports where districts <> '' order by 1").fetchall()
    assert kept == [('["新北区"]',), ('["武进区"]',)]
    none = make_report(connection, "day", DAY, datetime.now(UTC), district_ids=[])
    assert none.content["loads"]["trips"] == 0  # of no district, not of the city
    assert kept_or_made(connection, "day", DAY, datetime.now(UTC)).content["loads"]["trips"] == 4
    assert client.get("/v1/reports/month/2026-05-29.pdf?language=en").content.startswith(b"%PDF")
    listed = client.get("/v1/reports").json()["reports"]
    assert [(row["period"], row["first_day"]) for row in listed] == [("day", "2026-05-29"), ("month", "2026-05-01")]
    page = client.get("/v1/reports", params={"limit": 1}).json()
    assert [row["period"] for row in client.get(page["next"]).json()["reports"]] == ["month"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    for day in (tomorrow.isoformat(), "9999-12-31", "0001-01-01"):
        assert client.get(f"/v1/reports/day/{day}.pdf").json()["type"] == "/problems/report-not-found"
    assert client.get("/v1/reports/day/nonsense.pdf").status_code == 422
    taken = connection.execute("select count(*) from audit_log where action = 'take_report'").fetchone()
    assert taken == (5,)


@pytest.mark.services
def test_statistics_are_the_same_through_the_tables_and_without_them(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    withdrawn(connection)
    live = {by: figures(client, by=by) for by in ("day", "hour", "kind", "company", "district", "site")}
    assert live["day"]["totals"] == {
        "events": 4, "withdrawn": 1, "cases": 0, "false_positives": 0,
        "trips": 4, "delivered": 2, "dumped": 1, "tonnes": 55,
    }  # fmt: skip
    for answer in live.values():
        assert {name: answer["totals"][name] for name in ("events", "withdrawn")} == {"events": 4, "withdrawn": 1}
    assert {row["key"]: row["trips"] for row in live["hour"]["rows"]} == {"04": 3, "05": 1}
    assert [(row["key"], row["label"], row["events"]) for row in live["company"]["rows"]] == [
        ("C1", "常运渣土运输有限公司", 3), ("C2", "远大运输", 1),
    ]  # fmt: skip
    assert {row["key"]: row["events"] for row in live["district"]["rows"]} == {"新北区": 3, "武进区": 1}
    assert (live["day"]["terminals"], live["day"]["silent_terminals"]) == (4, 4)
    while refresh_figures(connection, datetime.now(UTC)) == MOST_DAYS:
        pass  # half a year since then, two months a run
    stored = {by: figures(client, by=by) for by in live}
    for by, answer in stored.items():
        assert answer["rows"] == live[by]["rows"], by
        assert answer["totals"] == live[by]["totals"]
    assert refresh_figures(connection, datetime.now(UTC)) == 2  # today and yesterday alone
    connection.execute("update events set withdrawn_at = now() where kind = 'sensor_fault'")
    assert refresh_figures(connection, datetime.now(UTC)) == 3
    assert figures(client)["totals"]["events"] == 3


@pytest.mark.services
def test_statistics_are_of_what_the_asker_sees(migrated_url: str, client: httpx.Client) -> None:
    def of(role: str, **scope: Any) -> dict[str, Any]:
        client.headers.update(as_user(migrated_url, role, name=f"{role}-s", **scope))
        return figures(client, by="company")

    company = of("company", company_id="C2")
    assert [row["key"] for row in company["rows"]] == ["C2"]
    assert (company["totals"]["events"], company["totals"]["trips"], company["terminals"]) == (1, 1, 2)
    district = of("district", district_ids=["武进区"])
    assert (district["totals"]["events"], district["totals"]["trips"]) == (1, 0)
    long = client.get("/v1/statistics", params={"datetime": "2020-01-01T00:00:00Z/2026-01-01T00:00:00Z"})
    assert long.json()["type"] == "/problems/range-too-long"
    for ends in ("../9999-12-31T23:59:59Z", "../0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z/0001-01-02T00:00:00Z"):
        for path in ("/v1/statistics", "/v1/data-quality", "/v1/data-quality/summary"):
            assert client.get(path, params={"datetime": ends}).json()["type"] == "/problems/bad-interval", (path, ends)


@pytest.mark.services
def test_data_quality_shows_seeded_faults(
    migrated_url: str, client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    ahead = fixes(3, range(40, 50))
    ahead.received_at_ms[:] -= 60_000
    late = fixes(4, [*range(40, 44), *range(46, 50)])
    late.received_at_ms[:] += 3_600_000
    BatchWriter(connection).write(batch(together(ahead, late)))
    settle(connection)
    connection.execute(
        "insert into rejected (device, reason, sha256, detail, topic, payload, received_at, last_received_at, count)"
        " values ('T1', 'conflict', 'x', 'd', 't', 'p', %(at)s, %(at)s, 3)",
        {"at": datetime(2026, 5, 28, 21, tzinfo=UTC)},
    )
    response = client.get("/v1/data-quality", params={"datetime": RANGE})
    assert response.status_code == 200, response.text
    found = {row["terminal_id"]: row for row in response.json()["terminals"]}
    assert list(found) == ["T1", "T2", "T3", "T4", "W1"]
    assert found["T1"]["rejected"] == {"conflict": 3}
    assert found["T2"]["events"] == {"sensor_fault": 1}
    assert found["T3"]["clock"]["ahead"] == 10
    assert (found["T4"]["clock"]["late"], found["T4"]["ledger"]["missing"]) == (8, 2)
    assert found["W1"]["silent"] is None
    troubled = client.get("/v1/data-quality", params={"datetime": RANGE, "only": "troubled"}).json()["terminals"]
    assert [row["terminal_id"] for row in troubled] == ["T1", "T2"]
    page = client.get("/v1/data-quality", params={"datetime": RANGE, "limit": 2}).json()
    assert [row["terminal_id"] for row in client.get(page["next"]).json()["terminals"]] == ["T3", "T4"]
    whole = client.get("/v1/data-quality/summary", params={"datetime": RANGE}).json()
    assert (whole["clock_ahead"], whole["last_came_late"]) == (1, 1)
    assert whole["rejected"] == [{"key": "conflict", "count": 3, "devices": 1}]
    client.headers.update(as_user(migrated_url, "company", name="c1q", company_id="C1"))
    own = client.get("/v1/data-quality", params={"datetime": RANGE}).json()["terminals"]
    assert [row["terminal_id"] for row in own] == ["T1", "T3"]


@pytest.mark.services
def test_the_command_and_the_morning_job_make_the_same_report(
    migrated_url: str, connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    morning = datetime(2026, 5, 29, 22, 30, tzinfo=UTC)  # half past six of the day after, local time
    early = JobContext(connection, morning - timedelta(hours=1), WorkSettings(), "w")
    make_reports(early)
    assert find_report(connection, "day", DAY, None) is None
    make_reports(replace(early, now=morning))
    kept = find_report(connection, "day", DAY, None)
    assert kept is not None
    file = tmp_path / "day.pdf"
    asked = ["--set", f"database.url={migrated_url}", "report", "day", "2026-05-29", "--out", str(file)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert kept["sha256"] in result.output
    assert file.read_bytes().startswith(b"%PDF")
    refused = CliRunner().invoke(app, [*asked[:-1], str(tmp_path / "day.docx")])
    assert refused.exit_code == 2
    assert "expected .xlsx or .pdf" in refused.output

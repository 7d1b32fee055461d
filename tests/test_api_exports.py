"""Exports over HTTP: at once, or ordered, made by the queue's task, fetched by their asker alone, and logged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from python_calamine import CalamineWorkbook

from api import export_maker
from api.resources.exports import Export, ExportList
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.exports import StillMade, take_export
from storage.times import utc
from supervision.exports.job import make_ordered_export
from tests.api_server import as_user, serving
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, trip
from worker.settings import WorkSettings
from worker.tasks import TASKS
from worker.tasks_context import TaskContext

pytestmark = pytest.mark.services

NOON = utc(NOON_MS)
RANGE = f"{NOON.isoformat()}/{(NOON + timedelta(days=1)).isoformat()}"


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        opened.execute("insert into companies (company_id, name) values ('C1', 'One'), ('C2', 'Two')")
        opened.execute("update vehicles set company_id = case when vehicle_no <= 2 then 'C1' else 'C2' end")
        BatchWriter(opened).write(batch(fixes(1, range(3_000)), events=[event(2)], trips=[trip(0)]))
        yield opened


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url) as opened:
        yield opened


def lines(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_file_at_once(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    response = client.get("/v1/exports/track.csv", params={"vehicle_id": "V1", "datetime": RANGE, "language": "en"})
    assert len(lines(response)) == 3_000
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith('attachment; filename="muckline-track-')
    assert int(response.headers["content-length"]) == len(response.content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/v1/exports/events.xlsx").content))
    assert len(book.get_sheet_by_index(0).to_python()) == 2
    row = connection.execute(
        "select action, object_kind, object_id, detail ->> 'rows' from audit_log"
        " where action = 'export' order by audit_no"
    ).fetchone()
    assert row == ("export", "track", "csv", "3000")


def test_what_cannot_be_exported_is_refused(client: httpx.Client) -> None:
    for address, parameters, problem in (
        ("track.csv", {"vehicle_id": "V1"}, "bad-order"),
        ("sites.gpx", {}, "no-such-format"),
        ("secrets.csv", {}, "invalid-request"),
        ("trips.doc", {}, "invalid-request"),
        ("trips.csv", {"zone": "Nowhere"}, "bad-order"),
        ("trips.csv", {"datetime": "2026-05-01T00:00:00/.."}, "naive-time"),
        ("trips.csv", {"colour": "red"}, "unknown-parameter"),
    ):
        response = client.get(f"/v1/exports/{address}", params=parameters)
        assert (response.status_code, response.json()["type"]) == (422, f"/problems/{problem}"), address


def test_a_role_that_may_not_look_at_tracks_exports_none(migrated_url: str, client: httpx.Client) -> None:
    headers = as_user(migrated_url, "association")
    for what in ("track", "trips"):
        parameters = {"vehicle_id": "V1", "datetime": RANGE}
        assert client.get(f"/v1/exports/{what}.csv", params=parameters, headers=headers).status_code == 403
    assert client.get("/v1/exports/vehicles.csv", headers=headers).status_code == 200
    assert client.get("/v1/exports/vehicles.csv", headers=as_user(migrated_url, "public")).status_code == 403


def test_too_many_rows_are_to_be_ordered(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_maker, "ROWS_MOST", 1_000)
    response = client.get("/v1/exports/track.csv", params={"vehicle_id": "V1", "datetime": RANGE})
    assert (response.status_code, response.json()["type"]) == (413, "/problems/answer-too-large")
    assert "POST /v1/exports" in response.json()["detail"]


def ordered(client: httpx.Client, **body: Any) -> dict[str, Any]:
    query = {"vehicle_id": ["V1"], "datetime": RANGE, "language": "en"}
    response = client.post("/v1/exports", json={"what": "track", "format": "csv", "query": query} | body)
    assert response.status_code == 202, response.text
    Export.model_validate_json(response.content)
    answer: dict[str, Any] = response.json()
    return answer


def run_queue(url: str) -> None:
    """Run every waiting job once with the worker's own task."""
    task = next(task for task in TASKS if task.name == "make_export")
    with connect_writer(url) as connection:
        jobs = connection.execute(
            "delete from queue.procrastinate_jobs where task_name = 'make_export' returning args"
        ).fetchall()
    for (arguments,) in jobs:
        task.run(TaskContext(lambda: connect_writer(url), WorkSettings(), url), **arguments)


def test_an_ordered_export_is_made_told_and_fetched(
    migrated_url: str, client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    order = ordered(client)
    address = f"/v1/exports/{order['export_id']}"
    assert (order["status"], order["progress"], order["file"]) == ("waiting", None, None)
    early = client.get(f"{address}/file")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/export-not-ready")
    run_queue(migrated_url)
    done = client.get(address).json()
    assert (done["status"], done["progress"], done["rows"], done["expected_rows"]) == ("done", 1.0, 3_000, 3_000)
    file = client.get(done["file"])
    assert len(lines(file)) == 3_000
    assert int(file.headers["content-length"]) == len(file.content) == done["size_bytes"]
    listed = ExportList.model_validate_json(client.get("/v1/exports").content)
    assert [str(each.export_id) for each in listed.exports] == [order["export_id"]]
    assert "gpx" in listed.formats["track"]
    other = as_user(migrated_url, "bureau")
    for path in (address, f"{address}/file", f"/v1/exports/{uuid4()}"):
        assert client.get(path, headers=other).status_code == 404
    assert client.get("/v1/exports", headers=other).json()["exports"] == []
    rows = connection.execute("select action from audit_log where object_kind = 'track' order by audit_no").fetchall()
    assert [action for (action,) in rows] == ["order_export", "fetch_export"]


def test_scope_is_that_of_the_time_when_it_is_made(
    migrated_url: str, client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    company = as_user(migrated_url, "company", company_id="C1")
    body = {"what": "vehicles", "format": "csv", "query": {"language": "en"}}
    orders = [client.post("/v1/exports", json=body, headers=company).json() for _ in range(2)]
    connection.execute("update vehicles set company_id = 'C2' where vehicle_no = 1")
    make_ordered_export(lambda: connect_writer(migrated_url), UUID(orders[0]["export_id"]))
    file = client.get(f"/v1/exports/{orders[0]['export_id']}/file", headers=company)
    assert [row["Vehicle"] for row in lines(file)] == ["V2"]
    connection.execute("update users set disabled_at = now() where name = 'company'")
    make_ordered_export(lambda: connect_writer(migrated_url), UUID(orders[1]["export_id"]))
    row = connection.execute("select status, problem from exports where export_id = %s", [orders[1]["export_id"]])
    status, problem = row.fetchone() or ("", "")
    assert status == "failed"
    assert "disabled" in problem


def test_an_export_is_made_once_and_one_that_broke_is_made_again(
    migrated_url: str, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = UUID(ordered(client)["export_id"])
    with closing(connect_writer(migrated_url)) as other:
        assert take_export(other, export_id)
        with pytest.raises(StillMade):
            make_ordered_export(lambda: connect_writer(migrated_url), export_id)
        other.execute("update exports set beaten_at = now() - interval '5 minutes'")
    with monkeypatch.context() as broken:
        broken.setattr("supervision.exports.job.add_chunk", _full)
        with pytest.raises(OSError, match="disk"):
            make_ordered_export(lambda: connect_writer(migrated_url), export_id)
    assert client.get(f"/v1/exports/{export_id}").json()["status"] == "waiting"
    make_ordered_export(lambda: connect_writer(migrated_url), export_id)
    make_ordered_export(lambda: connect_writer(migrated_url), export_id)
    assert len(lines(client.get(f"/v1/exports/{export_id}/file"))) == 3_000


def _full(*_: Any) -> None:
    raise OSError("disk full")


def test_orders_are_bounded_and_expire(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    for _ in range(5):
        ordered(client)
    body = {"what": "trips", "format": "csv"}
    refused = client.post("/v1/exports", json=body)
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-exports")
    connection.execute("update exports set asked_at = now() - interval '3 days'")
    assert client.post("/v1/exports", json=body).status_code == 202
    assert len(client.get("/v1/exports").json()["exports"]) == 1
    assert client.post("/v1/exports", json=body | {"query": {"colour": "red"}}).status_code == 422

"""Every resource over HTTP on a real database: what was written comes out, in pages, filtered, as documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from pydantic import BaseModel

from api.event_answer import EventAnswer
from api.resources.events import EventPage
from api.resources.latest import Latest
from api.resources.rejected import RejectedCounts, RejectedPage
from api.resources.track import Track
from api.resources.trips import TripPage
from api.resources.vehicles import Vehicle, VehiclePage
from storage.batch_writer import BatchWriter, RejectedRow
from storage.connect import connect_writer
from storage.times import utc
from tests.api_server import serving
from tests.storage_rows import NOON_MS, add_registry, batch, event, fixes, together, trip

pytestmark = pytest.mark.services

NOON = utc(NOON_MS)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        add_registry(opened)
        yield opened


@pytest.fixture
def client(migrated_url: str, connection: psycopg.Connection[Any]) -> Iterator[httpx.Client]:  # noqa: ARG001
    with serving(migrated_url, max_page=50, documented=True) as opened:
        yield opened


def write(connection: psycopg.Connection[Any], *args: Any, **rest: Any) -> None:
    BatchWriter(connection).write(batch(*args, **rest))


def answered(client: httpx.Client, model: type[BaseModel], path: str, **parameters: Any) -> Any:
    """Return an answer's JSON after it was found to be exactly what its documentation says."""
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    body = response.json()
    read = model.model_validate_json(response.content)
    assert read.model_dump(mode="json").keys() == body.keys()
    assert model.model_config.get("extra") is None
    unknown = set(body) - set(model.model_fields)
    assert not unknown
    return body


def pages(client: httpx.Client, path: str, member: str, **parameters: Any) -> list[Any]:
    """Return the rows of all pages, following `next`."""
    rows: list[Any] = []
    link: str | None = str(httpx.URL(path, params=parameters))
    while link:
        response = client.get(link)
        assert response.status_code == 200, response.text
        page = response.json()
        rows += page[member]
        link = page["next"]
    return rows


def between(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()}/{end.isoformat()}"


def test_vehicles(client: httpx.Client) -> None:
    page = answered(client, VehiclePage, "/v1/vehicles", limit=3)
    assert [row["vehicle_id"] for row in page["vehicles"]] == ["V1", "V2", "V3"]
    assert pages(client, "/v1/vehicles", "vehicles", limit=3)[3]["vehicle_id"] == "V4"
    assert [row["plate"] for row in pages(client, "/v1/vehicles", "vehicles", search="p2")] == ["P2"]
    assert answered(client, Vehicle, "/v1/vehicles/V2")["plate"] == "P2"
    assert client.get("/v1/vehicles/none").json() == {
        "type": "/problems/vehicle-not-found",
        "title": "There is no such vehicle",
        "status": 404,
        "detail": "expected a vehicle of the registry, got 'none'",
        "vehicle_id": "none",
    }


def test_a_track_is_what_was_written(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    rows = fixes(1, range(50))
    write(connection, together(rows, fixes(2, range(5))))
    hour = between(NOON, NOON + timedelta(hours=1))
    track = answered(client, Track, "/v1/vehicles/V1/track", datetime=hour)
    columns = track["columns"]
    assert track["count"] == 50
    assert columns["seq"] == list(range(50))
    assert [datetime.fromisoformat(text) for text in columns["fix_time"]] == [
        utc(NOON_MS + n * 10_000) for n in range(50)
    ]
    assert columns["received_at"][0] == "2026-05-28T20:26:40.500000Z"
    assert np.allclose(columns["lat_deg"], rows.fixes.lat_deg, atol=1e-7)
    assert columns["cover"] == [[None, "closed", "half", "open"][n % 4] for n in range(50)]
    assert columns["load_kg"] == [None if n % 3 == 0 else 15_000 + n for n in range(50)]
    assert columns["load_ratio"] is None  # no fix has it: absent is never zero
    assert columns["ignition"] is None
    assert columns["satellites"] is None


def test_the_range_of_a_track_includes_its_start_and_not_its_end(
    client: httpx.Client, connection: psycopg.Connection[Any]
) -> None:
    write(connection, fixes(1, range(50)))
    first_ten = between(NOON, NOON + timedelta(seconds=100))
    rest = f"{(NOON + timedelta(seconds=100)).isoformat()}/{(NOON + timedelta(days=1)).isoformat()}"
    seqs = [
        client.get("/v1/vehicles/V1/track", params={"datetime": text}).json()["columns"]["seq"]
        for text in (first_ten, rest)
    ]
    assert seqs == [list(range(10)), list(range(10, 50))]
    open_start = client.get("/v1/vehicles/V1/track", params={"datetime": f"../{NOON.isoformat()}"}).json()
    assert open_start["count"] == 0
    assert open_start["columns"]["seq"] == []


def test_a_track_as_a_geojson_line(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    lost = np.where(np.arange(6) == 2, np.nan, 31.7)
    write(connection, fixes(1, range(6), lat_deg=lost, lon_deg=np.where(np.isnan(lost), np.nan, 119.9)))

    def line(count: int) -> Any:
        until = NOON + timedelta(seconds=10 * count)
        response = client.get("/v1/vehicles/V1/track", params={"datetime": between(NOON, until), "format": "geojson"})
        assert response.headers["content-type"] == "application/geo+json"
        return response.json()

    feature = line(6)
    assert feature["geometry"] == {"type": "LineString", "coordinates": [[119.9, 31.7]] * 5}
    assert feature["properties"]["seq"] == [0, 1, 3, 4, 5]
    assert len(feature["properties"]["fix_time"]) == feature["properties"]["count"] == 5
    assert line(1)["geometry"] == {"type": "Point", "coordinates": [119.9, 31.7]}
    assert client.get("/v1/vehicles/V2/track", params={"format": "geojson"}).json()["geometry"] is None


def test_latest_positions(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    assert answered(client, Latest, "/v1/positions/latest")["count"] == 0
    nowhere = fixes(3, [0], lat_deg=np.nan, lon_deg=np.nan)
    write(connection, together(fixes(1, range(5)), fixes(2, [7], lat_deg=30.0, lon_deg=110.0, speed_mps=7.1), nowhere))
    columns = answered(client, Latest, "/v1/positions/latest")["columns"]
    by_id = {vehicle_id: number for number, vehicle_id in enumerate(columns["vehicle_id"])}
    assert by_id.keys() == {"V1", "V2", "V3"}
    assert datetime.fromisoformat(columns["fix_time"][by_id["V1"]]) == utc(NOON_MS + 40_000)
    assert columns["position_time"][by_id["V3"]] is None
    assert columns["lat_deg"][by_id["V3"]] is None
    in_box = client.get("/v1/positions/latest", params={"bbox": "109,29,111,31"}).json()
    assert in_box["columns"]["vehicle_id"] == ["V2"]
    collection = client.get("/v1/positions/latest", params={"format": "geojson"}).json()
    features = {feature["id"]: feature for feature in collection["features"]}
    assert features.keys() == {"V1", "V2"}
    assert features["V2"]["geometry"] == {"type": "Point", "coordinates": [110.0, 30.0]}
    assert features["V2"]["properties"]["speed_mps"] == 7.1
    assert features["V2"]["properties"]["fix_time"].endswith("Z")
    assert features["V2"]["properties"]["load_ratio"] is None


def test_trips_newest_first(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    write(connection, fixes(1, range(60)), trips=[trip(n) for n in range(0, 50, 10)] + [trip(3, vehicle="V2")])
    page = answered(client, TripPage, "/v1/vehicles/V1/trips", limit=2)
    assert [row["start"] for row in page["trips"]] == [iso(40), iso(30)]
    assert page["trips"][0]["site_id"] == "S1"
    every = pages(client, "/v1/vehicles/V1/trips", "trips", limit=2)
    assert [row["start"] for row in every] == [iso(n) for n in (40, 30, 20, 10, 0)]
    some = f"{iso(10)}/{iso(30)}"
    assert [row["start"] for row in pages(client, "/v1/vehicles/V1/trips", "trips", datetime=some)] == [
        iso(20),
        iso(10),
    ]


def iso(seq: int) -> str:
    return utc(NOON_MS + seq * 10_000).isoformat().replace("+00:00", "Z")


def test_events_are_filtered_and_paged(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    found = [event(n, end_seq=n + 5) for n in range(0, 30, 10)]
    found += [
        event(5, vehicle="V2", kind="unloading", severity=0),
        event(6, vehicle="V2", kind="illegal_dumping", severity=3, lat_deg=30.0, lon_deg=110.0),
    ]
    write(connection, together(fixes(1, range(60)), fixes(2, range(20))), events=found)

    def starts(**parameters: Any) -> list[str]:
        rows = pages(client, "/v1/events", "events", limit=2, **parameters)
        assert len({row["event_id"] for row in rows}) == len(rows)
        return [row["start"] for row in rows]

    assert starts() == [iso(20), iso(10), iso(6), iso(5), iso(0)]
    assert starts(vehicle_id="V2") == [iso(6), iso(5)]
    assert starts(kind=["illegal_dumping", "unloading"]) == [iso(6), iso(5)]
    assert starts(min_severity=3) == starts(bbox="109,29,111,31") == [iso(6)]
    assert starts(datetime=f"{iso(12)}/{iso(15)}") == [iso(10), iso(6), iso(5)]  # the open ones still go on
    assert starts(datetime=f"../{iso(5)}") == [iso(0)]

    page = answered(client, EventPage, "/v1/events", limit=1)
    one = page["events"][0]
    assert one == answered(client, EventAnswer, f"/v1/events/{one['event_id']}")
    assert (one["status"], one["position"]) == ("over", {"type": "Point", "coordinates": [119.9, 31.7]})
    assert one["opening"]["lost_kg"] == 812.5
    assert int(page["last_event_id"]) >= 5


def test_withdrawn_events_are_shown_when_asked_for(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    write(connection, fixes(1, range(60)), events=[event(0), event(10)])
    connection.execute("update events set withdrawn_at = now() where seq = 10")
    assert [row["start"] for row in pages(client, "/v1/events", "events")] == [iso(0)]
    every = pages(client, "/v1/events", "events", withdrawn=True)
    assert [(row["start"], row["status"]) for row in every] == [(iso(10), "withdrawn"), (iso(0), "open")]
    assert client.get(f"/v1/events/{every[0]['event_id']}").json()["status"] == "withdrawn"


def test_rejected_records(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    rows = [
        RejectedRow("T1", "bad_checksum", "expected 1, got 2", bytes(range(256)) * 2, "topic", NOON_MS),
        RejectedRow("T1", "bad_json", "no", b"{", "topic", NOON_MS),
        RejectedRow("T2", "bad_json", "no", b"{", "topic", NOON_MS),
    ]
    for _ in range(3):
        write(connection, rejected=rows[:2])
    write(connection, rejected=rows[2:])
    counts = answered(client, RejectedCounts, "/v1/rejected/counts")["counts"]
    assert [(row["device"], row["reason"], row["records"], row["different"]) for row in counts] == [
        ("T1", "bad_checksum", 3, 1),
        ("T1", "bad_json", 3, 1),
        ("T2", "bad_json", 1, 1),
    ]
    page = answered(client, RejectedPage, "/v1/rejected", limit=2)
    every = pages(client, "/v1/rejected", "rejected", limit=2)
    assert [row["device"] for row in every] == ["T2", "T1", "T1"]
    assert {row["reason"] for row in every[1:]} == {"bad_json", "bad_checksum"}
    assert every[:2] == page["rejected"]
    long = next(row for row in every if row["reason"] == "bad_checksum")
    assert (long["payload_bytes"], len(long["payload_base64"])) == (512, 344)
    assert len(pages(client, "/v1/rejected", "rejected", device="T2")) == 1
    assert len(pages(client, "/v1/rejected", "rejected", reason="bad_checksum")) == 1
    assert pages(client, "/v1/rejected", "rejected", datetime=f"{iso(1)}/..") == []


@pytest.mark.parametrize(
    ("path", "problem", "status"),
    [
        ("/v1/vehicles/V1/track?datetime=2026-05-01T12:00:00/..", "naive-time", 422),
        ("/v1/events?datetime=2026-05-01T12:00:00/..", "naive-time", 422),
        ("/v1/events?datetime=yesterday/..", "bad-time", 422),
        ("/v1/events?datetime=2026-05-01T12:00:00Z", "bad-interval", 422),
        ("/v1/vehicles/V1/track?datetime=2026-01-01T00:00:00Z/2026-03-01T00:00:00Z", "range-too-long", 422),
        ("/v1/vehicles/V1/track?datetime=2999-01-01T00:00:00Z/..", "bad-interval", 422),
        ("/v1/vehicles/V1/track?format=xml", "invalid-request", 422),
        ("/v1/vehicles/V9/track", "vehicle-not-found", 404),
        ("/v1/vehicles/V9/trips", "vehicle-not-found", 404),
        ("/v1/vehicles/%00", "invalid-request", 422),
        ("/v1/vehicles?search=%00", "invalid-request", 422),
        ("/v1/vehicles?cursor=WyJcdTAwMDAiXQ", "bad-cursor", 422),
        ("/v1/vehicles?limit=51", "page-too-large", 422),
        ("/v1/vehicles?limit=0", "invalid-request", 422),
        ("/v1/events?limit=x", "invalid-request", 422),
        ("/v1/events?bbox=1,2,3", "bad-bbox", 422),
        ("/v1/positions/latest?bbox=1,2,3,nan", "bad-bbox", 422),
        ("/v1/events?cursor=nonsense", "bad-cursor", 422),
        ("/v1/events?kind=%00", "invalid-request", 422),
        ("/v1/events/0", "invalid-request", 422),
        ("/v1/events/8f14e45f-ceea-567d-9d3a-6d7c2b1f0a11", "event-not-found", 404),
        ("/v1/events/stream?last_event_id=x", "bad-cursor", 422),
        ("/v1/events/stream?last_event_id=9999999999999999999", "bad-cursor", 422),
        ("/v1/nothing", "not-found", 404),
        ("/problems/nothing", "not-found", 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    shared_client: httpx.Client, path: str, problem: str, status: int
) -> None:
    response = shared_client.get(path)
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["type"], body["status"], response.status_code) == (f"/problems/{problem}", status, status)
    assert body["title"]


def test_extreme_but_real_times_and_cursors_are_answered(shared_client: httpx.Client) -> None:
    for path in (
        "/v1/events?datetime=0001-01-01T00:00:00Z/9999-12-31T23:59:59Z",
        "/v1/vehicles/V1/track?datetime=0001-01-01T00:00:00Z/0001-01-02T00:00:00Z",
        "/v1/vehicles/V1/track?datetime=9999-12-30T23:59:59Z/9999-12-31T23:59:59Z",
        "/v1/vehicles/V1/trips?datetime=../0001-01-01T00:00:00Z",
        "/v1/rejected?cursor=WzFlNDBd",
        "/v1/rejected?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld",
    ):
        response = shared_client.get(path)
        assert response.status_code in (200, 422), (path, response.text)


def test_titles_follow_the_readers_language(shared_client: httpx.Client) -> None:
    path = "/v1/events?datetime=2026-05-01T12:00:00/.."
    assert shared_client.get(path, headers={"accept-language": "zh-CN,zh;q=0.9"}).json()["title"] == "时间缺少时区偏移"
    assert shared_client.get(path).json()["title"] == "A time has no offset"


def test_the_type_of_a_problem_leads_to_its_meaning(shared_client: httpx.Client) -> None:
    refused = shared_client.get("/v1/events?bbox=1").json()
    meaning = shared_client.get(refused["type"]).json()
    assert (meaning["type"], meaning["status"]) == (refused["type"], 422)
    assert meaning["title_zh"]
    assert meaning in shared_client.get("/problems").json()


def test_a_wrong_method_is_a_problem_that_names_the_right_one(shared_client: httpx.Client) -> None:
    response = shared_client.post("/v1/events")
    assert (response.json()["type"], response.headers["allow"]) == ("/problems/method-not-allowed", "GET")


def test_metrics_count_by_route_and_not_by_path(shared_client: httpx.Client) -> None:
    shared_client.get("/v1/vehicles/V1")
    shared_client.get("/v1/vehicles/none-such")
    text = shared_client.get("/metrics").text
    assert 'muckline_api_requests_total{method="GET",route="/v1/vehicles/{vehicle_id}",status="200"}' in text
    assert "none-such" not in text


@pytest.fixture(scope="module")
def shared_client(_migrated_template: str, database_server: Any) -> Iterator[httpx.Client]:
    name = "muckline_test_api_shared"
    database_server.drop(name)
    url = database_server.create(name, _migrated_template)
    with connect_writer(url) as opened:
        add_registry(opened)
    with serving(url, max_page=50) as opened_client:
        yield opened_client
    database_server.drop(name)


def test_now_is_the_end_of_an_open_track(client: httpx.Client, connection: psycopg.Connection[Any]) -> None:
    minutes_ago = round((datetime.now(UTC).timestamp() * 1000 - NOON_MS) / 10_000) - 12
    write(connection, fixes(1, [minutes_ago]))
    assert client.get("/v1/vehicles/V1/track").json()["columns"]["seq"] == [minutes_ago]
    start = datetime.now(UTC) - timedelta(hours=2)
    open_end = client.get("/v1/vehicles/V1/track", params={"datetime": f"{start.isoformat()}/.."}).json()
    assert open_end["columns"]["seq"] == [minutes_ago]

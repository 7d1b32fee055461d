"""Links with an expiry over a real server: what they show, to whom, until when; U19."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from limits import RateLimitItemPerMinute
from psycopg import Connection

from api.access import rates
from api.errors import BadIntervalError, RangeTooLongError
from api.resources.shared import THRESHOLDS, Shared, clip_of
from api.resources.shares import ShareList, ShareMade, past_range
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from storage.shares import IN_FORCE_MOST
from storage.times import utc
from tests.api_server import as_user, serving
from tests.case_rows import add_city, dumping, opened
from tests.storage_rows import NOON_MS, batch, event, fixes

START, END = utc(NOON_MS), utc(NOON_MS) + timedelta(seconds=200)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    with connect_writer(migrated_url) as opened_connection:
        add_city(opened_connection)
        BatchWriter(opened_connection).write(batch(fixes(1, range(40))))
        opened(opened_connection, dumping(), event(3, vehicle="V2"), now=datetime.now(UTC))
        yield opened_connection


@pytest.fixture
def client(connection: Connection[Any], migrated_url: str) -> Iterator[httpx.Client]:
    connection.execute("update vehicles set plate = '苏D1234' || vehicle_no")
    with serving(migrated_url, viewer="bureau") as served:
        yield served


@pytest.fixture
def stranger(client: httpx.Client) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=client.base_url, timeout=30) as nobody:
        yield nobody


def case_of(connection: Connection[Any], vehicle_no: int) -> str:
    row = connection.execute("select case_id from cases where vehicle_no = %s", [vehicle_no]).fetchone()
    assert row is not None
    return str(row[0])


def share(client: httpx.Client, headers: dict[str, str] | None = None, **wanted: Any) -> httpx.Response:
    return client.post("/v1/shares", json={"hours": 24} | wanted, headers=headers)


def share_case(client: httpx.Client, case_id: str, **more: Any) -> dict[str, Any]:
    answer = share(client, kind="case", case_id=case_id, **more)
    assert answer.status_code == 201, answer.text
    ShareMade.model_validate(answer.json())
    return dict(answer.json())


def playback(vehicle_id: str = "V1", start: datetime = START, end: datetime = END) -> dict[str, Any]:
    return {"kind": "playback", "vehicle_id": vehicle_id, "from": start.isoformat(), "to": end.isoformat()}


def opened_by(stranger: httpx.Client, made: dict[str, Any], more: str = "") -> httpx.Response:
    return stranger.get(f"/v1/shared/{made['path'].rpartition('/')[2]}{more}")


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2]


GONE = (410, "share-expired")


@pytest.mark.services
def test_a_case_is_shown_to_whoever_has_the_link_without_people_and_their_words(
    client: httpx.Client, stranger: httpx.Client, connection: Connection[Any]
) -> None:
    case_id = case_of(connection, 1)
    connection.execute("update cases set contact = '13800001111', description = '李四看见的' where vehicle_no = 1")
    step = {"step": "acknowledge", "comment": "call Mr Zhao 13900002222", "expected_version": 1}
    assert client.post(f"/v1/cases/{case_id}/steps", json=step).status_code == 201
    made = share_case(client, case_id)
    answer = opened_by(stranger, made)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    Shared.model_validate(shown)
    case = shown["case"]
    assert (shown["kind"], shown["masked"], case["case_id"], case["plate"]) == ("case", False, case_id, "苏D12341")
    assert (case["kind_zh"], case["kind_en"], case["status"]) == ("偷倒", "Illegal dumping", "acknowledged")
    assert [step["step"] for step in case["steps"]] == ["open", "acknowledge"]
    for told in ("13800001111", "李四", "Zhao", "bureau", "assignee", "contact", case_of(connection, 2)):
        assert told not in answer.text, told


def looks(connection: Connection[Any]) -> list[tuple[str, str]]:
    query = "select object_kind, object_id from audit_log where action = 'look_by_link' order by audit_no"
    return [(kind, name) for kind, name in connection.execute(query).fetchall()]


@pytest.mark.services
def test_a_shared_case_comes_with_the_track_around_it_and_each_look_at_it_is_a_row(
    client: httpx.Client, stranger: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    case_id = case_of(connection, 1)
    begins = connection.execute("select start_time from cases where case_id = %s", [case_id]).fetchone()
    assert begins is not None
    shown = opened_by(stranger, share_case(client, case_id)).json()
    Shared.model_validate(shown)
    track, (event_shown,) = shown["track"], shown["case"]["events"]
    assert (track["vehicle_id"], track["plate"], track["count"] > 0) == ("V1", "苏D12341", True)
    assert datetime.fromisoformat(track["start"]) == begins[0] - timedelta(minutes=10)
    assert (event_shown["kind_zh"], event_shown["kind_en"]) == ("偷倒", "Illegal dumping")
    assert set(event_shown["opening"]) <= set(THRESHOLDS)
    assert looks(connection) == [("case", case_id), ("vehicle", "V1")]

    masked = opened_by(stranger, share_case(client, case_id, masked=True))
    Shared.model_validate(masked.json())
    assert (masked.json()["case"]["plate"], masked.json()["track"]["plate"]) == ("苏D***41", "苏D***41")
    assert (masked.json()["case"]["vehicle_id"], masked.json()["case"]["company_name"]) == (None, None)
    for told in ("苏D12341", '"V1"'):
        assert told not in masked.text, told
    assert looks(connection)[2:] == [("case", case_id), ("vehicle", "V1")], "the log knows which truck it was"

    association = as_user(migrated_url, "association")
    by_association = opened_by(stranger, share_case(client, case_id, headers=association)).json()
    assert (by_association["track"], by_association["case"]["plate"]) == (None, "苏D***41")
    assert looks(connection)[4:] == [("case", case_id)], "no track, no look at one"


def test_a_clip_ends_when_the_link_was_made() -> None:
    case = {"start": START, "end": None}
    assert clip_of(case, END + timedelta(days=1)) == (START - timedelta(minutes=10), START + timedelta(minutes=10))
    assert clip_of(case, START + timedelta(minutes=3))[1] == START + timedelta(minutes=3)
    assert clip_of({"start": START, "end": START + timedelta(days=30)}, END + timedelta(days=90))[
        1
    ] == START + timedelta(days=7)


@pytest.mark.services
def test_a_playback_is_that_range_of_that_truck_and_its_look_is_logged(
    client: httpx.Client, stranger: httpx.Client, migrated_url: str
) -> None:
    made = share(client, **playback()).json()
    shown = opened_by(stranger, made).json()
    Shared.model_validate(shown)
    track = shown["track"]
    assert (shown["case"], track["vehicle_id"], track["plate"], track["count"]) == (None, "V1", "苏D12341", 20)
    assert track["columns"]["fix_time"][0] == START.isoformat().replace("+00:00", "Z")
    entries = client.get("/v1/audit", params={"object_kind": "vehicle"}, headers=as_user(migrated_url, "administrator"))
    told = [(entry["user"], entry["action"], entry["object_id"]) for entry in entries.json()["entries"]]
    assert told == [("link", "look_by_link", "V1"), ("bureau", "share", "V1")]
    detail = entries.json()["entries"][0]["detail"]
    assert (detail["share_id"], detail["by_link_of"], detail["address"]) == (made["share_id"], "bureau", "127.0.0.1")


@pytest.mark.services
def test_a_link_ends_in_time_at_once_when_told_and_with_its_maker(
    client: httpx.Client, stranger: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    case_id = case_of(connection, 1)
    late, told, left = (share_case(client, case_id) for _ in range(3))
    connection.execute("update shares set expires_at = now() where share_id = %s", [late["share_id"]])
    assert problem(opened_by(stranger, late)) == GONE
    chinese = stranger.get(f"/v1/shared/{late['path'].rpartition('/')[2]}", headers={"accept-language": "zh-CN"})
    assert chinese.json()["title"] == "分享链接已失效"
    assert problem(opened_by(stranger, late, "/basemap")) == GONE
    assert opened_by(stranger, told).status_code == 200
    others = as_user(migrated_url, "administrator")
    assert problem(client.delete(f"/v1/shares/{told['share_id']}", headers=others)) == (404, "share-not-found")
    assert client.delete(f"/v1/shares/{told['share_id']}").status_code == 204
    assert problem(client.delete(f"/v1/shares/{told['share_id']}")) == (404, "share-not-found")
    assert problem(opened_by(stranger, told)) == GONE
    rows = client.get("/v1/shares").json()
    ShareList.model_validate(rows)
    assert [(row["share_id"], row["in_force"]) for row in rows["shares"]] == [
        (left["share_id"], True),
        (told["share_id"], False),
        (late["share_id"], False),
    ]
    assert rows["shares"][0]["case_no"]
    assert client.get("/v1/shares", headers=others).json()["shares"] == []
    token = left["path"].rpartition("/")[2]
    kept = connection.execute("select s::text from shares s").fetchall()
    assert len(token) == 43, "256 bits"
    assert token not in str(kept) + str(rows)
    connection.execute("update users set disabled_at = now() where name = 'bureau'")
    assert problem(opened_by(stranger, left)) == GONE
    assert problem(stranger.get("/v1/shared/" + "x" * 43)) == (404, "share-not-found")
    refused = client.get("/v1/audit", params={"allowed": "false", "object_kind": "case"}, headers=others).json()
    assert len(refused["entries"]) == 4


@pytest.mark.services
def test_a_link_shows_no_more_than_its_maker_would_see_now(
    client: httpx.Client, stranger: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    first, second = case_of(connection, 1), case_of(connection, 2)
    company = as_user(migrated_url, "company", company_id="C1")
    association = as_user(migrated_url, "association")
    public = as_user(migrated_url, "public")
    assert problem(share(client, company, kind="case", case_id=second)) == (404, "case-not-found")
    assert problem(share(client, company, **playback("V2"))) == (404, "vehicle-not-found")
    assert problem(share(client, association, **playback())) == (403, "not-permitted")
    assert problem(share(client, public, kind="case", case_id=first)) == (403, "not-permitted")
    of_case = share(client, company, kind="case", case_id=first).json()
    of_track = share(client, company, **playback()).json()
    masked = share(client, association, kind="case", case_id=first).json()
    assert opened_by(stranger, masked).json()["case"]["plate"] == "苏D***41"
    assert [opened_by(stranger, made).status_code for made in (of_case, of_track)] == [200, 200]
    # The truck is sold, and the case is another company's: its former one has nothing to show.
    connection.execute("update vehicles set company_id = 'C2' where vehicle_no = 1")
    connection.execute("update cases set company_id = 'C2' where vehicle_no = 1")
    assert [problem(opened_by(stranger, made)) for made in (of_case, of_track)] == [GONE, GONE]
    listed = client.get("/v1/shares", headers=company).json()["shares"]
    assert [(row["case_no"], row["plate"]) for row in listed] == [(None, None), (None, None)]
    # A role that may not follow trucks any more.
    made = share(client, as_user(migrated_url, "inspector"), **playback()).json()
    assert opened_by(stranger, made).status_code == 200
    connection.execute("update users set role = 'association' where name = 'inspector'")
    assert problem(opened_by(stranger, made)) == GONE


@pytest.mark.services
def test_a_link_that_a_program_made_ends_with_its_key(
    client: httpx.Client, stranger: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    administrator = as_user(migrated_url, "administrator")
    wanted = {"user": "bureau", "label": "links", "permissions": ["look"]}
    key = client.post("/v1/api-keys", headers=administrator, json=wanted).json()["key"]
    bearer = {"authorization": f"Bearer {key}"}
    assert problem(share(client, bearer, **playback())) == (403, "not-permitted")
    made = share(client, bearer, kind="case", case_id=case_of(connection, 1)).json()
    assert opened_by(stranger, made).status_code == 200
    connection.execute("update api_keys set revoked_at = now()")
    assert problem(opened_by(stranger, made)) == GONE


@pytest.mark.services
def test_what_cannot_be_shared_is_told(client: httpx.Client, connection: Connection[Any]) -> None:
    now, case_id = datetime.now(UTC), case_of(connection, 1)
    assert problem(share(client, kind="case", case_id=str(uuid4()))) == (404, "case-not-found")
    for wanted in (
        {"kind": "case"},
        {"kind": "case", "case_id": case_id, "hours": 0},
        {"kind": "case", "case_id": case_id, "hours": 169},
        {"kind": "case", "case_id": case_id, "vehicle_id": "V1"},
        {"kind": "everything"},
        playback() | {"from": "2026-05-01T20:00:00"},
    ):
        assert problem(share(client, **wanted))[0] == 422, wanted
    assert problem(share(client, **playback(start=END, end=START))) == (422, "bad-interval")
    ahead = playback(start=now + timedelta(hours=1), end=now + timedelta(hours=2))
    assert problem(share(client, **ahead)) == (422, "bad-interval")
    assert problem(share(client, **playback(end=START + timedelta(days=8))))[0] == 422
    going_on = share(client, **playback(start=now - timedelta(hours=1), end=now + timedelta(days=2)))
    assert going_on.status_code == 201
    end = connection.execute("select end_time from shares order by share_no desc limit 1").fetchone()
    assert end is not None
    assert end[0] <= datetime.now(UTC), "a link is no way to follow a truck"


@pytest.mark.services
def test_links_of_one_person_have_a_bound_that_many_at_once_do_not_pass(
    client: httpx.Client, connection: Connection[Any], migrated_url: str
) -> None:
    case_id = case_of(connection, 1)
    share_case(client, case_id)
    connection.execute(
        "insert into shares (token_hash, owner_no, kind, case_id, expires_at)"
        " select decode(lpad(to_hex(n), 64, '0'), 'hex'), owner_no, kind, case_id, expires_at"
        " from shares, generate_series(1, %s) as n",
        [IN_FORCE_MOST - 4],
    )
    with ThreadPoolExecutor(6) as threads:
        codes = list(threads.map(lambda _: share(client, kind="case", case_id=case_id).status_code, range(6)))
    assert sorted(codes) == [201] * 3 + [409] * 3
    inspector = as_user(migrated_url, "inspector")
    assert share(client, inspector, kind="case", case_id=case_id).status_code == 201, "others go on"
    connection.execute("update shares set expires_at = now() - interval '31 days' where owner_no = 1")
    assert share(client, kind="case", case_id=case_id).status_code == 201
    assert len(client.get("/v1/shares").json()["shares"]) == 1, "those of long ago are forgotten"


@pytest.mark.services
def test_looks_from_one_address_have_a_bound(
    monkeypatch: pytest.MonkeyPatch, client: httpx.Client, stranger: httpx.Client, connection: Connection[Any]
) -> None:
    # So few that a busy machine makes them within the minute; a window that slides lets twice as many through at most.
    few = RateLimitItemPerMinute(5)
    monkeypatch.setattr(rates, "SHARED", few)
    made = share_case(client, case_of(connection, 1))
    assert {stranger.get("/v1/shared/unknown").status_code for _ in range(few.amount)} == {404}
    answers = (opened_by(stranger, made) for _ in range(few.amount + 1))
    answer = next(each for each in answers if each.status_code == 429)
    assert problem(answer) == (429, "too-many-requests")
    assert int(answer.headers["retry-after"]) > 0
    assert opened_by(stranger, made, "/basemap").status_code == 200, "the ground has a count of its own"


@pytest.mark.services
def test_the_ground_of_the_map_comes_with_the_link_alone(
    connection: Connection[Any], migrated_url: str, tmp_path: Path
) -> None:
    (tmp_path / "city.pmtiles").write_bytes(b"PMTiles\x03" + bytes(200))
    case_id = case_of(connection, 1)
    with serving(migrated_url, viewer="bureau") as client, httpx.Client(base_url=client.base_url, timeout=30) as nobody:
        made = share_case(client, case_id)
        ground = opened_by(nobody, made, "/basemap").json()
        assert (ground["kind"], ground["bounds"]) == ("none", None)
        assert nobody.get(ground["roads_url"]).json()["type"] == "FeatureCollection"
        assert opened_by(nobody, made, "/basemap/city.pmtiles").status_code == 404
        assert nobody.get("/v1/basemap").status_code == 401
        assert nobody.get("/v1/shared/unknown/basemap/roads").status_code == 404
        assert opened_by(nobody, made, "/basemap/passwd").status_code == 422
    with (
        serving(migrated_url, viewer="bureau", basemap=tmp_path) as client,
        httpx.Client(base_url=client.base_url, timeout=30) as nobody,
    ):
        url = opened_by(nobody, made, "/basemap").json()["url"]
        part = nobody.get(url, headers={"range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"PMTiles")


def test_a_range_is_of_the_past_and_of_a_week_at_most() -> None:
    now = datetime(2026, 5, 8, tzinfo=UTC)
    assert past_range(now - timedelta(days=1), now + timedelta(days=9), now) == (now - timedelta(days=1), now)
    with pytest.raises(BadIntervalError, match="expected a start before"):
        past_range(now, now + timedelta(days=1), now)
    with pytest.raises(RangeTooLongError, match="expected up to 7 days, got 8"):
        past_range(now - timedelta(days=8), now, now)


@pytest.mark.services
def test_the_database_keeps_no_link_to_half_of_something(migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        as_user(migrated_url, "bureau")
        for columns, values in (
            ("kind", "'case'"),
            ("kind, case_id, vehicle_id", "'case', gen_random_uuid(), 'V1'"),
            ("kind, vehicle_id", "'playback', 'V1'"),
        ):
            with pytest.raises(psycopg.errors.CheckViolation, match="what_its_kind_needs"):
                connection.execute(
                    f"insert into shares (token_hash, owner_no, expires_at, {columns}) values ('x', 1, now(), {values})"
                )

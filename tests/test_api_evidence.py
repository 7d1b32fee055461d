"""Evidence over HTTP and by command on a real database: who gets it, what is in it, what verification says then."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pypdf
import pytest
from typer.testing import CliRunner

from muckline.cli import app
from storage.batch_writer import BatchWriter
from storage.connect import connect_writer
from supervision.evidence.verify import verify
from tests.api_server import as_user, serving
from tests.evidence_past import add_night
from tests.storage_rows import batch, event

pytestmark = pytest.mark.services


@pytest.fixture
def connection(migrated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect_writer(migrated_url) as opened:
        yield opened


@pytest.fixture
def event_id(connection: psycopg.Connection[Any]) -> UUID:
    return add_night(connection)


@pytest.fixture
def client(migrated_url: str, event_id: UUID) -> Iterator[httpx.Client]:  # noqa: ARG001 - written before
    with serving(migrated_url, viewer="bureau") as opened:
        yield opened


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pages(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_bundle_holds_all_that_is_known_and_says_the_same_twice(
    client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID
) -> None:
    first = client.get(f"/v1/events/{event_id}/evidence", params={"language": "en"})
    assert first.status_code == 200, first.text
    assert first.headers["content-type"] == "application/zip"
    assert verify(first.content).ok
    files, again = (
        files_of(first.content),
        files_of(client.get(f"/v1/events/{event_id}/evidence", params={"language": "en"}).content),
    )
    assert {name for name in files if files[name] != again[name]} <= {"signature.json"}
    (event,) = json.loads(files["events.json"])
    assert (event["event_id"], event["kind"]) == (str(event_id), "illegal_dumping")
    assert json.loads(files["permit.json"])["permit_id"] == "P1"
    assert json.loads(files["passages.json"])[0]["body"] == {"result": "washed", "wash_s": 95}
    assert json.loads(files["trip.json"])["ending"] == "dumped"
    assert json.loads(files["doubts.json"])["records"]["late"] == 6
    (terminal,) = json.loads(files["vehicle.json"])["terminals"]
    assert terminal["terminal_id"] == "T1"
    rules = {each["name"]: each for each in json.loads(files["rules.json"])[0]["thresholds"]}
    assert (rules["unloading.lost_share"]["value"], rules["unloading.lost_share"]["origin"]) == (0.35, "permit")
    assert (rules["unloading.hold_s"]["value"], rules["unloading.hold_s"]["origin"]) == (12.0, "city")
    stored = connection.execute("select count(*) from fixes where vehicle_no = 1").fetchone()
    assert stored is not None
    manifest = json.loads(files["manifest.json"])
    assert 100 < manifest["fixes"]["count"] < stored[0]  # ten minutes before and after
    said = pages(files["evidence.pdf"])
    for part in ("Illegal dumping", "permit", "38.2", "15.15 t", manifest["fixes"]["sha256"], "unloading.lost_share"):
        assert part in said, part


def test_an_episode_that_is_longer_than_a_file_says_that_it_is_cut_short(
    client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID
) -> None:
    def is_cut(name: Any) -> bool:
        bundle = client.get(f"/v1/events/{name}/evidence").content
        return bool(json.loads(files_of(bundle)["manifest.json"])["range"]["cut_short"])

    assert not is_cut(event_id)
    silent = event(0, kind="offline", end_seq=20 * 360)  # twenty hours, of which a file shows twelve
    BatchWriter(connection).write(batch(events=[silent]))
    assert is_cut(silent.event_id)


def test_pages_are_written_in_chinese_too(client: httpx.Client, event_id: UUID) -> None:
    response = client.get(f"/v1/events/{event_id}/evidence", params={"format": "pdf"})
    assert response.headers["content-type"] == "application/pdf"
    assert "31.703500" in pages(response.content)


def test_places_are_those_of_the_day_of_the_event(
    client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID
) -> None:
    connection.execute("update world_past set from_at = '-infinity'")
    connection.execute("update sites set feature = jsonb_set(feature, '{properties,name}', '\"renamed later\"')")
    world = json.loads(files_of(client.get(f"/v1/events/{event_id}/evidence").content)["world.json"])
    (site,) = [row for row in world["items"] if row["id"] == "S1"]
    assert site["document"]["properties"]["name"] == "星河湾二期工地"
    assert site["to"] is not None


def test_who_may_not_see_the_truck_is_told_that_there_is_nothing(
    migrated_url: str, client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID
) -> None:
    path = f"/v1/events/{event_id}/evidence"

    def status(role: str, **scope: Any) -> int:
        return client.get(path, headers=as_user(migrated_url, role, name=f"{role}-{len(scope)}", **scope)).status_code

    own = as_user(migrated_url, "company", name="own", company_id="C1")
    other = as_user(migrated_url, "company", name="other", company_id="C2")
    assert client.get(path, headers=own).status_code == 200
    refused = client.get(path, headers=other)
    assert refused.status_code == 404
    unknown = client.get(f"/v1/events/{uuid4()}/evidence", headers=other)
    assert refused.json()["type"] == unknown.json()["type"] == "/problems/event-not-found"
    assert status("public") == 403
    assert client.get(f"/v1/cases/{uuid4()}/evidence").status_code == 404
    association = as_user(migrated_url, "association", name="association")
    for taken in (path, f"/v1/cases/{uuid4()}/evidence"):  # it may export, and not see where a truck was
        assert client.get(taken, headers=association).json()["type"] == "/problems/not-permitted"
    near = json.loads(files_of(client.get(path, headers=own).content)["world.json"])["items"]
    assert "Z1" not in [row["id"] for row in near]  # a zone near the track that is none of the company's business
    assert "Z1" in files_of(client.get(path).content)["world.json"].decode()
    rows = connection.execute(
        "select user_name, allowed from audit_log where action = 'take_evidence' order by audit_no"
    ).fetchall()
    assert ("own", True) in rows
    assert ("other", False) in rows
    assert rows.count(("association", False)) == 2


def test_keys_are_published_and_kept(client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID) -> None:
    (key,) = client.get("/v1/evidence/keys").json()["keys"]
    assert key["current"]
    assert key["first_used_at"] is None
    content = client.get(f"/v1/events/{event_id}/evidence").content
    assert verify(content, [bytes.fromhex(key["public_key"])]).ok
    connection.execute("insert into evidence_keys values (repeat('ab', 32), decode(repeat('07', 32), 'hex'))")
    assert len(client.get("/v1/evidence/keys").json()["keys"]) == 2
    issued = connection.execute("select user_name, object_kind, object_id from evidence_issued").fetchall()
    assert issued == [("bureau", "event", str(event_id))]
    for statement in ("delete from evidence_keys", "update evidence_issued set user_name = 'x'"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            connection.execute(statement)


def test_a_case_with_its_steps_and_photographs(
    client: httpx.Client, connection: psycopg.Connection[Any], event_id: UUID
) -> None:
    case_id = add_case(connection, event_id)
    response = client.get(f"/v1/cases/{case_id}/evidence", params={"language": "en"})
    assert response.status_code == 200, response.text
    assert verify(response.content).ok
    files = files_of(response.content)
    assert json.loads(files["case.json"])["case_no"] == "2026-000001"
    steps = json.loads(files["steps.json"])
    assert [step["step"] for step in steps["steps"]] == ["open", "handle"]
    assert [name for name in files if name.startswith("photos/")] == [f"photos/{steps['photos'][0]['photo_id']}.jpg"]
    said = pages(files["evidence.pdf"])
    for part in ("2026-000001", "heap found", "Handled"):
        assert part in said, part


def add_case(connection: psycopg.Connection[Any], event_id: UUID) -> UUID:
    """Write a case of the event with two steps and a photograph, as its tables hold them."""
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "#8a6d3b").save(picture, "JPEG")
    case_id, photo_id = uuid4(), uuid4()
    user = connection.execute("select user_no from users limit 1").fetchone()
    assert user is not None
    at = {
        "case_id": case_id,
        "photo_id": photo_id,
        "event_id": event_id,
        "user_no": user[0],
        "image": picture.getvalue(),
    }
    connection.execute(
        """
        insert into cases (case_id, case_no, change_no, kind, severity, status, source, vehicle_no, company_id,
            district_id, subject_kind, lon_deg, lat_deg, start_time, newest_time, opened_at, acknowledge_by,
            first_due_at, due_at, paged, updated_at, handled_at)
        select %(case_id)s, '2026-000001', 1, kind, severity, 'handled', 'event', vehicle_no, 'C1', district_id,
            subject_kind, lon_deg, lat_deg, start_time, start_time, found_at, found_at, found_at, found_at, true,
            found_at, found_at
        from events where event_id = %(event_id)s
        """,
        at,
    )
    connection.execute(
        """
        insert into case_events (event_id, case_id, joined_at, start_time, newest_time, severity, withdrawn)
        select event_id, %(case_id)s, found_at, start_time, start_time, severity, false
        from events where event_id = %(event_id)s
        """,
        at,
    )
    connection.execute(
        """
        insert into photos (photo_id, uploader_no, uploaded_at, sha256, original_sha256, width, height, image,
            thumbnail)
        values (%(photo_id)s, %(user_no)s, now(), sha256(%(image)s), sha256(%(image)s), 320, 240, %(image)s, %(image)s)
        """,
        at,
    )
    connection.execute(
        """
        insert into case_steps (case_id, step_no, at, by_name, by_display_name, step, to_status, comment, photos)
        values (%(case_id)s, 1, now(), 'rules', 'rules', 'open', 'new', null, '{}'),
            (%(case_id)s, 2, now(), 'wang', '王强', 'handle', 'handled', 'heap found', array[%(photo_id)s::uuid])
        """,
        at,
    )
    return case_id


def test_the_command_exports_and_verifies_also_against_the_database(
    migrated_url: str, connection: psycopg.Connection[Any], event_id: UUID, tmp_path: Path
) -> None:
    home = ["--set", f"database.url={migrated_url}", "--set", f"api.evidence_key_file={tmp_path / 'key.pem'}"]
    run, file = CliRunner(), tmp_path / "out.zip"
    made = run.invoke(app, ["evidence", "key", str(tmp_path / "key.pem")])
    assert made.exit_code == 0, made.output
    (tmp_path / "public.pem").write_text(made.output.partition("fingerprint")[0])
    exported = run.invoke(app, [*home, "evidence", "export", str(event_id), "--out", str(file)])
    assert exported.exit_code == 0, exported.output
    check = [*home, "evidence", "verify", str(file), "--key", str(tmp_path / "public.pem")]
    good = run.invoke(app, [*check, "--database"])
    assert good.exit_code == 0, good.output
    connection.execute("update fixes set speed_mps = 3 where vehicle_no = 1 and seq = %s", [120])
    bad = run.invoke(app, [*check, "--database"])
    assert bad.exit_code == 1
    assert "fixes.csv" in bad.output
    assert run.invoke(app, check).exit_code == 0  # the file itself is what was signed
    content = file.read_bytes()
    at = content.index(b"T1,7,120,")
    file.write_bytes(content[: at + 5] + b"9" + content[at + 6 :])
    forged = run.invoke(app, check)
    assert forged.exit_code == 1
    assert "fixes.csv" in forged.output
    missing = run.invoke(app, [*home, "evidence", "export", str(uuid4())])
    assert missing.exit_code == 1
    assert "expected an event or a case" in missing.output

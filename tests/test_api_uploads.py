"""Bodies are let in after their sender and bounded as they come; who may not send is answered before the first byte."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from typing import Any

import httpx
import psycopg
import pytest
from api_server import as_user, serving
from PIL import Image

import api.body_limit
import supervision.case_reports

pytestmark = pytest.mark.services

HUGE = 12_000_000
LONG = ("/v1/photos", "/v1/reports", "/v1/imports/companies")
FORM = "multipart/form-data; boundary=x"


@pytest.fixture
def client(migrated_url: str) -> Iterator[httpx.Client]:
    with serving(migrated_url, viewer=None) as running:
        yield running


class Upload:
    """A request whose body is sent piece by piece, or not at all."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.sent = 0

    def send(self, piece: bytes) -> None:
        """Send a piece of the body."""
        self._connection.sendall(piece)
        self.sent += len(piece)

    def send_until_refused(self, piece: bytes, pieces_most: int, pause_s: float = 0.0) -> None:
        """Send a piece again and again until nobody reads any more."""
        for _ in range(pieces_most):
            try:
                self.send(piece)
            except (ConnectionResetError, BrokenPipeError):
                return
            time.sleep(pause_s)
        raise AssertionError(f"expected an end of reading before {pieces_most} pieces")

    def let_in(self) -> None:
        """Wait until the server wants to read the body."""
        assert self._connection.recv(1_000).startswith(b"HTTP/1.1 100 ")

    def answer(self) -> tuple[int, Any, bool]:
        """Return status and body of the answer, and whether the server has closed the connection after it."""
        got = b""
        try:
            while piece := self._connection.recv(65_536):
                got += piece
            closed = True
        except ConnectionResetError:  # it does not wait for what was still on its way
            closed = True
        except TimeoutError:
            closed = False
        head, _, body = got.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), json.loads(body), closed


@contextmanager
def uploading(client: httpx.Client, path: str, user: dict[str, str], **headers: str) -> Iterator[Upload]:
    """Send the head of a POST; the body is the caller's."""
    address = (client.base_url.host, client.base_url.port or 80)
    given = (
        {"host": "x", "content-type": FORM} | user | {name.replace("_", "-"): said for name, said in headers.items()}
    )
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {said}" for name, said in given.items()), "", ""]
    with socket.create_connection(address, 15) as connection:
        connection.sendall("\r\n".join(lines).encode())
        yield Upload(connection)


def test_a_stranger_is_answered_before_a_byte_of_the_body(client: httpx.Client, migrated_url: str) -> None:
    for path, length in product(LONG, ({"content_length": str(HUGE)}, {"transfer_encoding": "chunked"})):
        with uploading(client, path, {}, **length) as waiting:
            status, problem, closed = waiting.answer()  # nothing was sent, so nothing can have been read
        assert (status, problem["type"], closed) == (401, "/problems/not-logged-in", True)
        with uploading(client, path, {}, expect="100-continue", **length) as asking:
            assert asking.answer()[0] == 401  # and no "100 Continue"
        with uploading(client, path, {"authorization": "Bearer forged"}, **length) as forged:
            assert forged.answer()[0] == 401
    for path in ("/v1/cases", "/v1/cases/steps", "/v1/exports", "/v1/webhooks"):
        with uploading(client, path, {}, content_type="application/json", content_length="200") as upload:
            assert upload.answer()[0] == 401
    assert stored(migrated_url) == (0, 0, 0)


def stored(url: str) -> tuple[int, ...]:
    """Return how many photos, cases and companies there are."""
    with psycopg.connect(url) as connection:
        tables = ("photos", "cases", "companies")
        counts = [connection.execute(f"select count(*) from {table}").fetchone() for table in tables]
    return tuple(count[0] for count in counts if count is not None)


def test_whoever_may_not_send_is_told_so_before_a_byte_and_it_is_noted_once(
    client: httpx.Client, migrated_url: str
) -> None:
    association = as_user(migrated_url, "association")
    for path in LONG:
        with uploading(client, path, association, content_length=str(HUGE)) as upload:
            status, problem, closed = upload.answer()
        assert (status, problem["type"], closed) == (403, "/problems/not-permitted", True)
    with psycopg.connect(migrated_url) as connection:
        refused = connection.execute("select count(*) from audit_log where not allowed").fetchone()
    assert refused == (len(LONG),)


def test_too_long_is_told_by_the_length_and_where_there_is_none_by_counting(
    client: httpx.Client, migrated_url: str
) -> None:
    bureau = as_user(migrated_url, "bureau")
    most = {
        "/v1/photos": 13 * 2**20,
        "/v1/reports": 25 * 2**20,
        "/v1/imports/companies": 16 * 2**20,
        "/v1/cases": 2**18,
    }
    for path, most_bytes in most.items():
        with uploading(client, path, bureau, content_length=str(most_bytes + 1)) as upload:
            status, problem, closed = upload.answer()
        assert (status, problem["type"], closed) == (413, "/problems/request-entity-too-large", True)
        assert str(most_bytes) in problem["detail"]
    with uploading(client, "/v1/imports/companies", bureau, transfer_encoding="chunked") as endless:
        piece = b"10000\r\n" + bytes(65_536) + b"\r\n"
        endless.send_until_refused(piece, pieces_most=3_200)
    # The kernel's own buffers on both sides take some megabytes.
    assert 16 * 2**20 < endless.sent < 40 * 2**20
    with uploading(client, "/v1/session", {}, content_type="application/json", content_length="10000") as login:
        assert login.answer()[0] == 413


def test_a_body_that_does_not_come_is_given_up(
    client: httpx.Client, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.body_limit, "PIECE_S", 0.3)
    monkeypatch.setattr(api.body_limit, "WHOLE_S", 0.8)
    bureau = as_user(migrated_url, "bureau")
    with uploading(client, "/v1/photos", bureau, content_length="5000") as silent:
        silent.send(b"--x\r\n")
        assert silent.answer()[::2] == (408, True)
    with uploading(client, "/v1/photos", bureau, content_length="5000") as dripping:
        dripping.send_until_refused(b"x", pieces_most=100, pause_s=0.1)


def test_who_has_sent_enough_is_told_before_the_next(
    client: httpx.Client, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision.case_reports, "REPORTS_MOST", 2)
    citizen = as_user(migrated_url, "public")
    add_photos(migrated_url, 20)
    with uploading(client, "/v1/photos", citizen, content_length=str(HUGE)) as upload:
        assert upload.answer()[::2] == (429, True)
    form = {"lon_deg": "119.9", "lat_deg": "31.7", "description": "河边倾倒"}
    first = client.post("/v1/reports", data=form, headers=citizen | {"idempotency-key": "the-first-one"})
    assert first.status_code == 201, first.text
    assert client.post("/v1/reports", data=form, headers=citizen).status_code == 201
    with uploading(client, "/v1/reports", citizen, content_length=str(HUGE)) as more:
        assert more.answer()[::2] == (429, True)
    again = client.post("/v1/reports", data=form, headers=citizen | {"idempotency-key": "the-first-one"})
    assert (again.status_code, again.json()["case_id"]) == (201, first.json()["case_id"])


def add_photos(url: str, count: int) -> None:
    """Let the citizen have sent photos."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into photos (photo_id, uploader_no, uploaded_at, sha256, original_sha256, width, height, image,"
            " thumbnail) select gen_random_uuid(), user_no, now(), '', '', 1, 1, '', ''"
            " from users, generate_series(1, %s) where name = 'public'",
            [count],
        )


def test_one_who_uploads_slowly_keeps_nobody_out(
    client: httpx.Client, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.body_limit, "PLACE_S", 0.5)
    first, second, third = (as_user(migrated_url, "bureau", name=name) for name in ("first", "second", "third"))
    path, length = "/v1/imports/companies", {"content_type": "application/json", "content_length": "2"}
    companies = json.dumps([{"company_id": "C1", "name": "一"}])
    with uploading(client, path, first, expect="100-continue", **length) as one:
        one.let_in()
        one.send(b"[")
        with uploading(client, path, first, **length) as another:
            assert another.answer()[::2] == (503, True)  # the same user's second waits for the first
        assert client.post(path, content=companies, headers=second).status_code == 200
        with uploading(client, path, second, expect="100-continue", **length) as two:
            two.let_in()
            two.send(b"[")
            with uploading(client, path, third, **length) as last:
                assert last.answer()[::2] == (503, True)
            two.send(b"]")
            one.send(b"]")
    assert client.post(path, content=companies, headers=third).status_code == 200


def test_many_photos_at_once_are_all_kept(client: httpx.Client, migrated_url: str) -> None:
    users = [as_user(migrated_url, "inspector", name=f"inspector-{number}") for number in range(3)]
    written = io.BytesIO()
    Image.effect_noise((1_200, 900), 60).save(written, "PNG")  # noise hardly compresses: 1 MB

    def send(number: int) -> int:
        photo = ("a.png", written.getvalue())
        return client.post("/v1/photos", files={"photo": photo}, headers=users[number % 3]).status_code

    with ThreadPoolExecutor(12) as senders:
        assert [*senders.map(send, range(24))] == [201] * 24
    assert stored(migrated_url)[0] == 24

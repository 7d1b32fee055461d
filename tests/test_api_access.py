"""Logging in, staying in, being locked out; keys, tickets, headers, users and the audit log, on a running API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from api.access import lockout
from api.access.passwords import assert_strong, hashed
from api.errors import WeakPasswordError
from api.tokens import access_token, read_key_text, session_of
from storage.audit_log import Entry, append, hash_at, verify
from storage.sessions import REUSE_GRACE_S
from storage.users import add_user
from tests.api_server import SECRET, as_user, ready_stream, serving, streaming, wait_until

pytestmark = pytest.mark.services

PASSWORD = "Trucks-by-night-7"
KEPT = hashed(PASSWORD)


@pytest.fixture
def url(migrated_url: str) -> str:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        add_user(connection, "wang", role="inspector", password_hash=KEPT)
    return migrated_url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with serving(url, viewer=None) as nobody:
        nobody.headers["sec-fetch-site"] = "same-origin"
        yield nobody


def log_in(client: httpx.Client, password: str = PASSWORD, name: str = "wang", **more: Any) -> httpx.Response:
    return client.post("/v1/session", json={"name": name, "password": password, **more})


def administrator(url: str) -> dict[str, str]:
    return as_user(url, "administrator")


def problem(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]


def execute(url: str, statement: str, *values: Any) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def test_logging_in_gives_cookies_that_scripts_cannot_read_and_says_who_it_is(client: httpx.Client) -> None:
    assert problem(client.get("/v1/session")) == "not-logged-in"
    answer = log_in(client)
    assert answer.status_code == 200
    cookies = answer.headers.get_list("set-cookie")
    assert all("HttpOnly" in cookie and "SameSite=strict" in cookie for cookie in cookies)
    assert "Path=/v1/session" in cookies[1]
    assert "access_token" not in answer.json()
    user = client.get("/v1/session").json()["user"]
    assert user["name"] == "wang"
    assert user["role"] == "inspector"
    assert "track" in user["permissions"]
    assert "users" not in user["permissions"]
    assert client.get("/v1/vehicles").json() == {"vehicles": [], "next": None}


def test_a_program_gets_its_token_and_needs_no_cookie(client: httpx.Client) -> None:
    token = log_in(client, token=True).json()["access_token"]
    client.cookies.clear()
    assert client.get("/v1/vehicles", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_logging_out_ends_the_session_at_once_for_every_token_of_it(client: httpx.Client) -> None:
    token = log_in(client, token=True).json()["access_token"]
    stolen = dict(client.cookies)
    assert client.delete("/v1/session").status_code == 204
    assert set(client.cookies) == {"muckline_device"}, "which lets nobody in"
    assert client.get("/v1/session", headers={"authorization": f"Bearer {token}"}).status_code == 401
    for name, value in stolen.items():
        client.cookies.set(name, value)
    assert client.post("/v1/session/refresh").status_code == 401


def test_refreshing_rotates_and_a_token_that_comes_again_ends_the_session_for_the_thief_too(
    client: httpx.Client, url: str
) -> None:
    log_in(client)
    first = client.cookies["muckline_refresh"]
    assert client.post("/v1/session/refresh").status_code == 200
    second = client.cookies["muckline_refresh"]
    assert second != first

    def refresh_with(token: str) -> httpx.Response:
        client.cookies.clear()
        return client.post("/v1/session/refresh", headers={"cookie": f"muckline_refresh={token}"})

    assert refresh_with(first).status_code == 200, "another tab, which asked at the same moment"
    execute(url, f"update refresh_tokens set used_at = used_at - interval '{REUSE_GRACE_S + 1} s'")
    assert refresh_with(first).status_code == 401
    assert refresh_with(second).status_code == 401
    assert execute(url, "select ended_why from sessions") == [("token_reused",)]
    assert execute(url, "select allowed from audit_log where action = 'reuse_refresh_token'") == [(False,)]


def test_a_session_ends_in_time_and_its_access_token_before(client: httpx.Client, url: str) -> None:
    log_in(client)
    execute(url, "update sessions set expires_at = now() - interval '1 s'")
    assert client.get("/v1/session").status_code == 401
    assert client.post("/v1/session/refresh").status_code == 401
    (session_id,) = execute(url, "select session_id from sessions")[0]
    assert session_of(SECRET, access_token(SECRET, session_id, time.time() - 601)) is None
    assert session_of(b"another secret of thirty-two byte", access_token(SECRET, session_id, time.time())) is None


def test_wrong_passwords_lock_the_name_whether_it_exists_or_not(client: httpx.Client, url: str) -> None:
    def answers(name: str) -> list[tuple[int, str]]:
        tries = [log_in(client, "wrong wrong wrong", name) for _ in range(lockout.PAIR.free + 2)]
        return [(answer.status_code, problem(answer)) for answer in tries]

    known, unknown = answers("wang"), answers("nobody")
    assert known == unknown
    assert known == [(401, "wrong-password")] * (lockout.PAIR.free + 1) + [(429, "too-many-logins")]
    answer = log_in(client)
    assert problem(answer) == "too-many-logins", "also with the right password"
    assert 1 <= int(answer.headers["retry-after"]) <= lockout.PAIR.first_s + 1
    execute(url, "update failed_logins set locked_until = now()")
    assert log_in(client).status_code == 200
    assert execute(url, "select count(*) from failed_logins where strpos(tried, 'wang') > 0") == [(0,)]
    refused = execute(url, "select detail ->> 'why', count(*) from audit_log where not allowed group by 1 order by 1")
    assert refused == [("locked", 3), ("wrong", 2 * (lockout.PAIR.free + 1))]


def test_whoever_guesses_cannot_keep_a_user_out_of_a_browser_that_knows_it(client: httpx.Client, url: str) -> None:
    log_in(client)
    device = client.cookies["muckline_device"]
    client.cookies.clear()
    codes = [log_in(client, "wrong wrong wrong").status_code for _ in range(lockout.PAIR.free + 2)]
    assert codes[-1] == 429
    execute(url, "update failed_logins set failures = 1000, locked_until = now() + interval '1 h'")
    assert problem(log_in(client)) == "too-many-logins", "elsewhere also its owner waits"

    def known(name: str, password: str = PASSWORD, token: str = device) -> int:
        client.cookies.clear()
        body = {"name": name, "password": password}
        return client.post("/v1/session", json=body, headers={"cookie": f"muckline_device={token}"}).status_code

    assert known("wang") == 200
    assert known("wang", token=device[:-4] + "AAAA") == 429, "not ours"
    assert known("nobody") == 429, "of somebody else; the address is locked"
    assert [known("wang", "wrong wrong wrong") for _ in range(lockout.DEVICE.free + 2)] == [
        *[401] * (lockout.DEVICE.free + 1), 429
    ], "this browser guesses no more than another"  # fmt: skip
    assert client.get("/v1/session", headers={"authorization": f"Bearer {device}"}).status_code == 401


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(client: httpx.Client) -> None:
    with ThreadPoolExecutor(12) as threads:
        codes = list(threads.map(lambda _: log_in(client, "wrong wrong wrong").status_code, range(12)))
    assert codes.count(401) == lockout.PAIR.free + 1
    assert codes.count(429) == 12 - lockout.PAIR.free - 1


def test_locks_grow_and_end() -> None:
    waits = [lockout.PAIR.lock_s(failures) for failures in range(1, 20)]
    assert waits[: lockout.PAIR.free] == [0.0] * lockout.PAIR.free
    assert waits[lockout.PAIR.free : lockout.PAIR.free + 3] == [5.0, 10.0, 20.0]
    assert waits[-1] == lockout.PAIR.most_s
    assert lockout.NAME.lock_s(10_000) == 60, "whoever guesses from everywhere locks the owner out for a minute only"


def test_cookies_alone_change_nothing_for_a_page_of_another_site(client: httpx.Client) -> None:
    log_in(client)
    del client.headers["sec-fetch-site"]
    for headers in (
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
    ):
        for path in ("/v1/tickets", "/v1/session/refresh", "/v1/session/password"):
            body = {"password": PASSWORD, "new_password": "x" * 12}
            assert problem(client.post(path, headers=headers, json=body)) == "wrong-origin", (path, headers)
        assert problem(client.delete("/v1/session", headers=headers)) == "wrong-origin"
    assert client.post("/v1/tickets", headers={"origin": str(client.base_url).rstrip("/")}).status_code == 201
    assert client.get("/v1/session").status_code == 200


def test_a_log_in_cannot_be_made_by_another_site(client: httpx.Client) -> None:
    body = {"name": "wang", "password": PASSWORD}
    answer = client.post("/v1/session", json=body, headers={"sec-fetch-site": "cross-site"})
    assert problem(answer) == "wrong-origin"


def test_a_changed_password_ends_the_other_sessions(client: httpx.Client) -> None:
    elsewhere = log_in(client, token=True).json()["access_token"]
    log_in(client)

    def change(old: str, new: str) -> httpx.Response:
        return client.post("/v1/session/password", json={"password": old, "new_password": new})

    assert problem(change("not the password", "another password 1")) == "wrong-password"
    assert problem(change(PASSWORD, "short")) == "weak-password"
    assert problem(change(PASSWORD, PASSWORD)) == "weak-password"
    assert change(PASSWORD, "another password 1").status_code == 204
    assert client.get("/v1/session").status_code == 200, "this one goes on"
    assert client.get("/v1/session", headers={"authorization": f"Bearer {elsewhere}"}).status_code == 401
    assert log_in(client).status_code == 401
    assert log_in(client, "another password 1").status_code == 200


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "my-wang-password", "x" * 201])
def test_weak_passwords_are_told(password: str) -> None:
    with pytest.raises(WeakPasswordError, match="expected"):
        assert_strong(password, "wang")


def test_a_given_password_must_be_changed_before_anything_else(client: httpx.Client, url: str) -> None:
    made = client.post(
        "/v1/users",
        headers=administrator(url),
        json={"name": "li", "display_name": "李", "role": "bureau"},
    ).json()
    assert made["must_change_password"]
    assert log_in(client, made["password"], "li").json()["user"]["must_change_password"]
    assert problem(client.get("/v1/vehicles")) == "password-change-needed"
    change = {"password": made["password"], "new_password": "Night-shift-2026"}
    assert client.post("/v1/session/password", json=change).status_code == 204
    assert client.get("/v1/vehicles").status_code == 200
    assert made["password"] not in str(execute(url, "select * from users")) + str(
        execute(url, "select * from audit_log")
    )


def test_users_are_changed_and_disabled_with_their_sessions_and_the_last_administrator_stays(
    client: httpx.Client, url: str
) -> None:
    admin = administrator(url)
    execute(url, "insert into companies (company_id, name) values ('K1', 'one')")
    assert log_in(client).status_code == 200

    def change(name: str, **changes: Any) -> httpx.Response:
        seen = client.get(f"/v1/users/{name}", headers=admin).json().get("revision")
        return client.patch(f"/v1/users/{name}", headers=admin, json=changes | {"expected_revision": seen})

    assert problem(change("wang", role="company")) == "user-refused"
    assert problem(change("wang", role="company", company_id="K9")) == "user-refused"
    execute(
        url,
        "insert into exports (user_no, what, format, query, status, file_name, expires_at)"
        " select user_no, 'cases', 'csv', '{}', 'done', 'x.csv', now() + interval '1 day'"
        " from users where name = 'wang'",
    )
    assert len(client.get("/v1/exports").json()["exports"]) == 1
    assert change("wang", role="company", company_id="K1").json()["company_id"] == "K1"
    assert client.get("/v1/session").status_code == 401, "it sees something else now"
    log_in(client)
    assert client.get("/v1/session").json()["user"]["role"] == "company"
    assert client.get("/v1/exports").json()["exports"] == [], "made as somebody who saw more"
    assert change("wang", disabled=True).json()["disabled_at"] is not None
    assert client.get("/v1/session").status_code == 401
    assert log_in(client).status_code == 401
    assert problem(change("administrator", disabled=True)) == "user-refused"
    assert problem(change("administrator", role="bureau")) == "user-refused"
    assert problem(change("zhang", disabled=True)) == "user-not-found"
    assert [row["name"] for row in client.get("/v1/users", headers=admin).json()["users"]] == ["administrator", "wang"]
    new = {"name": "wang", "display_name": "W", "role": "bureau"}
    assert problem(client.post("/v1/users", headers=admin, json=new)) == "user-refused"


def test_a_key_acts_for_its_user_with_less_until_it_is_revoked(client: httpx.Client, url: str) -> None:
    admin = administrator(url)
    made = client.post("/v1/api-keys", headers=admin, json={"user": "wang", "label": "map", "permissions": ["look"]})
    key = made.json()["key"]
    bearer = {"authorization": f"Bearer {key}"}
    assert client.get("/v1/vehicles", headers=bearer).status_code == 200
    assert problem(client.get("/v1/vehicles/V1/track", headers=bearer)) == "not-permitted"
    assert client.get("/v1/vehicles", headers={"authorization": f"Bearer {key}x"}).status_code == 401
    parts = read_key_text(key)
    assert parts is not None
    assert parts.secret not in str(execute(url, "select * from api_keys"))
    listed = client.get("/v1/api-keys", headers=admin).json()["keys"]
    assert [(row["user"], row["label"]) for row in listed] == [("wang", "map")]
    assert client.delete(f"/v1/api-keys/{parts.key_id}", headers=admin).status_code == 204
    assert client.get("/v1/vehicles", headers=bearer).status_code == 401
    assert problem(client.delete(f"/v1/api-keys/{parts.key_id}", headers=admin)) == "key-not-found"


def test_a_ticket_opens_one_stream(client: httpx.Client, url: str) -> None:
    bearer = as_user(url, "bureau")
    text = client.post("/v1/tickets", headers=bearer).json()["ticket"]
    assert client.get("/v1/vehicles", params={"ticket": text}).status_code == 401, "of streams alone"
    path = "/v1/positions/live"
    assert client.get(path, params={"ticket": text}).status_code == 426, "recognized, and told to upgrade"
    assert client.get(path, params={"ticket": text}).status_code == 401
    late = client.post("/v1/tickets", headers=bearer).json()["ticket"]
    execute(url, "update tickets set expires_at = now() - interval '1 s'")
    assert client.get(path, params={"ticket": late}).status_code == 401


def test_answers_say_what_a_browser_must_not_do_with_them(client: httpx.Client) -> None:
    for path in ("/healthz", "/v1/session", "/no/such/path"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "connect-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/v1/session").headers["cache-control"] == "no-store"


def test_a_loop_gone_wild_is_told_to_wait(url: str) -> None:
    with serving(url, viewer="bureau", requests_per_minute=5) as client:
        codes = [client.get("/v1/vehicles").status_code for _ in range(7)]
        assert codes == [200] * 5 + [429] * 2
        answer = client.get("/v1/vehicles")
        assert problem(answer) == "too-many-requests"
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/v1/vehicles", headers=as_user(url, "inspector")).status_code == 200, "others go on"


def test_a_parameter_that_would_do_nothing_is_refused(url: str) -> None:
    with serving(url) as client:
        answer = client.get("/v1/vehicles", params={"compny_id": "K1"})
        assert answer.status_code == 422
        assert problem(answer) == "unknown-parameter"
        assert answer.json()["unknown"] == ["compny_id"]
        assert "company_id" in answer.json()["detail"]
        assert problem(client.get("/healthz?x=1")) == "unknown-parameter"
        assert client.get("/v1/events?kind=a&kind=b&datetime=../..&bbox=1,2,3,4&limit=5").status_code == 200


def test_counters_are_of_this_host_alone(client: httpx.Client, url: str) -> None:
    assert client.get("/metrics").status_code == 200
    passed_on = {"x-forwarded-for": "10.0.0.7"}
    assert client.get("/metrics", headers=passed_on).status_code == 401
    assert client.get("/metrics", headers=passed_on | as_user(url, "inspector")).status_code == 403
    assert client.get("/metrics", headers=passed_on | as_user(url, "bureau")).status_code == 200


def test_every_look_at_a_track_is_logged_the_refused_ones_too(url: str) -> None:
    execute(url, "insert into vehicles (vehicle_id, plate) values ('V1', '苏A12345')")
    with serving(url, viewer="bureau") as client:
        assert client.get("/v1/vehicles/V1/track").status_code == 200
        assert client.get("/v1/vehicles/V9/track").status_code == 404
        assert client.get("/v1/vehicles/V1/track", headers=as_user(url, "association")).status_code == 403
        entries = client.get("/v1/audit", params={"object_kind": "vehicle"}).json()["entries"]
        refused = client.get("/v1/audit", params={"allowed": "false", "user": "bureau"}).json()["entries"]
    told = [(entry["user"], entry["action"], entry["object_id"], entry["allowed"]) for entry in entries]
    assert told == [
        ("association", "look_refused", "V1", False),
        ("bureau", "look_track", "V9", False),
        ("bureau", "look_track", "V1", True),
    ]
    assert [entry["object_id"] for entry in refused] == ["V9"]
    assert entries[2]["detail"].keys() == {"start", "end"}


def entry(number: int) -> Entry:
    return Entry(
        None, "wang", "bureau", "look_track", "vehicle", f"V{number}", detail={"n": number, "文": "字", "f": 0.1}
    )


def test_the_chain_holds_under_many_writers_and_in_every_time_zone(migrated_url: str) -> None:
    def write(number: int) -> None:
        with psycopg.connect(migrated_url, autocommit=True) as connection:
            connection.execute(f"set timezone to '{('UTC', 'Asia/Shanghai', 'America/New_York')[number % 3]}'")
            connection.execute("set datestyle to 'German'")
            append(connection, [entry(number), entry(number + 100)])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(24)))
    for zone in ("UTC", "Asia/Shanghai"):
        with psycopg.connect(migrated_url, autocommit=True) as connection:
            connection.execute(f"set timezone to '{zone}'")
            connection.execute("set extra_float_digits to -5")
            chain = verify(connection)
            assert (chain.rows, chain.broken) == (48, None)
            assert hash_at(connection, 48) == chain.head


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("update audit_log set object_id = 'V99' where audit_no = 3", 3),
        ("update audit_log set at = at + interval '1 s' where audit_no = 1", 1),
        ("update audit_log set allowed = false where audit_no = 5", 5),
        ("delete from audit_log where audit_no = 2", 3),
        ("delete from audit_log where audit_no = 1", 2),
        ("update audit_log set audit_no = 9 where audit_no = 5", 9),
        # One who knows how rows are hashed still does not fit the next one.
        ("update audit_log as a set user_name = 'li', hash = audit_hash((a.audit_no, a.at, a.user_no, 'li', a.role,"
         " a.action, a.object_kind, a.object_id, a.allowed, a.detail, a.previous_hash, a.hash)::audit_log)"
         " where audit_no = 4", 5),
    ],
)  # fmt: skip
def test_a_row_altered_by_a_superuser_is_named(migrated_url: str, tampering: str, broken: int) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        append(connection, [entry(number) for number in range(5)])
        with pytest.raises(psycopg.errors.IntegrityError, match="appended to only"):
            connection.execute(tampering)
        connection.execute("set session_replication_role to replica")
        connection.execute(tampering)
        connection.execute("set session_replication_role to origin")
        assert verify(connection).broken == broken


def test_a_log_cut_off_at_its_end_is_shown_by_an_earlier_head(migrated_url: str) -> None:
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        append(connection, [entry(number) for number in range(5)])
        head = verify(connection).head
        connection.execute("set session_replication_role to replica")
        connection.execute("delete from audit_log where audit_no > 3")
        assert verify(connection).broken is None
        assert hash_at(connection, 5) != head


def test_a_stream_ends_with_what_it_was_opened_with(client: httpx.Client, url: str) -> None:
    admin = administrator(url)
    made = client.post("/v1/api-keys", headers=admin, json={"user": "wang", "label": "wall"}).json()
    key = {"authorization": f"Bearer {made['key']}"}
    session = as_user(url, "bureau")
    ready_stream(client)

    def ends(headers: dict[str, str], path: str, method: str, end: str, by: dict[str, str]) -> bool:
        own = httpx.Client(base_url=client.base_url, headers=headers, timeout=30)
        with own, streaming(own, path=path) as reader:
            wait_until(lambda: reader.live)
            assert client.request(method, end, headers=by).status_code == 204
            return reader.ended.wait(60)

    assert ends(session, "/v1/events/stream", "DELETE", "/v1/session", session)
    assert ends(key, "/v1/cases/stream", "DELETE", f"/v1/api-keys/{made['key_id']}", admin)

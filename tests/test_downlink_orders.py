"""Ordering commands by hand and over HTTP: what is taken, what is said of what is not, and what can be read of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from api.body_limit import BODY_MOST_BYTES
from muckline.cli import app
from muckline.commands.command import parse_duration_s
from storage import downlink
from storage.connect import connect_writer
from storage.downlink_replies import apply_replies
from storage.times import to_ms
from storage.world_store import write_documents
from storage.write_batch import ReplyRow
from tests.api_server import as_user, serving

DOCUMENTS: dict[str, Any] = {
    "city": {"downlink": {"allowed": ["text", "locate", "lock", "config", "speed_limit"]}},
    "terminals": [{"terminal_id": name, "kind": "truck", "region": "320412"} for name in ("T1", "T2")],
}


@pytest.fixture
def url(migrated_url: str) -> str:
    with connect_writer(migrated_url) as connection:
        write_documents(connection, DOCUMENTS)
    return migrated_url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with serving(url, viewer=None) as opened:
        opened.headers.update(as_user(url, "bureau", display_name="王调度"))
        yield opened


def order(**changes: Any) -> dict[str, Any]:
    expires_at = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    given = {"device": "T1", "kind": "text", "body": {"text": "请回场"}, "expires_at": expires_at}
    return given | changes


@pytest.mark.services
def test_a_command_over_http(url: str, client: httpx.Client) -> None:
    sent = client.post("/v1/device-commands", json=order(reason="收工"))
    assert sent.status_code == 201, sent.text
    body = sent.json()
    assert (body["status"], body["by"], body["sends"], body["kind"]) == ("pending", "王调度", 0, "text")
    assert [step["what"] for step in body["audit"]] == ["created"]
    with connect_writer(url) as connection:
        row = connection.execute("select terminal_no from terminals where terminal_id = 'T1'").fetchone()
        assert row is not None
        now_ms = to_ms(datetime.now(UTC))
        assert len(downlink.claim_due(connection, now_ms, 10)) == 1
        apply_replies(connection, [ReplyRow(row[0], "T1", now_ms, body["id"], "accepted", "shown")])
    shown = client.get(sent.headers["location"]).json()
    assert (shown["status"], shown["result"]) == ("accepted", "shown")
    assert [(step["who"], step["what"], step["to_status"]) for step in shown["audit"]] == [
        ("王调度", "created", "pending"),
        ("platform", "sent", "pending"),
        ("T1", "reply", "accepted"),
    ]


@pytest.mark.services
def test_what_is_not_taken_is_a_problem(url: str, client: httpx.Client) -> None:
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"device": "T9"}, 404, "terminal-not-found"),
        ({"kind": "dance"}, 422, "invalid-request"),
        ({"by": "somebody else"}, 422, "invalid-request"),
        ({"surprise": 1}, 422, "invalid-request"),
        ({"expires_at": "2026-05-01T20:10:00"}, 422, "invalid-request"),
        ({"expires_at": "2020-05-01T20:10:00Z"}, 422, "invalid-command"),
        ({"body": {}}, 422, "invalid-command"),
        ({"body": {"text": "a\u0000b"}}, 422, "invalid-command"),
        ({"kind": "lock", "body": {"target": "engine", "locked": True}}, 422, "invalid-command"),
    ]
    for changes, status, problem in cases:
        answer = client.post("/v1/device-commands", json=order(**changes))
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
    infinite = json.dumps(order(kind="speed_limit", body={"limit_mps": float("nan")}))
    answer = client.post("/v1/device-commands", content=infinite, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "expected finite numbers, got nan")
    with connect_writer(url) as connection:
        write_documents(connection, {"city": {}})
    answer = client.post("/v1/device-commands", json=order())
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/command-not-allowed")
    assert "the downlink is off unless a city switches it on" in answer.json()["detail"]
    assert client.get("/v1/device-commands").json() == {"commands": [], "next": None}
    assert client.get("/v1/device-commands/c-404").status_code == 404
    assert client.get("/v1/terminals/T1/config").json()["type"] == "/problems/terminal-config-not-found"


@pytest.mark.services
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_without_end_is_not_read_to_its_end(client: httpx.Client, *, chunked: bool) -> None:
    content = json.dumps(order(body={"text": "x" * 2 * BODY_MOST_BYTES})).encode()
    given = iter([content[:1000], content[1000:]]) if chunked else content
    answer = client.post("/v1/device-commands", content=given, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "at most 262144 bytes" in answer.json()["detail"]
    assert client.get("/v1/device-commands").json()["commands"] == []


@pytest.mark.services
def test_lists_are_pages(url: str, client: httpx.Client) -> None:
    ids = [client.post("/v1/device-commands", json=order(device=f"T{n % 2 + 1}")).json()["id"] for n in range(5)]
    first = client.get("/v1/device-commands", params={"limit": 3}).json()
    second = client.get(first["next"]).json()
    assert [row["id"] for row in first["commands"] + second["commands"]] == ids[::-1]
    assert second["next"] is None
    assert [row["id"] for row in client.get("/v1/device-commands", params={"device": "T2"}).json()["commands"]] == [
        ids[3],
        ids[1],
    ]
    assert client.get("/v1/device-commands", params={"status": "refused"}).json()["commands"] == []
    settings = client.post("/v1/device-commands", json=order(kind="config", body={"report": {"moving_s": 5}})).json()
    with connect_writer(url) as connection:
        row = connection.execute("select terminal_no from terminals where terminal_id = 'T1'").fetchone()
        assert row is not None
        replies = [
            ReplyRow(row[0], "T1", 1_780_000_000_000, name, "accepted", "") for name in (settings["id"], "c-404")
        ]
        apply_replies(connection, replies)
    assert client.get("/v1/terminals/T1/config").json()["body"] == {"report": {"moving_s": 5}}
    strays = client.get("/v1/stray-replies").json()["replies"]
    assert [(row["device"], row["id"], row["status"]) for row in strays] == [("T1", "c-404", "accepted")]


def muckline(url: str, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["--set", f"database.url={url}", "command", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.services
def test_the_command_line(url: str, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"report": {"moving_s": 5}}))
    sent = [
        ("text", "请回场", "--speak"),
        ("lock", "lift", "--reason", "未盖篷布"),
        ("unlock", "lift"),
        ("speed-limit", "30"),
        ("speed-limit", "off", "--expires", "2h"),
        ("locate",),
        ("config", str(settings)),
    ]
    for arguments in sent:
        code, out, err = muckline(url, "send", "T1", *arguments, "--by", "王调度")
        assert code == 0, err
        assert "is pending" in out
    code, out, _ = muckline(url, "list", "--device", "T1", "--json")
    rows = [json.loads(line) for line in out.splitlines()][::-1]
    assert [(row["kind"], row["body"]) for row in rows] == [
        ("text", {"text": "请回场", "speak": True}),
        ("lock", {"target": "lift", "locked": True}),
        ("lock", {"target": "lift", "locked": False}),
        ("speed_limit", {"limit_mps": 8.333}),
        ("speed_limit", {}),
        ("locate", {}),
        ("config", {"report": {"moving_s": 5}}),
    ]
    code, out, _ = muckline(url, "list", "--status", "pending", "--limit", "1")
    assert (code, out.count("\n"), rows[-1]["id"] in out) == (0, 1, True)
    code, out, _ = muckline(url, "show", rows[1]["id"])
    assert "lock  pending  by 王调度 (未盖篷布)" in out
    assert "created   pending    王调度 (未盖篷布)" in out
    assert json.loads(muckline(url, "show", rows[0]["id"], "--json")[1])["audit"][0]["who"] == "王调度"
    assert muckline(url, "list", "--device", "T2")[2] == "No commands.\n"


@pytest.mark.services
def test_the_command_line_says_what_it_expected(url: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (("send", "T1", "lock", "engine", "--by", "x"), 1, "expected a reason for a lock, got none"),
        (("send", "T9", "locate", "--by", "x"), 1, "expected a registered terminal, got 'T9'"),
        (("send", "T1", "locate"), 2, "--by"),
        (("send", "T1", "dance", "--by", "x"), 2, "dance"),
        (("send", "T1", "locate", "now", "--by", "x"), 2, "expected nothing after locate"),
        (("send", "T1", "text", "--by", "x"), 2, "expected a text, got nothing"),
        (("send", "T1", "speed-limit", "fast", "--by", "x"), 2, "expected a speed in km/h"),
        (("send", "T1", "locate", "--by", "x", "--expires", "soon"), 2, "expected a duration"),
        (("send", "T1", "config", str(broken), "--by", "x"), 2, "expected JSON in"),
        (("send", "T1", "config", str(tmp_path / "none.json"), "--by", "x"), 2, "expected a readable file"),
        (("show", "c-404"), 1, "Expected a command that was sent, got c-404."),
    ]
    for arguments, code, said in cases:
        got, _, err = muckline(url, *arguments)
        assert (got, said in " ".join(err.replace("│", " ").split())) == (code, True), (arguments, err)
    with connect_writer(url) as connection:
        write_documents(connection, {"city": {}})
    code, _, err = muckline(url, "send", "T1", "locate", "--by", "x")
    assert code == 1
    assert "downlink.allowed: nothing" in err


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400)])
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "m", "0s", "-1m", "1.5h", "10 m", "1234567s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        parse_duration_s(text)

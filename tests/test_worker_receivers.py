"""Robots and mail against receivers that check what they are sent as the real ones document it; their host differs."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from api_server import serving
from test_worker_deliveries import ended_delivery
from working import working

from muckline.settings import SettingsError, read_settings
from worker.settings import WorkSettings

pytestmark = pytest.mark.services

TOKEN, SECRET = "tokenoftherobot0123", "SECofthegroup4567"
HOUR_S = 3_600


class Robots:
    """The three services as they document themselves: always HTTP 200, the verdict in the body."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"wecombot": [], "dingtalk": [], "feishu": []}

    def answer(self, address: str, said: dict[str, Any]) -> dict[str, Any]:
        """Return what the service at a path says to a message."""
        url = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/cgi-bin/webhook/send":
            return self._wecom(query, said)
        if url.path == "/robot/send":
            return self._dingtalk(query, said)
        if url.path == f"/open-apis/bot/v2/hook/{TOKEN}":
            return self._feishu(said)
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}

    def _wecom(self, query: dict[str, str], said: dict[str, Any]) -> dict[str, Any]:
        if query.get("key") != TOKEN:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if said["msgtype"] != "text" or len(said["text"]["content"].encode()) > 2_048:
            return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        self.texts["wecombot"].append(said["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, query: dict[str, str], said: dict[str, Any]) -> dict[str, Any]:
        if query.get("access_token") != TOKEN:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        stamp = query.get("timestamp", "")
        wanted = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
        if abs(time.time() * 1000 - int(stamp or 0)) > HOUR_S * 1000:
            return {"errcode": 310000, "errmsg": "invalid timestamp"}
        if base64.b64decode(query.get("sign", "")) != wanted:
            return {"errcode": 310000, "errmsg": "sign not match"}
        self.texts["dingtalk"].append(said["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, said: dict[str, Any]) -> dict[str, Any]:
        stamp = str(said.get("timestamp", "0"))
        wanted = hmac.digest(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256)
        if abs(time.time() - int(stamp)) > HOUR_S or base64.b64decode(said.get("sign", "")) != wanted:
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        self.texts["feishu"].append(said["content"]["text"])
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


@contextmanager
def robots() -> Iterator[tuple[Robots, str]]:
    """Give the services and the beginning of their URLs."""
    there = Robots()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["content-type"].startswith("application/json")
            said = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = json.dumps(there.answer(self.path, said)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, _served(server):
        yield there, f"http://127.0.0.1:{server.server_address[1]}"


class MailServer(socketserver.ThreadingTCPServer):
    """An SMTP server that asks for a log-in and keeps what it is sent (RFC 5321, RFC 4954)."""

    daemon_threads = True
    login = ("duty", "p4ss w0rd")

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        super().__init__(("127.0.0.1", 0), _Dialogue)


class _Dialogue(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.bureau.example ESMTP")
        known, to = False, []
        while line := self.rfile.readline(1_000).decode().strip():
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                self._say("250-mail.bureau.example", "250 AUTH LOGIN PLAIN")
            elif verb == "AUTH":
                known = self._knows(rest)
                self._say("235 2.7.0 welcome" if known else "535 5.7.8 credentials invalid")
            elif verb in ("MAIL", "RCPT", "DATA") and not known:
                self._say("530 5.7.0 authentication required")
            elif verb == "RCPT":
                to.append(rest.partition("<")[2].partition(">")[0])
                self._say("250 2.1.5 ok")
            elif verb == "DATA":
                self._say("354 go on")
                raw = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append((to, email.message_from_bytes(raw, policy=email.policy.default)))
                self._say("250 2.0.0 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok" if verb in ("MAIL", "RSET", "NOOP") else "502 not known")

    def _knows(self, rest: str) -> bool:
        kind, _, first = rest.partition(" ")
        if kind.upper() == "PLAIN":
            given = tuple(base64.b64decode(first).decode().split("\0")[1:])
            return given == self.server.login
        words = [first] if first else []
        for prompt in (b"Username:", b"Password:")[len(words) :]:
            self._say(f"334 {base64.b64encode(prompt).decode()}")
            words.append(self.rfile.readline(1_000).decode().strip())
        return tuple(base64.b64decode(word).decode() for word in words) == self.server.login

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)


def test_robots_and_mail_take_what_they_are_sent_and_say_why_not(migrated_url: str) -> None:
    with robots() as (there, host), MailServer() as mail, _served(mail):
        port = mail.server_address[1]
        good = {
            "wecombot": f"wecombot://{TOKEN}",
            "dingtalk": f"dingtalk://{SECRET}@{TOKEN}",
            "feishu": f"feishu://{SECRET}@{TOKEN}",
            "mail": f"mailto://duty:p4ss%20w0rd@127.0.0.1:{port}/?to=officer@city.example&from=duty@bureau.example",
        }
        bad = {
            "93000": "wecombot://another-token-0123",
            "sign not match": f"dingtalk://SECofanothergroup@{TOKEN}",
            "19021": f"feishu://{TOKEN}",
            "not taken by 127.0.0.1": f"mailto://duty:wrong@127.0.0.1:{port}/?to=a@b.example&from=c@d.example",
        }
        hosts = dict.fromkeys(("wecombot", "dingtalk", "feishu"), host)
        with serving(migrated_url, viewer="bureau") as client, working(migrated_url, robot_hosts=hosts):
            taken = {name: send(client, url) for name, url in good.items()}
            refused = {why: send(client, url) for why, url in bad.items()}
            ended = {name: ended_delivery(client, delivery_id) for name, delivery_id in taken.items()}
            failed = {why: attempted(client, delivery_id) for why, delivery_id in refused.items()}
    assert {name: one["status"] for name, one in ended.items()} == dict.fromkeys(good, "delivered"), ended
    for texts in there.texts.values():
        assert [text.partition("\n")[2] for text in texts] == ["收到本消息说明通道可用。"]
    ((to, letter),) = mail.letters
    assert to == ["officer@city.example"]
    body = letter.get_body(("plain", "html"))
    assert body is not None
    assert "收到本消息说明通道可用" in body.get_content()
    assert letter["from"].addresses[0].addr_spec == "duty@bureau.example"
    for why, attempt in failed.items():
        assert (attempt["outcome"], why in attempt["detail"]) == ("failed", True), (why, attempt)
        assert not any(word in attempt["detail"] for word in (TOKEN, SECRET, "wrong"))


def test_a_private_deployment_on_an_inner_address_is_allowed_by_name_alone(migrated_url: str) -> None:
    with robots() as (there, host):
        settings = {"robot_hosts": {"wecombot": host}, "allowed_hosts": ()}
        with serving(migrated_url, viewer="bureau") as client, working(migrated_url, **settings):
            attempt = ended_delivery(client, send(client, f"wecombot://{TOKEN}"))["attempts_made"][0]
        settings["robot_hosts"] = {"wecombot": host.replace("http://", "https://")}
        with serving(migrated_url, viewer="bureau") as client, working(migrated_url, **settings):
            inner = ended_delivery(client, send(client, f"wecombot://{TOKEN}"))["attempts_made"][0]
    assert (attempt["outcome"], "expected https://" in attempt["detail"]) == ("refused", True)
    assert (inner["outcome"], "public internet" in inner["detail"]) == ("refused", True)
    assert there.texts["wecombot"] == []


@pytest.mark.parametrize("hosts", [{"slack": "https://a.example"}, {"feishu": "open.feishu.cn"}, {"feishu": "ftp://x"}])
def test_hosts_of_robots_that_are_none_are_refused(hosts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="robot_hosts"):
        WorkSettings(robot_hosts=hosts)
    words = ",".join(f"{scheme}={host}" for scheme, host in hosts.items())
    with pytest.raises(SettingsError, match="robot_hosts"):
        read_settings(None, [f"work.robot_hosts={words}"])
    given = read_settings(None, ["work.robot_hosts=dingtalk=https://oapi.city.example,feishu=https://b.example"])
    assert given.work.robot_hosts == {"dingtalk": "https://oapi.city.example", "feishu": "https://b.example"}


def send(client: httpx.Client, url: str) -> str:
    """Add a channel, send it a test message and return the delivery's id."""
    added = client.post("/v1/channels", json={"name": "通道", "url": url})
    assert added.status_code == 201, added.text
    sent = client.post(f"/v1/channels/{added.json()['channel_id']}/test")
    assert sent.status_code == 202, sent.text
    return str(sent.json()["delivery_id"])


def attempted(client: httpx.Client, delivery_id: str) -> dict[str, Any]:
    """Return the first attempt of a delivery, once it was made."""
    deadline_s = time.monotonic() + 30
    while time.monotonic() < deadline_s:
        if attempts := client.get(f"/v1/deliveries/{delivery_id}").json()["attempts_made"]:
            return dict(attempts[0])
        time.sleep(0.1)
    raise AssertionError("expected an attempt within 30 s")

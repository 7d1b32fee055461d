"""`muckline api` as a process: says where it listens, answers, and ends in order on SIGTERM."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from conftest import Broker

from tests.api_server import SECRET, as_user, ready_stream, streaming, wait_until

pytestmark = pytest.mark.services


def command(database_url: str, broker: Broker, port: int, *more: str) -> list[str]:
    overrides = [
        *more,
        f"database.url={database_url}",
        *(f"broker.{name}={value}" for name, value in broker.settings().items()),
        f"api.port={port}",
    ]
    options = [part for override in overrides for part in ("--set", override)]
    return [sys.executable, "-m", "muckline", *options, "api"]


def test_it_serves_until_told_to_stop(migrated_url: str, broker: Broker, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    serve = command(migrated_url, broker, 0, f"api.secret_file={secret}")
    headers = as_user(migrated_url, "administrator")
    started_s = time.monotonic()
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = re.search(r"http://\S+", process.stdout.readline())
            assert said
            with httpx.Client(base_url=said[0], timeout=30, headers=headers) as client:
                wait_until(lambda: answers(client))
                starting_s = time.monotonic() - started_s
                ready_stream(client)
                with streaming(client) as reader:
                    wait_until(lambda: reader.live)
                    process.send_signal(signal.SIGTERM)
                    began_s = time.monotonic()
                    assert process.wait(60) in (0, -signal.SIGTERM)
                    # On a busy machine no longer than it took to start.
                    assert time.monotonic() - began_s < max(5, starting_s)
                    assert reader.ended.wait(30)
        finally:
            process.kill()  # leaving the block waits for its end, which nobody else would bring about


def answers(client: httpx.Client) -> bool:
    """Tell whether the server takes connections already."""
    try:
        return client.get("/healthz").status_code == 200
    except httpx.ConnectError:
        return False


def test_a_taken_port_is_said_in_one_line(migrated_url: str, broker: Broker) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            command(migrated_url, broker, port), check=False, capture_output=True, text=True, timeout=120
        )
    assert ended.returncode == 1
    assert f"expected a free address for the API, got 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_without_the_schema_is_said_in_one_line(database_url: str, broker: Broker) -> None:
    ended = subprocess.run(command(database_url, broker, 0), check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert "expected schema version" in ended.stderr
    assert "Traceback" not in ended.stderr

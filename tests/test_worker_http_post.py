"""The connection is made to the address that was judged, whatever the name stands for a moment later."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from receiver import receiving

from supervision.webhooks import TargetRefused, read_target
from worker.http_post import post

NAME = "rebinding.example"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the name stands for, look-up after look-up; looking it up once too often fails."""
    found: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        return real(found.pop(0) if host == NAME else host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return found


def test_a_name_is_looked_up_once(answers: list[str]) -> None:
    with receiving() as receiver:
        answers += ["127.0.0.1", "127.0.0.2"]
        target = read_target(f"http://{NAME}:{receiver.port}/hook", (NAME,))
        assert post(target, b"{}", {}, (NAME,)).status == 200
    assert answers == ["127.0.0.2"]
    assert receiver.got[0][1]["host"] == f"{NAME}:{receiver.port}"


def test_a_name_that_stands_for_an_inner_address_now_is_refused(answers: list[str]) -> None:
    answers += ["169.254.169.254", "1.1.1.1"]
    with pytest.raises(TargetRefused, match=r"169\.254"):
        post(read_target(f"https://{NAME}/latest/meta-data"), b"{}", {}, ())
    assert answers == ["1.1.1.1"]

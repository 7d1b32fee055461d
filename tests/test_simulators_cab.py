"""The terminal's side of the downlink: each order is carried out at most once, and the dangerous ones not at all."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from firmware_contracts import command, config, reply
from firmware_contracts.command import Command
from firmware_contracts.config import Config
from firmware_contracts.fix import Fix
from simulators.cab import TEXTS_KEPT, Cab
from simulators.cab_zones import broken_zones

NOW_MS = 1_767_225_600_000
LATER_MS = NOW_MS + 600_000
BLOCK = [[119.90, 31.70], [119.91, 31.70], [119.91, 31.71], [119.90, 31.71]]
FORBIDDEN = {"zone_id": "Z1", "kind": "forbidden", "boundary": BLOCK, "prompt": "前方禁行区"}
CORRIDOR = {
    "zone_id": "C1",
    "kind": "corridor",
    "line": [[119.90, 31.75], [119.95, 31.75]],
    "half_width_m": 50.0,
    "prompt": "已偏离路线",
}


def ordered(kind: str, body: dict[str, Any] | None = None, name: str = "c-1", expires_ms: int = LATER_MS) -> bytes:
    return command.encode(Command(name, expires_ms, kind, body or {}))


def answers(replies: list[bytes]) -> list[tuple[str, str, str]]:
    read = [reply.read(one, "T1", 0) for one in replies]
    return [(one.id, one.status, one.result) for one in read]


def last(replies: list[bytes]) -> tuple[str, str]:
    return answers(replies)[-1][1:]


def at(lat_deg: float, lon_deg: float, speed_mps: float = 10.0) -> Fix:
    return Fix(1, 1, NOW_MS, lat_deg=lat_deg, lon_deg=lon_deg, speed_mps=speed_mps)


def test_a_text_is_shown_once_however_often_it_comes() -> None:
    cab = Cab()
    payload = ordered("text", {"text": "前方200米禁行", "speak": True})
    first = cab.hear(payload, "command", NOW_MS)
    assert answers(first) == [("c-1", "delivered", ""), ("c-1", "accepted", "shown and spoken")]
    assert cab.hear(payload, "command", NOW_MS + 1000) == first
    assert list(cab.texts) == ["前方200米禁行"]
    assert cab.spoken == 1
    assert list(cab.carried_out) == ["c-1"]


def test_what_has_expired_is_refused_and_not_carried_out() -> None:
    cab = Cab()
    payload = ordered("text", {"text": "late"})
    assert last(cab.hear(payload, "command", LATER_MS)) == ("accepted", "shown")  # the last millisecond counts
    assert last(cab.hear(payload, "command", LATER_MS + 1)) == ("accepted", "shown")  # remembered
    late = ordered("text", {"text": "too late"}, "c-2")
    assert last(cab.hear(late, "command", LATER_MS + 1)) == ("refused", f"expired at {LATER_MS}")
    assert list(cab.texts) == ["late"]


def test_what_is_forgotten_has_expired() -> None:
    cab = Cab(memory=2)
    for name in ("a", "b"):
        assert last(cab.hear(ordered("locate", name=name), "command", NOW_MS))[0] == "accepted"
    status, result = last(cab.hear(ordered("locate", name="c", expires_ms=LATER_MS * 2), "command", NOW_MS))
    assert (status, result[:4]) == ("refused", "busy")
    assert cab.locates == 2
    assert (
        last(cab.hear(ordered("locate", name="d", expires_ms=LATER_MS * 2), "command", LATER_MS + 1))[0] == "accepted"
    )
    assert last(cab.hear(ordered("locate", name="a"), "command", LATER_MS + 1)) == ("refused", f"expired at {LATER_MS}")
    assert cab.locates == 3


@pytest.mark.parametrize(
    ("speed_mps", "status"), [(0.0, "accepted"), (1.4, "accepted"), (1.5, "refused"), (float("nan"), "refused")]
)
def test_the_engine_of_a_moving_truck_is_never_locked(speed_mps: float, status: str) -> None:
    cab = Cab()
    cab.sense(at(31.7, 119.9, speed_mps))
    assert last(cab.hear(ordered("lock", {"target": "engine", "locked": True}), "command", NOW_MS))[0] == status
    assert cab.locked == ({"engine"} if status == "accepted" else set())


def test_a_cab_that_never_knew_its_speed_does_not_lock_the_engine_but_lets_go() -> None:
    cab = Cab()
    lock = ordered("lock", {"target": "engine", "locked": True})
    assert last(cab.hear(lock, "command", NOW_MS))[0] == "refused"
    assert (
        last(cab.hear(ordered("lock", {"target": "lift", "locked": True}, "c-2"), "command", NOW_MS))[0] == "accepted"
    )
    unlock = ordered("lock", {"target": "lift", "locked": False}, "c-3")
    assert last(cab.hear(unlock, "command", NOW_MS)) == ("accepted", "lift unlocked")
    assert cab.locked == set()


def test_a_speed_limit_comes_warns_and_goes() -> None:
    cab = Cab()
    cab.hear(config.encode(Config("g-1", LATER_MS)), "config", NOW_MS)
    assert last(cab.hear(ordered("speed_limit", {"limit_mps": 8.0}), "command", NOW_MS)) == (
        "accepted",
        "limit 8.00 m/s",
    )
    assert cab.sense(at(31.7, 119.9, 9.0)) == ["您已超速"]
    assert cab.sense(at(31.7, 119.9, 9.0)) == []
    assert last(cab.hear(ordered("speed_limit", name="c-2"), "command", NOW_MS)) == ("accepted", "no limit")
    assert cab.speed_limit_mps is None


def test_locate_answers_with_the_last_position() -> None:
    cab = Cab()
    assert last(cab.hear(ordered("locate"), "command", NOW_MS)) == ("accepted", "no position yet")
    cab.sense(at(31.7, 119.9))
    assert last(cab.hear(ordered("locate", name="c-2"), "command", NOW_MS)) == ("accepted", "31.700000,119.900000")


def test_settings_replace_each_other_as_a_whole_and_stay() -> None:
    cab = Cab()
    report = {"moving_s": 10, "standing_s": 60, "corner_deg": 15}
    first = config.encode(Config("g-1", LATER_MS, {"report": report, "zones": [FORBIDDEN]}))
    assert (cab.moving_s, cab.standing_s, cab.corner_deg) == (None, None, None)
    assert last(cab.hear(first, "config", NOW_MS)) == ("accepted", "taken over")
    assert (cab.moving_s, cab.standing_s, cab.corner_deg) == (10, 60, 15)
    assert last(cab.hear(first, "config", LATER_MS * 2)) == ("accepted", "taken over")  # retained, comes at each start
    assert cab.hear(b"", "config", NOW_MS) == []  # the retained message was withdrawn
    assert cab.moving_s == 10
    second = config.encode(Config("g-2", LATER_MS * 3, {"report": {"moving_s": 5}}))
    cab.hear(second, "config", LATER_MS * 2)
    assert (cab.moving_s, cab.standing_s) == (5, None)
    assert last(cab.hear(first, "config", LATER_MS * 2)) == ("accepted", "taken over")  # answered, not taken over again
    assert cab.moving_s == 5


def test_zones_prompt_once_on_entering() -> None:
    cab = Cab()
    cab.hear(config.encode(Config("g-1", LATER_MS, {"zones": [FORBIDDEN, CORRIDOR]})), "config", NOW_MS)
    assert cab.sense(at(31.75, 119.92)) == []
    assert cab.sense(at(31.76, 119.92)) == ["已偏离路线"]
    assert cab.sense(at(31.7601, 119.92)) == []
    assert cab.sense(at(31.705, 119.905)) == ["前方禁行区"]
    assert cab.sense(at(31.75, 119.92)) == []
    assert cab.sense(at(31.705, 119.905, 0.0)) == ["前方禁行区"]


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "broken"),
    [
        (31.705, 119.905, {"Z1", "C1"}),
        (31.7499, 119.92, set()),  # 11 m off the centre line
        (31.7494, 119.92, {"C1"}),  # 67 m
        (31.75, 119.8996, set()),  # 38 m behind its end
        (31.75, 119.8990, {"C1"}),
        (31.75, 119.911, set()),
    ],
)
def test_zones_on_the_plane(lat_deg: float, lon_deg: float, broken: set[str]) -> None:
    assert {zone["zone_id"] for zone in broken_zones([FORBIDDEN, CORRIDOR], lat_deg, lon_deg)} == broken


def test_a_zone_across_the_antimeridian() -> None:
    zone = {"zone_id": "Z", "kind": "forbidden", "boundary": [[179.9, 0.0], [-179.9, 0.0], [-179.9, 0.2], [179.9, 0.2]]}
    assert broken_zones([zone], 0.1, 179.95)
    assert broken_zones([zone], 0.1, -179.95)
    assert not broken_zones([zone], 0.1, 179.8)


@pytest.mark.parametrize(
    ("members", "answered"),
    [
        ({"id": "c-9", "kind": "dance", "expires_ms": LATER_MS}, "refused"),
        ({"id": "c-9", "kind": "text", "expires_ms": LATER_MS}, "refused"),
        ({"id": "c-9", "kind": "text", "text": "x" * 201, "expires_ms": LATER_MS}, "refused"),
        ({"id": "c-9", "kind": "lock", "target": "horn", "locked": True, "expires_ms": LATER_MS}, "refused"),
        ({"id": "c-9", "kind": "locate"}, "refused"),
        ({"kind": "locate", "expires_ms": LATER_MS}, None),
        ({"id": "", "kind": "locate", "expires_ms": LATER_MS}, None),
        ({"id": "\ud800", "kind": "locate", "expires_ms": LATER_MS}, None),
        ({"id": 7, "kind": "locate", "expires_ms": LATER_MS}, None),
    ],
)
def test_what_cannot_be_carried_out_is_refused_by_name(members: dict[str, Any], answered: str | None) -> None:
    import json

    cab = Cab()
    replies = cab.hear(json.dumps({"v": 1} | members).encode(), "command", NOW_MS)
    assert [status for _, status, _ in answers(replies)] == ([] if answered is None else [answered])
    assert not cab.carried_out


@pytest.mark.parametrize("payload", [b"\0", b"{", b"[]", b"null", b"\xff" * 40, msgspec.json.encode({"v": 2})])
def test_noise_is_ignored(payload: bytes) -> None:
    cab = Cab()
    assert cab.hear(payload, "command", NOW_MS) == cab.hear(payload, "config", NOW_MS) == []
    assert cab.hear(ordered("locate"), "ack", NOW_MS) == []


def test_a_terminal_without_the_hardware_says_so() -> None:
    cab = Cab(kinds=("text",))
    assert last(cab.hear(ordered("locate"), "command", NOW_MS)) == ("refused", "expected one of text, got 'locate'")


def test_texts_are_bounded() -> None:
    cab = Cab()
    for n in range(TEXTS_KEPT + 5):
        cab.hear(ordered("text", {"text": str(n)}, f"c-{n}"), "command", NOW_MS)
    assert len(cab.texts) == TEXTS_KEPT
    assert cab.texts[-1] == str(TEXTS_KEPT + 4)

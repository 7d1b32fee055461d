"""What the platform sends to terminals reads back as it was meant; an encoder refuses what a terminal would refuse."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from firmware_contracts import command, config, reply
from firmware_contracts.command import COMMANDS, Command
from firmware_contracts.config import CONFIG, MAX_CONFIG_BYTES, MAX_POSITIONS, MAX_ZONES, Config
from firmware_contracts.errors import ContractError, RejectReason
from rules_engine.world_documents import read_city
from rules_engine.world_error import WorldError
from simulators.cab import Cab

EXAMPLES = Path(__file__).parents[1] / "firmware_contracts" / "examples" / "cases.json"
DOCUMENT: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
EXPIRES_MS = 1_767_229_200_000
LINE = [[119.9, 31.7], [119.95, 31.72]]
AREA = [[119.9, 31.7], [119.91, 31.7], [119.91, 31.71]]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", {"text": "前方200米禁行", "speak": True}),
        ("text", {"text": "x" * 200}),
        ("lock", {"target": "lift", "locked": True}),
        ("lock", {"target": "engine", "locked": False}),
        ("speed_limit", {"limit_mps": 0.0}),
        ("speed_limit", {"limit_mps": 60.0}),
        ("speed_limit", {}),
        ("locate", {}),
    ],
)
def test_commands_read_back_and_are_carried_out(kind: str, body: dict[str, Any]) -> None:
    sent = Command("c-1", EXPIRES_MS, kind, body)
    payload = command.encode(sent)
    assert command.decode(payload) == sent
    cab = Cab()
    cab.speed_mps = 0.0
    (_, ended) = cab.hear(payload, "command", EXPIRES_MS)
    assert reply.read(ended, "T1", 0).status == "accepted"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "dance"}, "expected a command of text, lock, speed_limit, locate, got 'dance'"),
        ({"body": {}}, "expected text, got none"),
        ({"body": {"text": ""}}, "at least 1 characters in text, got 0"),
        ({"body": {"text": "x" * 201}}, "at most 200 characters in text, got 201"),
        ({"body": {"text": "a\0b"}}, "NUL"),
        ({"body": {"text": 7}}, "expected a string text"),
        ({"body": {"text": None}}, "expected text, got none"),
        ({"body": {"text": "x", "volume": 3}}, "expected text, speak, got volume"),
        ({"kind": "lock", "body": {"target": "horn", "locked": True}}, "lift, engine, got 'horn'"),
        ({"kind": "lock", "body": {"target": "lift"}}, "expected locked, got none"),
        ({"kind": "speed_limit", "body": {"limit_mps": 60.1}}, r"in \[0.0, 60.0\], got 60.1"),
        ({"kind": "speed_limit", "body": {"limit_mps": nan}}, "expected finite numbers, got nan"),
        ({"kind": "speed_limit", "body": {"limit_mps": inf}}, "expected finite numbers, got inf"),
        ({"kind": "locate", "body": {"id": "other"}}, "expected nothing, got id"),
        ({"id": ""}, "at least 1 characters in id"),
        ({"id": "x" * 65}, "at most 64 characters in id"),
        ({"expires_ms": -1}, "expires_ms"),
        ({"expires_ms": 2**53 + 1}, "expires_ms"),
    ],
)
def test_a_command_that_a_terminal_would_refuse_is_not_encoded(changes: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {"id": "c-1", "expires_ms": EXPIRES_MS, "kind": "text", "body": {"text": "x"}} | changes
    with pytest.raises(ValueError, match=said):
        command.encode(Command(**given))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"report": {"moving_s": 1, "standing_s": 3600, "corner_deg": 180}},
        {"thresholds": {"overspeed_mps": 16.7, "lift_deg": 10.0, "load_change_kg": 500.0}},
        {"zones": []},
        {"zones": [{"zone_id": f"Z{n}", "kind": "forbidden", "boundary": AREA} for n in range(MAX_ZONES)]},
        {"zones": [{"zone_id": "C", "kind": "corridor", "line": LINE, "half_width_m": 5.0, "prompt": "偏离"}]},
        {"zones": [{"zone_id": "Z", "kind": "forbidden", "boundary": [LINE[0]] * MAX_POSITIONS}]},
    ],
)
def test_settings_read_back_and_are_taken_over(body: dict[str, Any]) -> None:
    sent = Config("g-1", EXPIRES_MS, body)
    payload = config.encode(sent)
    assert config.decode(payload) == sent
    cab = Cab()
    assert reply.read(cab.hear(payload, "config", EXPIRES_MS)[-1], "T1", 0).status == "accepted"
    assert cab.config == sent


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"camera": {}}, "the settings: expected report, thresholds, zones, got camera"),
        ({"report": {"moving": 5}}, "report: expected moving_s, standing_s, corner_deg, got moving"),
        ({"report": []}, "expected an object report"),
        ({"report": {"moving_s": 0}}, r"in \[1, 300\], got 0"),
        ({"report": {"moving_s": 1.5}}, "expected an integer moving_s"),
        ({"thresholds": {"lift_deg": nan}}, "expected finite numbers"),
        ({"zones": [{"zone_id": "Z", "kind": "forbidden", "boundary": AREA, "promt": "x"}]}, "zones: .* got promt"),
        ({"zones": [{"zone_id": "Z", "kind": "forbidden"}]}, "expected boundary in zone Z, got none"),
        ({"zones": [{"zone_id": "C", "kind": "corridor", "line": LINE}]}, "expected half_width_m in zone C"),
        ({"zones": [{"zone_id": "C", "kind": "corridor", "half_width_m": 9}]}, "expected line in zone C"),
        ({"zones": [{"zone_id": "Z", "kind": "forbidden", "boundary": LINE}]}, "3 to 200 positions in boundary, got 2"),
        ({"zones": [{"zone_id": "Z", "kind": "forbidden", "boundary": [[119.9, 31.7, 5]] * 3}]}, "list of .*boundary"),
        ({"zones": [{"zone_id": "Z", "kind": "forbidden", "boundary": [[31.7, 119.9]] * 3}]}, "expected .lon_deg, lat"),
        (
            {"zones": [{"zone_id": str(n), "kind": "forbidden", "boundary": AREA} for n in range(33)]},
            "at most 32 zones",
        ),
        ({"zones": [{"zone_id": "", "kind": "forbidden", "boundary": AREA}]}, "at least 1 characters in zone_id"),
        (
            {
                "zones": [
                    {"zone_id": str(n), "kind": "forbidden", "boundary": [[119.123456, 31.123456]] * MAX_POSITIONS}
                    for n in range(MAX_ZONES)
                ]
            },
            f"at most {MAX_CONFIG_BYTES} bytes",
        ),
    ],
)
def test_settings_that_a_terminal_would_refuse_are_not_encoded(body: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        config.encode(Config("g-1", EXPIRES_MS, body))


@pytest.mark.parametrize(
    ("said", "result"), [("delivered", None), ("accepted", "shown"), ("refused", ""), (None, "done")]
)
def test_replies_read_back(said: str | None, result: str | None) -> None:
    read = reply.read(reply.encode("c-1", result, said), "T1", 0)
    assert (read.id, read.status, read.result) == ("c-1", said or "accepted", result or "")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (("", "done", None), RejectReason.OUT_OF_RANGE),
        (("c-1", None, None), RejectReason.MISSING_FIELD),
        (("c-1", "x" * 1001, "accepted"), RejectReason.OUT_OF_RANGE),
        (("c-1", "done", "perhaps"), RejectReason.UNKNOWN_VALUE),
    ],
)
def test_a_reply_that_the_platform_would_refuse_is_not_encoded(given: tuple[Any, ...], reason: RejectReason) -> None:
    with pytest.raises(ContractError) as caught:
        reply.encode(*given)
    assert caught.value.reason == reason


@pytest.mark.parametrize("channel", ["command", "config"])
def test_a_cab_does_what_the_examples_say(channel: str) -> None:
    for case in DOCUMENT[f"{channel}s"]:
        cab = Cab()
        cab.speed_mps = 0.0
        said = [reply.read(one, "T1", 0).status for one in cab.hear(case["payload"].encode(), channel, EXPIRES_MS)]
        if "refused" in case:
            assert said in ([], ["refused"]), case["name"]
        elif channel == "command" and case["kind"] not in COMMANDS:
            assert said == ["refused"], case["name"]
        else:
            assert said == ["delivered", "accepted"], case["name"]


def test_every_cut_of_a_command_is_refused_or_ignored() -> None:
    for payload, channel in (
        (command.encode(Command("c-1", EXPIRES_MS, "text", {"text": "停"})), "command"),
        (config.encode(Config("g-1", EXPIRES_MS, {"report": {"moving_s": 5}})), "config"),
    ):
        cab = Cab()
        for end in range(len(payload)):
            assert cab.hear(payload[:end], channel, 0) == []
        assert cab.hear(payload + b"\0", channel, 0) == []
        assert not cab.carried_out


def test_a_city_allows_what_there_is() -> None:
    kinds = [*COMMANDS, "config"]
    city = read_city({"city": {"downlink": {"allowed": kinds}}})
    assert city.downlink is not None
    assert list(city.downlink.allowed) == kinds
    assert read_city({"city": {}}).downlink is None
    with pytest.raises(WorldError, match=r"reboot. - at .*downlink\.allowed"):
        read_city({"city": {"downlink": {"allowed": ["reboot"]}}})


def test_the_tables_say_what_each_member_means() -> None:
    for fields in (*COMMANDS.values(), CONFIG):
        for name, one in fields.items():
            assert one.en, name
            assert one.zh, name

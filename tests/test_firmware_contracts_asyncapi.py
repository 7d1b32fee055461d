"""The AsyncAPI document is what the code says, and the AsyncAPI parser takes it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asyncapi_parser import installed, parse
from jsonschema import Draft7Validator

from firmware_contracts.asyncapi import KEEP_ALIVE_S, SESSION_EXPIRY_S
from firmware_contracts.decode import MAX_PAYLOAD_BYTES, READERS
from firmware_contracts.exchanges import EXCHANGES
from firmware_contracts.topics import DOWN_CHANNELS, KINDS, UP_ENCODINGS, parse_down_topic, parse_topic

ROOT = Path(__file__).parents[1]
FILE = ROOT / "firmware_contracts" / "asyncapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
OLD_VERSION = "asyncapi-latest-version"  # 3.0 is meant: tools read it everywhere
ERROR = 0


@pytest.fixture(scope="session")
def parser() -> Path:
    return installed(ROOT / ".muckline")


def test_the_parser_takes_the_document(parser: Path) -> None:
    (found,) = parse(parser, [FILE])
    assert [one for one in found["diagnostics"] if one["code"] != OLD_VERSION] == []
    assert sorted(found["channels"]) == sorted(channel["address"] for channel in DOCUMENT["channels"].values())
    assert set(found["messages"]) == {one.name for one in EXCHANGES}
    assert len(found["operations"]) == len(EXCHANGES)


def test_an_installation_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_offline", "true")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(RuntimeError, match=r"npm ci.*registry(.|\n)*ENOTCACHED"):
        installed(tmp_path)


def lost_message(document: dict[str, Any]) -> None:
    del document["components"]["messages"]["event"]


def lost_parameter(document: dict[str, Any]) -> None:
    del document["channels"]["event"]["parameters"]["device"]


def unknown_action(document: dict[str, Any]) -> None:
    document["operations"]["sendState"]["action"] = "shout"


def wrong_quality(document: dict[str, Any]) -> None:
    document["operations"]["sendState"]["bindings"]["mqtt"]["qos"] = 3


def schema_that_is_none(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["report"]["properties"]["epoch"]["type"] = "counter"


BROKEN: list[Callable[[dict[str, Any]], None]] = [
    lost_message,
    lost_parameter,
    unknown_action,
    wrong_quality,
    schema_that_is_none,
]


def test_the_parser_refuses_broken_documents(parser: Path, tmp_path: Path) -> None:
    files = []
    for harm in BROKEN:
        document = copy.deepcopy(DOCUMENT)
        harm(document)
        files.append(tmp_path / f"{harm.__name__}.json")
        files[-1].write_text(json.dumps(document), encoding="utf-8")
    found = zip(files, parse(parser, files), strict=True)
    refused = {file.stem for file, one in found if any(d["severity"] == ERROR for d in one["diagnostics"])}
    assert refused == {harm.__name__ for harm in BROKEN}


def test_examples_are_valid_payloads() -> None:
    """The parser does not look at them."""
    for name, message in DOCUMENT["components"]["messages"].items():
        schema = message["payload"] if "$ref" not in message["payload"] else message["payload"] | DOCUMENT
        assert message["examples"], name
        for example in message["examples"]:
            assert [error.message for error in Draft7Validator(schema).iter_errors(example["payload"])] == []
    report = DOCUMENT["components"]["messages"]["reportJson"]
    spoiled = copy.deepcopy(report["examples"][0]["payload"])
    spoiled["fixes"][0]["lat_deg"] = 91
    assert not Draft7Validator(report["payload"] | DOCUMENT).is_valid(spoiled)


def test_every_topic_of_the_code_has_a_channel_and_no_other() -> None:
    up = {f"up/{channel}/{encoding}" for channel, encodings in UP_ENCODINGS.items() for encoding in encodings}
    assert {one.topic for one in EXCHANGES} == up | {f"down/{channel}" for channel in DOWN_CHANNELS}
    assert up == {f"up/{channel}/{encoding}" for channel, encoding in READERS}
    filled = {"{region}": "320412", "{kind}": KINDS[0], "{device}": "T1"}
    for channel in DOCUMENT["channels"].values():
        topic = re.sub(r"\{\w+\}", lambda name: filled[name[0]], channel["address"])
        assert str((parse_topic if "/up/" in topic else parse_down_topic)(topic)) == topic


def test_limits_are_those_of_the_broker() -> None:
    shipped = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "deploy").glob("*.conf")))
    setting = dict(re.findall(r"^(\w+) (\S+)", shipped, re.MULTILINE))
    binding = DOCUMENT["servers"]["city"]["bindings"]["mqtt"]
    assert binding["maximumPacketSize"] == int(setting["max_packet_size"]) == MAX_PAYLOAD_BYTES
    assert "persistent_client_expiration" not in setting, "nor ends the broker a session before SESSION_EXPIRY_S"
    assert SESSION_EXPIRY_S == 0xFFFF_FFFF, "2.0.11 reads freed memory on SIGHUP with sessions that end"
    assert int(setting["max_keepalive"]) >= 2 * KEEP_ALIVE_S


def test_no_file_names_where_packages_come_from() -> None:
    lock = json.loads((ROOT / "tests" / "asyncapi" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert len(packages) > 100
    assert all("resolved" not in package and package["integrity"] for package in packages)

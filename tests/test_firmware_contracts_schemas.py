"""Schemas say what the readers say: a payload that is taken is valid, one that is refused for its form is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import reduce
from math import isnan
from operator import xor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from firmware_contracts import command, commit_ack, config, device_event, device_state, reply, report_json
from firmware_contracts.columns import ABSENT
from firmware_contracts.decode import decode_report
from firmware_contracts.errors import RecordError, RejectReason
from firmware_contracts.json_fields import Field, Group, Groups, Word, Words
from firmware_contracts.json_schema import BEYOND_A_SCHEMA, HEADS, PAYLOADS, as_draft_07, schema_document
from firmware_contracts.meanings import REASONS, WORDS
from firmware_contracts.nmea_layout import PMUK
from firmware_contracts.nmea_sentence import Muk, read_sentence
from firmware_contracts.report_json import Reading

EXAMPLES = Path(__file__).parents[1] / "firmware_contracts" / "examples"
DOCUMENT: dict[str, Any] = json.loads((EXAMPLES / "cases.json").read_text(encoding="utf-8"))
LAXER = {
    "json_fix_float_time": RejectReason.BAD_TYPE,  # to a schema 1767225600000.0 is an integer
    "event_later_type_huge": RejectReason.OUT_OF_RANGE,  # what an unknown type holds is free
}

VALIDATORS = {name: Draft202012Validator(schema_document(name)) for name in PAYLOADS}
OLDER = {name: Draft7Validator(as_draft_07(schema())) for name, schema in PAYLOADS.items()}


class Example:
    """A JSON payload, the schema it belongs to, and for what reasons readers refuse it or something in it."""

    def __init__(self, name: str, payload: bytes, schema: str, reasons: list[str]) -> None:
        self.name, self.payload, self.schema = name, payload, schema
        self.reasons = {RejectReason(reason) for reason in reasons}


def examples() -> Iterator[Example]:
    for case in DOCUMENT["cases"]:
        parts = case["topic"].split("/")
        if case["payload"].endswith(".json") and parts[-3] == "up" and parts[-1] == "json":
            payload = (EXAMPLES / case["payload"]).read_bytes()
            yield Example(case["name"], payload, parts[-2], [rejected["reason"] for rejected in case["rejected"]])
    for case in DOCUMENT["acks"]:
        yield Example(case["name"], case["payload"].encode(), "ack", [])
    for schema in ("command", "config"):
        for case in DOCUMENT[f"{schema}s"]:
            yield Example(case["name"], case["payload"].encode(), schema, [r for r in [case.get("refused")] if r])


JSON_EXAMPLES = [example for example in examples() if "bad_topic" not in example.reasons]
TAKEN = [example for example in JSON_EXAMPLES if not example.reasons - BEYOND_A_SCHEMA and example.name not in LAXER]
REFUSED = [example for example in JSON_EXAMPLES if example.reasons - BEYOND_A_SCHEMA and example.name not in LAXER]
DOCUMENTS = [example for example in TAKEN if not example.reasons & {RejectReason.BAD_JSON, RejectReason.BAD_UTF8}]


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema_document(name))
    Draft7Validator.check_schema(as_draft_07(PAYLOADS[name]()))


@pytest.mark.parametrize("example", [e for e in DOCUMENTS if not e.reasons], ids=lambda example: example.name)
def test_what_readers_take_is_valid(example: Example) -> None:
    value = json.loads(example.payload)
    for validators in (VALIDATORS, OLDER):
        assert [error.message for error in validators[example.schema].iter_errors(value)] == []


@pytest.mark.parametrize("example", REFUSED, ids=lambda example: example.name)
def test_what_readers_refuse_for_its_form_is_not_valid(example: Example) -> None:
    value = json.loads(example.payload)
    for validators in (VALIDATORS, OLDER):
        assert not validators[example.schema].is_valid(value)


def test_every_reason_is_either_shown_to_fail_a_schema_or_beyond_one() -> None:
    shown = {reason for example in REFUSED for reason in example.reasons}
    of_other_layouts = {"bad_size", "bad_checksum", "bad_sentence", "no_identity"}
    assert shown | BEYOND_A_SCHEMA == set(RejectReason) - of_other_layouts
    assert not shown & BEYOND_A_SCHEMA
    assert len(REFUSED) > 30
    assert len(DOCUMENTS) > 30


def test_readers_are_stricter_only_where_it_is_said() -> None:
    laxer = [example for example in JSON_EXAMPLES if example.name in LAXER]
    assert {example.name: example.reasons for example in laxer} == {name: {one} for name, one in LAXER.items()}
    assert all(VALIDATORS[example.schema].is_valid(json.loads(example.payload)) for example in laxer)


def rows(fields: Mapping[str, Field], path: str) -> Iterator[tuple[str, Field]]:
    for name, row in fields.items():
        yield f"{path}.{name}", row
        if isinstance(row, Group | Groups):
            yield from rows(row.members, f"{path}.{name}")


def all_rows() -> list[tuple[str, Field]]:
    tables: dict[str, Mapping[str, Field]] = {
        "fix": report_json.FIX,
        "event head": device_event.HEAD,
        "event": device_event.SUBJECT,
        "state": device_state.STATE,
        "reply": reply.REPLY,
        "ack": commit_ack.ACK,
        "command head": command.HEAD,
        "config": config.CONFIG,
    }
    tables |= {f"event {name}": fields for name, fields in device_event.EVENT_TYPES.items()}
    tables |= {f"command {name}": fields for name, fields in command.COMMANDS.items()}
    tables |= {f"head of {name}": fields for name, fields in HEADS.items()}
    return [row for path, fields in tables.items() for row in rows(fields, path)]


def is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


@pytest.mark.parametrize(("path", "row"), all_rows(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_member_is_explained_in_both_languages(path: str, row: Field) -> None:
    assert row.en.endswith("."), path
    assert is_chinese(row.zh), path
    assert row.zh.endswith("。"), path


def test_every_word_and_every_reason_is_explained() -> None:
    words = {word for _, row in all_rows() if isinstance(row, Word) for word in row.words}
    words |= {word for _, row in all_rows() if isinstance(row, Words) for word in row.known}
    assert words == set(WORDS)
    assert set(REASONS) == set(RejectReason)
    for meaning in [*WORDS.values(), *REASONS.values()]:
        assert meaning.en
        assert is_chinese(meaning.zh)


def test_every_reading_has_its_limits() -> None:
    conditions = PAYLOADS["report"]()["properties"]["fixes"]["items"]["allOf"]
    limited = {name for condition in conditions for name in condition["else"]["properties"]}
    assert limited == {name for name, row in report_json.FIX.items() if isinstance(row, Reading)}


def test_the_table_of_pmuk_is_what_is_read() -> None:
    sound = ["1", "7", "1204", "21500.5", "0.5", "0.4", "2", "1", "0", "0A", "7F"]

    def read(fields: list[str]) -> Muk:
        body = ",".join(["PMUK", *fields])
        sentence = read_sentence(f"${body}*{reduce(xor, body.encode()):02X}".encode())
        assert isinstance(sentence, Muk)
        return sentence

    assert [row.name for row in PMUK] == ["v", *Muk._fields]
    assert read(sound) == Muk(7, 1204, 21500.5, 0.5, 0.4, 2, 1, 0, 10, 127)
    for place, row in enumerate(PMUK):
        emptied = [*sound[:place], "", *sound[place + 1 :]]
        if row.required:
            with pytest.raises(RecordError):
                read(emptied)
        else:
            assert getattr(read(emptied), row.name) in {ABSENT, 0} or isnan(getattr(read(emptied), row.name))


NOW_MS: int = DOCUMENT["received_at_ms"]
# Whole doubles are left out: to a schema they are integers. So are limits themselves: readers compare 32-bit floats.
VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**34),
    st.sampled_from([0.5, -0.25, 31.5, 89.5, 179.5, 359.5, 1e7 + 0.5, -1e7 - 0.5]),
    st.sampled_from(["closed", "half", "later", ""]),
    st.lists(st.sampled_from(["gnss", "load_sensor", "lift_sensor", "sos", "later", 4, None]), max_size=3),
)
FIX = st.dictionaries(st.sampled_from([*report_json.FIX, "later"]), VALUE, max_size=6)


@settings(max_examples=400, deadline=None)
@given(FIX, st.booleans())
def test_any_fix_is_valid_exactly_where_readers_take_it(fix: dict[str, Any], whole: bool) -> None:
    if whole:
        fix = {"lat_deg": 31.5, "lon_deg": 119.5} | fix | {"seq": 1}
    fix["time_ms"] = NOW_MS
    document = {"v": 1, "epoch": 7, "fixes": [fix]}
    decoded = decode_report("muck/v1/320412/truck/T1/up/report/json", json.dumps(document).encode(), NOW_MS)
    valid = {VALIDATORS["report"].is_valid(document), OLDER["report"].is_valid(document)}
    assert valid == {not decoded.rejected}


EVENT_NAMES = sorted({name for fields in device_event.EVENT_TYPES.values() for name in fields} | {"later"})
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from([*device_event.EVENT_TYPES, "later_type", "Later", 5, None])},
    optional={name: VALUE | st.sampled_from(["washed", "in", "opened"]) for name in EVENT_NAMES},
)


@settings(max_examples=300, deadline=None)
@given(EVENT)
def test_any_event_is_valid_exactly_where_readers_take_it(event: dict[str, Any]) -> None:
    document = {"v": 1, "epoch": 7, "events": [event | {"seq": 1, "time_ms": NOW_MS}]}
    decoded = decode_report("muck/v1/320412/washer/W1/up/event/json", json.dumps(document).encode(), NOW_MS)
    valid = {VALIDATORS["event"].is_valid(document), OLDER["event"].is_valid(document)}
    assert valid == {not decoded.rejected}

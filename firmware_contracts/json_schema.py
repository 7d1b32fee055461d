"""JSON Schemas (2020-12) of every JSON payload, made from the tables that read them.

What a schema cannot say stands in `BEYOND_A_SCHEMA`: a payload that is valid can still be refused for those reasons. In
two more respects schemas are laxer: to them 1.0 is an integer, to the readers it is none; and what an event of an
unknown type holds is free, while readers keep only what a database takes.

Pure: examples come in as arguments. Which files they make is settled by `muckline contract`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from firmware_contracts import command, commit_ack, config, device_event, device_state, reply, report_json
from firmware_contracts.columns import Fault
from firmware_contracts.errors import RejectReason
from firmware_contracts.fix_limits import FAULTY_FIELDS
from firmware_contracts.json_document import MAX_COUNTER, VERSION
from firmware_contracts.json_fields import Field, Groups, Integer, Text, member_schema, object_schema
from firmware_contracts.report_json import Reading

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BEYOND_A_SCHEMA = frozenset({
    RejectReason.BAD_TOPIC,
    RejectReason.BAD_JSON,
    RejectReason.BAD_UTF8,
    RejectReason.NUL_BYTE,
    RejectReason.TOO_LARGE,
    RejectReason.DUPLICATE_FIELD,
    RejectReason.NOT_FINITE,
    RejectReason.DEVICE_MISMATCH,
    RejectReason.TIME_PAST,
    RejectReason.TIME_FUTURE,
    RejectReason.UNKNOWN_DEVICE,
    RejectReason.UNASSIGNED_TERMINAL,
    RejectReason.SUSPENDED_DEVICE,
    RejectReason.CONFLICT,
    RejectReason.REFUSED_BY_DATABASE,
})  # fmt: skip

VERSIONED: dict[str, Field] = {
    "v": Integer(
        least=VERSION, most=VERSION, required=True, en="Version of the contract, always 1.", zh="协议版本，固定为 1。"
    ),
}
SENDER: dict[str, Field] = {
    "device": Text(most=32, en="The device of the topic, or left out.", zh="与主题中的设备编号一致，或不给出。"),
}
EPOCH: dict[str, Field] = {
    "epoch": Integer(
        most=MAX_COUNTER,
        required=True,
        en="Names the counter that seq counts in; a new one begins when a counter is lost.",
        zh="seq 所属的计数纪元；计数丢失后启用新的纪元。",
    ),
}
HEADS: dict[str, dict[str, Field]] = {
    "report": {
        **VERSIONED,
        **SENDER,
        **EPOCH,
        "fixes": Groups(most=0, required=True, en="The fixes; may be empty.", zh="定位记录，可为空。"),
    },
    "event": {
        **VERSIONED,
        **SENDER,
        **EPOCH,
        "events": Groups(most=0, required=True, en="The events; may be empty.", zh="事件记录，可为空。"),
    },
    "state": {**VERSIONED, **SENDER, **device_state.STATE},
    "reply": {**VERSIONED, **SENDER, **reply.REPLY},
    "ack": {**VERSIONED, **commit_ack.ACK},
    "command": {**VERSIONED, **command.HEAD, "kind": command.KIND},
    "config": {**VERSIONED, **command.HEAD, **config.CONFIG},
}
"""Members of each payload's top object; what stands in the lists of a report or event has tables of its own."""


def fix_schema() -> Schema:
    """Return the schema of one fix: a reading has limits where its sensor is sound."""
    schema = object_schema(report_json.FIX)
    for name, row in report_json.FIX.items():
        if isinstance(row, Reading):
            limits = f" In [{row.least:.10g}, {row.most:.10g}], unless its sensor is among the faults."
            schema["properties"][name]["description"] += limits
    return schema | {"allOf": [_unless_faulty(fault, names) for fault, names in FAULTY_FIELDS.items()]}


def _unless_faulty(fault: Fault, names: Iterable[str]) -> Schema:
    """Return the limits of the readings that a fault makes void."""
    rows = {name: row for name, row in report_json.FIX.items() if name in names and isinstance(row, Reading)}
    limits: Schema = {"properties": {n: {"minimum": row.least, "maximum": row.most} for n, row in rows.items()}}
    if "lat_deg" in rows:
        limits |= _both_or_neither("lat_deg", "lon_deg")
    word = next(word for word, bit in report_json.FAULTS.items() if bit == fault)
    faulty = {"faults": {"type": "array", "contains": {"const": word}}}
    return {"if": {"properties": faulty, "required": ["faults"]}, "then": {}, "else": limits}


def _both_or_neither(*names: str) -> Schema:
    given = {"required": list(names), "properties": {name: {"type": "number"} for name in names}}
    return {"anyOf": [given, {"properties": {name: {"type": "null"} for name in names}}]}


def event_schema() -> Schema:
    """Return the schema of one event: the members of its type; those of an unknown type are free."""
    return object_schema(device_event.HEAD) | _by_word("type", device_event.EVENT_TYPES, device_event.SUBJECT)


def _by_word(name: str, tables: Mapping[str, Mapping[str, Field]], otherwise: Mapping[str, Field]) -> Schema:
    """Return what the value of one member asks of the others."""
    cases = [_if_word(name, word, object_schema(fields)) for word, fields in tables.items() if fields]
    known: Schema = {"properties": {name: {"enum": list(tables)}}}
    return {"allOf": [*cases, {"if": known, "then": {}, "else": object_schema(otherwise)}] if otherwise else cases}


def _if_word(name: str, word: str, then: Schema) -> Schema:
    return {"if": {"properties": {name: {"const": word}}, "required": [name]}, "then": then}


def report_payload() -> Schema:
    """Return the schema of a JSON report."""
    return _with_list(HEADS["report"], "fixes", fix_schema())


def event_payload() -> Schema:
    """Return the schema of a message of events."""
    return _with_list(HEADS["event"], "events", event_schema())


def _with_list(head: Mapping[str, Field], name: str, item: Schema) -> Schema:
    schema = object_schema(head)
    described = {key: text for key, text in member_schema(head[name]).items() if key in {"description", "x-zh"}}
    schema["properties"][name] = {**described, "type": "array", "items": item}
    return schema


def state_payload() -> Schema:
    """Return the schema of a state."""
    return object_schema(HEADS["state"])


def reply_payload() -> Schema:
    """Return the schema of a reply, which has a status, a result, or both."""
    given = [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("status", "result")]
    return object_schema(HEADS["reply"]) | {"anyOf": given}


def ack_payload() -> Schema:
    """Return the schema of a commit acknowledgement."""
    return object_schema(HEADS["ack"])


def command_payload() -> Schema:
    """Return the schema of a command."""
    return object_schema(HEADS["command"]) | _by_word("kind", command.COMMANDS, {})


def config_payload() -> Schema:
    """Return the schema of a document of settings; a zone has what its kind needs."""
    schema = object_schema(HEADS["config"])
    zones = next(part for part in schema["properties"]["zones"]["anyOf"] if part["type"] == "array")
    zones["items"]["allOf"] = [
        _if_word(
            "kind", kind, {"required": list(names), "properties": {name: {"not": {"type": "null"}} for name in names}}
        )
        for kind, names in config.SHAPES.items()
    ]
    return schema


PAYLOADS: dict[str, Callable[[], Schema]] = {
    "report": report_payload,
    "event": event_payload,
    "state": state_payload,
    "reply": reply_payload,
    "ack": ack_payload,
    "command": command_payload,
    "config": config_payload,
}
TITLES = {
    "report": "Report of fixes (up/report/json)",
    "event": "Events of a device (up/event/json)",
    "state": "State of a device (up/state/json)",
    "reply": "Reply to a command or to settings (up/reply/json)",
    "ack": "Commit acknowledgement (down/ack)",
    "command": "Command (down/command)",
    "config": "Settings (down/config)",
}


def schema_document(name: str, examples: Iterable[Any] = ()) -> Schema:
    """Return one payload's schema as a document of its own, with examples that it holds."""
    head = {"$schema": DIALECT, "$id": f"urn:muckline:contract:v1:{name}", "title": TITLES[name]}
    shown = list(examples)
    return head | PAYLOADS[name]() | ({"examples": shown} if shown else {})


def as_draft_07(schema: Any) -> Any:
    """Return a schema in the words of draft 07, which AsyncAPI's own schemas extend: a tuple is a list of `items`."""
    if isinstance(schema, list):
        return [as_draft_07(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: as_draft_07(part) for name, part in schema.items()}
    if "prefixItems" in parts:
        parts |= {"items": parts.pop("prefixItems"), "additionalItems": parts["items"]}
    return parts

"""The contract as an AsyncAPI 3.0 document, seen from a terminal: what it sends, and what it receives.

    Exchange (a row of `exchanges`)  ->  channel, operation and message
    PAYLOADS of json_schema          ->  the message's payload, in the words of draft 07, as AsyncAPI's own schemas are
    golden examples                  ->  the message's examples

Pure: examples come in as arguments. `muckline contract` writes the document; the AsyncAPI parser reads it in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firmware_contracts import bin_layout, device_state, nmea_layout
from firmware_contracts.config import MAX_CONFIG_BYTES
from firmware_contracts.decode import MAX_PAYLOAD_BYTES
from firmware_contracts.exchanges import EXCHANGES, Exchange
from firmware_contracts.json_schema import PAYLOADS, as_draft_07
from firmware_contracts.topics import KINDS, PREFIX

Document = dict[str, Any]

VERSION = "1.0.0"  # grows in its second place with additions; the first is the version of the topics
BINDING = {"bindingVersion": "0.2.0"}
KEEP_ALIVE_S = 60  # half of what the broker allows: a dead link is noticed after 90 s
# Asked for in MQTT 5: no end. Mosquitto 2.0.11 may crash when it reloads while a session that ends is offline.
SESSION_EXPIRY_S = 0xFFFF_FFFF


def _bin_row(row: bin_layout.BinField) -> Document:
    fixed = row.fixed.decode() if isinstance(row.fixed, bytes) else row.fixed
    facts = {"name": row.name, "offset": row.offset, "type": row.type, "unit": row.unit, "absent": row.absent}
    facts |= {"fixed": fixed, "en": row.en, "zh": row.zh}
    return {name: fact for name, fact in facts.items() if fact not in (None, "")}


BINARY: Document = {
    "byteOrder": "little-endian",
    "header": [_bin_row(row) for row in bin_layout.HEADER_FIELDS],
    "record": [_bin_row(row) for row in bin_layout.RECORD_FIELDS],
    "flags": [
        {
            "name": row.name,
            "firstBit": row.first,
            "bits": row.bits,
            "words": list(row.words),
            "en": row.en,
            "zh": row.zh,
        }
        for row in bin_layout.FLAG_FIELDS
    ],
    "trailer": [_bin_row(row) for row in bin_layout.TRAILER_FIELDS],
}
LAYOUTS: dict[str, tuple[str, Document]] = {
    "reportBinary": (
        "application/octet-stream",
        {
            "type": "string",
            "format": "binary",
            "description": "A header, records and a trailer, little-endian, without padding; see x-layout. "
            f"At most {bin_layout.MAX_COUNT} records. Examples are shown in hexadecimal.",
            "x-layout": BINARY,
        },
    ),
    "reportNmea": (
        "text/plain",
        {
            "type": "string",
            "description": nmea_layout.DESCRIPTION,
            "x-layout": {"$PMUK": [row._asdict() for row in nmea_layout.PMUK]},
        },
    ),
}


def asyncapi_document(examples: Mapping[str, Any]) -> Document:
    """Return the document.

    Args:
        examples: Golden examples by name: JSON values, NMEA as text, binary in hexadecimal.

    Raises:
        KeyError: One that `EXCHANGES` names is not among them.
    """
    return {
        "asyncapi": "3.0.0",
        "id": "urn:muckline:contract:v1",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"city": _server()},
        "channels": {one.name: _channel(one) for one in EXCHANGES},
        "operations": {_operation_name(one): _operation(one) for one in EXCHANGES},
        "components": {
            "parameters": _parameters(),
            "messages": {one.name: _message(one, examples) for one in EXCHANGES},
            "schemas": {name: as_draft_07(schema()) for name, schema in PAYLOADS.items()},
            "securitySchemes": {
                "deviceCertificate": {
                    "type": "X509",
                    "description": "Mutual TLS. The certificate's CN, the MQTT client id and user name and the device "
                    "in every topic are the same word; there is no password.",
                }
            },
        },
    }


def _info() -> Document:
    return {
        "title": "Muckline contract v1",
        "version": VERSION,
        "description": "What a terminal, a wheel-washer or a gate says to the platform and hears from it. Operations "
        "are those of the device. The rules in words stand in docs/contract.",
        "license": {"name": "Apache-2.0"},
    }


def _server() -> Document:
    will = {"qos": 1, "retain": True, "message": device_state.encode("offline").decode()}
    mqtt = {
        "clientId": "{device}",
        "cleanSession": False,
        "lastWill": {"topic": f"{PREFIX}/{{region}}/{{kind}}/{{device}}/up/state/json", **will},
        "keepAlive": KEEP_ALIVE_S,
        "sessionExpiryInterval": SESSION_EXPIRY_S,
        "maximumPacketSize": MAX_PAYLOAD_BYTES,
    }
    return {
        "host": "{host}:{port}",
        "protocol": "secure-mqtt",
        "protocolVersion": "3.1.1",
        "description": "The city's broker, mqtts: MQTT 3.1.1 or 5 over TLS 1.2 or later, certificates on both sides.",
        "variables": {
            "host": {"description": "Given with the device's certificate."},
            "port": {"default": "8883", "description": "TLS only."},
        },
        "security": [{"$ref": "#/components/securitySchemes/deviceCertificate"}],
        "bindings": {"mqtt": mqtt | BINDING},
    }


def _channel(one: Exchange) -> Document:
    names = ("region", "kind", "device")
    return {
        "address": f"{PREFIX}/{{region}}/{{kind}}/{{device}}/{one.topic}",
        "title": one.name,
        "description": one.en,
        "x-zh": one.zh,
        "messages": {one.name: {"$ref": f"#/components/messages/{one.name}"}},
        "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in names},
    }


def _parameters() -> Document:
    return {
        "region": {
            "description": "Six-digit administrative code of the region that the device belongs to.",
            "x-zh": "设备所属区划的六位行政区划代码。",
            "examples": ["320412"],
        },
        "kind": {"description": "What the device is.", "x-zh": "设备类别。", "enum": list(KINDS)},
        "device": {
            "description": "The device id: 1 to 32 letters, digits and hyphens, equal to the certificate's CN.",
            "x-zh": "设备编号：1 至 32 位字母、数字、连字符，与证书 CN 一致。",
            "examples": ["T1", "W-0031"],
        },
    }


def _operation_name(one: Exchange) -> str:
    return ("send" if one.is_up else "receive") + one.name[0].upper() + one.name[1:]


def _operation(one: Exchange) -> Document:
    operation: Document = {
        "action": "send" if one.is_up else "receive",
        "channel": {"$ref": f"#/channels/{one.name}"},
        "summary": one.en,
        "x-zh": one.zh,
        "messages": [{"$ref": f"#/channels/{one.name}/messages/{one.name}"}],
        "bindings": {"mqtt": {"qos": one.qos, "retain": one.retain} | BINDING},
    }
    if one.reply:
        answer = {"$ref": f"#/channels/{one.reply}"}
        operation["reply"] = {"channel": answer, "messages": [{"$ref": f"#/channels/{one.reply}/messages/{one.reply}"}]}
    return operation


def _message(one: Exchange, examples: Mapping[str, Any]) -> Document:
    content_type, payload = LAYOUTS.get(one.name, ("application/json", {"$ref": f"#/components/schemas/{one.payload}"}))
    most = MAX_CONFIG_BYTES if one.name == "config" else MAX_PAYLOAD_BYTES
    return {
        "name": one.name,
        "title": one.en,
        "x-zh": one.zh,
        "x-max-bytes": most,
        "contentType": content_type,
        "payload": payload,
        "bindings": {"mqtt": {"payloadFormatIndicator": 0 if one.name == "reportBinary" else 1} | BINDING},
        "examples": [{"name": name, "payload": examples[name]} for name in one.examples],
    }

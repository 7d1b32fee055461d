"""Tables of the human pages, made from the tables that read: docs/contract says what the code does.

A page marks where a table belongs; `filled` puts it between the marks, in the page's language:

    <!-- table: fix -->
    <!-- end -->

A new table is a new row of `TABLES`. What is not a table is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from firmware_contracts import bin_layout, command, commit_ack, config, device_event, device_state, reply, report_json
from firmware_contracts.columns import Alarm, Fault
from firmware_contracts.decode import MAX_PAYLOAD_BYTES
from firmware_contracts.exchanges import EXCHANGES
from firmware_contracts.field_text import Language, number_text, value_text
from firmware_contracts.json_document import MAX_DEPTH
from firmware_contracts.json_fields import (
    MAX_WORD,
    Field,
    Group,
    Groups,
    Word,
)
from firmware_contracts.json_schema import EPOCH, SENDER, VERSIONED
from firmware_contracts.meanings import REASONS, WORDS, Meaning
from firmware_contracts.nmea_layout import PMUK
from firmware_contracts.storage_sizing import (
    INTERVALS_S,
    OUTAGES_H,
    flash_bytes,
    longest_ack_bytes,
    longest_command_bytes,
    record_sizes,
)

LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Head(NamedTuple):
    """Names of a table's columns."""

    en: tuple[str, ...]
    zh: tuple[str, ...]


_MEMBERS = Head(("member", "value", "unit", "required", "meaning"), ("字段", "取值", "单位", "必填", "含义"))
_BYTES = Head(
    ("byte", "field", "type", "unit", "absent is", "meaning"), ("字节", "字段", "类型", "单位", "缺省值", "含义")
)
_BITS = Head(("bit", "word", "meaning"), ("位", "词", "含义"))
_WORDS = Head(("word", "meaning"), ("词", "含义"))


def filled(page: str, language: Language) -> str:
    """Return a page with every table between its marks made anew.

    Raises:
        KeyError: It marks a table that there is none of.
    """
    return _MARKED.sub(lambda mark: f"{mark[1]}\n\n{TABLES[mark[2]](language)}\n\n{mark[3]}", page)


_MARKED = re.compile(r"(<!-- table: (\w+) -->)\n.*?(<!-- end -->)", re.DOTALL)


def _table(head: Head, language: Language, rows: Iterable[Iterable[str]]) -> str:
    names = getattr(head, language)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def members_table(fields: Mapping[str, Field], language: Language) -> str:
    """Return the members of an object, one row each; members of objects within it follow under a dotted name."""
    return _table(_MEMBERS, language, _member_rows(fields, language, ""))


def _member_rows(fields: Mapping[str, Field], language: Language, path: str) -> Iterable[list[str]]:
    yes = {"en": "yes", "zh": "是"}[language]
    for name, row in fields.items():
        value = value_text(row, language)
        yield [f"`{path}{name}`", value, row.unit, yes if row.required else "", getattr(row, language)]
        if isinstance(row, Group | Groups):
            yield from _member_rows(row.members, language, f"{path}{name}.")


def _by_kind(tables: Mapping[str, Mapping[str, Field]], language: Language) -> str:
    """Return a table for each kind under its name."""
    none = {"en": "No members of its own.", "zh": "无自有字段。"}[language]
    parts = [f"**`{kind}`**\n\n{members_table(of, language) if of else none}" for kind, of in tables.items()]
    return "\n\n".join(parts)


def _closed_words(tables: Mapping[str, Mapping[str, Field]]) -> list[str]:
    """Return the words of all closed lists, each once."""
    lists = (row.words for fields in tables.values() for row in fields.values() if isinstance(row, Word))
    return list(dict.fromkeys(word for words in lists for word in words))


def _words_table(words: Iterable[str], language: Language) -> str:
    return _table(_WORDS, language, ([f"`{word}`", getattr(WORDS[word], language)] for word in words))


def _bits_table(flags: type[Fault | Alarm], language: Language) -> str:
    words = [(flag.bit_length() - 1, str(flag.name).lower()) for flag in flags]
    return _table(_BITS, language, ([str(bit), f"`{word}`", getattr(WORDS[word], language)] for bit, word in words))


def _bytes_table(fields: Iterable[bin_layout.BinField], language: Language) -> str:
    return _table(_BYTES, language, (_byte_row(row, language) for row in fields))


def _byte_row(row: bin_layout.BinField, language: Language) -> list[str]:
    absent = "" if row.absent is None else number_text(row.absent)
    if row.fixed is not None:
        always = row.fixed.decode() if isinstance(row.fixed, bytes) else str(row.fixed)
        absent = {"en": f"always {always}", "zh": f"固定 {always}"}[language]
    kind = {"2": {"en": "2 bytes", "zh": "2 字节"}[language]}.get(row.type, row.type)
    return [str(row.offset), f"`{row.name}`", kind, row.unit, absent, getattr(row, language)]


def _flags_table(language: Language) -> str:
    head = Head(("bits", "field", "values", "meaning"), ("位", "字段", "取值", "含义"))
    rows = (
        [
            f"{row.first}" if row.bits == 1 else f"{row.first}–{row.first + row.bits - 1}",
            f"`{row.name}`",
            ", ".join(f"{value} {word}" for value, word in enumerate(row.words)),
            getattr(row, language),
        ]
        for row in bin_layout.FLAG_FIELDS
    )
    return _table(head, language, rows)


def _pmuk_table(language: Language) -> str:
    head = Head(("field", "name", "form", "required", "meaning"), ("序", "名称", "写法", "必填", "含义"))
    yes = {"en": "yes", "zh": "是"}[language]
    rows = (
        [
            str(place),
            f"`{row.name}`",
            row.form if language == "en" else row.form_zh,
            yes if row.required else "",
            getattr(row, language),
        ]
        for place, row in enumerate(PMUK, 1)
    )
    return _table(head, language, rows)


def _topics_table(language: Language) -> str:
    head = Head(("topic, behind `muck/v1/{region}/{kind}/{device}/`", "QoS", "retained", "what"),
                ("主题（接在 `muck/v1/{region}/{kind}/{device}/` 之后）", "QoS", "保留", "内容"))  # fmt: skip
    yes = {"en": "yes", "zh": "是"}[language]
    rows = ([f"`{one.topic}`", str(one.qos), yes if one.retain else "", getattr(one, language)] for one in EXCHANGES)
    return _table(head, language, rows)


def _reasons_table(language: Language) -> str:
    head = Head(("reason", "when"), ("原因", "情形"))
    return _table(head, language, ([f"`{reason}`", getattr(of, language)] for reason, of in REASONS.items()))


def _flash_table(language: Language) -> str:
    head = Head(
        ("a fix every", *(f"{hours} h" for hours in OUTAGES_H)), ("定位间隔", *(f"{hours} 小时" for hours in OUTAGES_H))
    )
    rows = ([f"{s} s", *(_size(flash_bytes(s, hours)) for hours in OUTAGES_H)] for s in INTERVALS_S)
    return _table(head, language, rows)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _sizes_table(language: Language) -> str:
    head = Head(
        ("encoding", "bytes a fix", "a day at one fix every 10 s"), ("编码", "每条字节数", "每 10 s 一条，每日流量")
    )
    sizes = record_sizes()
    return _table(head, language, ([f"`{name}`", f"{of:.0f}", _size(round(of * 8640))] for name, of in sizes.items()))


def _limits_table(language: Language) -> str:
    head = Head(("what", "at most"), ("项目", "上限"))
    return _table(head, language, ([getattr(what, language), most] for what, most in _LIMITS))


_LIMITS = (
    (
        Meaning("an MQTT packet, topic and header included", "一个 MQTT 报文（含主题与报文头）"),
        f"{MAX_PAYLOAD_BYTES} B",
    ),
    (Meaning("fixes in a binary message", "一个二进制报文的定位条数"), str(bin_layout.MAX_COUNT)),
    (Meaning("levels of nesting in JSON", "JSON 嵌套层数"), str(MAX_DEPTH)),
    (Meaning("words in faults or alarms of a fix", "一条定位的故障或报警词数"), str(report_json.MAX_WORDS)),
    (Meaning("characters of such a word", "词的长度（字符）"), str(MAX_WORD)),
    (Meaning("an event of a type that v1 does not know", "v1 未定义类型的事件"), f"{device_event.MAX_OTHER_BYTES} B"),
    (Meaning("a commit acknowledgement", "一个提交确认报文"), f"{longest_ack_bytes()} B"),
    (Meaning("a command", "一条指令"), f"{longest_command_bytes()} B"),
    (Meaning("a document of settings", "一份参数"), f"{config.MAX_CONFIG_BYTES} B"),
)

TABLES: dict[str, Callable[[Language], str]] = {
    "topics": _topics_table,
    "head": partial(members_table, {**VERSIONED, **SENDER, **EPOCH}),
    "fix": partial(members_table, report_json.FIX),
    "event_head": partial(members_table, device_event.HEAD),
    "event_types": partial(_by_kind, device_event.EVENT_TYPES),
    "device_faults": partial(_words_table, device_event.FAULTS),
    "passage_words": partial(_words_table, _closed_words(device_event.EVENT_TYPES)),
    "state": partial(members_table, device_state.STATE),
    "ack": partial(members_table, commit_ack.ACK),
    "reply": partial(members_table, reply.REPLY),
    "command_head": partial(members_table, {**command.HEAD, "kind": command.KIND}),
    "commands": partial(_by_kind, command.COMMANDS),
    "config": partial(members_table, config.CONFIG),
    "header": partial(_bytes_table, bin_layout.HEADER_FIELDS),
    "record": partial(_bytes_table, bin_layout.RECORD_FIELDS),
    "flags": _flags_table,
    "trailer": partial(_bytes_table, bin_layout.TRAILER_FIELDS),
    "pmuk": _pmuk_table,
    "faults": partial(_bits_table, Fault),
    "alarms": partial(_bits_table, Alarm),
    "reasons": _reasons_table,
    "limits": _limits_table,
    "flash": _flash_table,
    "sizes": _sizes_table,
}

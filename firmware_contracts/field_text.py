"""What values a member may have, in words of two languages: one function for each kind of `json_fields.Field`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from firmware_contracts import device_event
from firmware_contracts.commit_ack import Spans
from firmware_contracts.json_fields import Field, Flag, Group, Groups, Integer, Number, Positions, Text, Word, Words
from firmware_contracts.report_json import Reading

Language = Literal["en", "zh"]


def value_text(row: Field, language: Language) -> str:
    """Return what values a member may have."""
    return _VALUES[type(row)](row, language)


def number_text(value: float) -> str:
    """Return a number as it can be copied into a program."""
    return str(value) if isinstance(value, int) else f"{value:.10g}"


def _range(least: float, most: float) -> str:
    return f"{number_text(least)} … {number_text(most)}"


def _reading(row: Reading, language: Language) -> str:
    return {"en": "number", "zh": "数值"}[language] + f" {_range(row.least, row.most)}"


def _limited(row: Number, language: Language) -> str:
    return {"en": "number", "zh": "数值"}[language] + f" {_range(row.least, row.most)}"


def _integer(row: Integer, language: Language) -> str:
    if row.least == row.most:
        return f"`{row.most}`"
    return {"en": "integer", "zh": "整数"}[language] + f" {_range(row.least, row.most)}"


def _flag(row: Flag, language: Language) -> str:  # noqa: ARG001  # said alike in every language
    return "`true`, `false`"


def _text(row: Text, language: Language) -> str:
    count = f"{row.least} … {row.most}" if row.least else f"≤ {row.most}"
    return {"en": f"text, {count} characters", "zh": f"文本，{count} 字符"}[language]


def _name(row: device_event.Name, language: Language) -> str:
    form = {"en": "word of small letters, digits and `_`", "zh": "小写字母、数字、`_` 组成的词"}[language]
    return f"{form}, ≤ {row.most}" if language == "en" else f"{form}，≤ {row.most}"


def _word(row: Word, language: Language) -> str:  # noqa: ARG001
    return ", ".join(f"`{word}`" for word in row.words)


def _words(row: Words, language: Language) -> str:
    known = ", ".join(f"`{word}`" for word in row.known)
    return {"en": f"list of at most {row.most} words: ", "zh": f"词的列表，至多 {row.most} 个："}[language] + known


def _group(row: Group, language: Language) -> str:
    names = ", ".join(f"`{name}`" for name in row.members)
    return {"en": "object: ", "zh": "对象："}[language] + names


def _groups(row: Groups, language: Language) -> str:
    names = ", ".join(f"`{name}`" for name in row.members)
    return {"en": f"list of at most {row.most} objects: ", "zh": f"对象列表，至多 {row.most} 个："}[language] + names


def _positions(row: Positions, language: Language) -> str:
    count = f"{row.least} … {row.most}"
    return {"en": f"list of {count} pairs `[lon_deg, lat_deg]`", "zh": f"{count} 个 `[经度, 纬度]`"}[language]


def _spans(row: Spans, language: Language) -> str:
    pairs = "`[first, last]`"
    return {"en": f"list of at most {row.most} pairs {pairs}", "zh": f"至多 {row.most} 个 {pairs}"}[language]


_VALUES: dict[type[Field], Callable[[Any, Language], str]] = {
    Reading: _reading,
    Number: _limited,
    Integer: _integer,
    Flag: _flag,
    Text: _text,
    device_event.Name: _name,
    Word: _word,
    Words: _words,
    Group: _group,
    Groups: _groups,
    Positions: _positions,
    Spans: _spans,
}

"""Fields of registers: what a value of each kind must be, how it stands in a cell of a file, and its JSON schema."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import orjson

Kind = Literal["text", "number", "integer", "choice", "time", "date", "ids", "json"]
Private = Literal["name", "number", "plate"]

TEXT_MOST = 500  # characters; a remark of some lines
IDS_MOST = 2_000  # the trucks of a permit for a large haulier
JSON_MOST = 20_000  # bytes of a structured member, such as the working hours of a year
JSON_DEEPEST = 8  # levels of one; days of hours of weeks are three
# Of any unit: thirty years in seconds. What is larger overflows where it is counted in milliseconds.
JSON_LARGEST = 1e9

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a register's items.

    Attributes:
        name: In JSON and as a column.
        zh: For people, in Chinese.
        en: Likewise in English.
        unit: Written after the name of a column.
        choices: Of kind `choice`.
        refers: Register whose ids it holds.
        private: How it is masked for roles that may not see it.
        pattern: What a text must match as a whole.
        least: Smallest number.
        most: Largest number.
    """

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    unit: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    refers: str | None = None
    private: Private | None = None
    pattern: str | None = None
    least: float | None = None
    most: float | None = None
    example: Any = None

    def expected(self) -> str:
        """Return in words what a value must be."""
        return KINDS[self.kind].expected(self)

    def fits(self, value: Any) -> bool:
        """Tell whether a value that is not null is one of this field's."""
        return KINDS[self.kind].fits(self, value)

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a value."""
        own = {"description": f"{self.en} ({self.zh})" + (f" [{self.unit}]" if self.unit else "")}
        examples = {} if self.example is None else {"examples": [self.example]}
        schema = KINDS[self.kind].schema(self)
        return own | examples | (schema if self.required else {"anyOf": [schema, {"type": "null"}]})


@dataclass(frozen=True, slots=True)
class KindOfField:
    """What all fields of a kind share: one row of the table below."""

    expected: Callable[[Field], str]
    fits: Callable[[Field, Any], bool]
    parse: Callable[[str], Any]
    schema: Callable[[Field], dict[str, Any]]


def parse_cell(field: Field, text: str) -> Any:
    """Return the value that a cell holds, None for an empty one; what cannot be read comes back as the text it is."""
    text = text.strip()
    if not text:
        return None
    try:
        return KINDS[field.kind].parse(text)
    except ValueError:
        return text


def cell(value: Any) -> str:
    """Return a value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) and ";" not in each for each in value):
        return ";".join(value)
    return orjson.dumps(value).decode()


def _text_expected(field: Field) -> str:
    return f"a text that matches {field.pattern}" if field.pattern else f"a text of 1 to {TEXT_MOST} characters"


def _text_fits(field: Field, value: Any) -> bool:
    fits = isinstance(value, str) and 0 < len(value) <= TEXT_MOST and _is_storable(value)
    return fits and (field.pattern is None or re.fullmatch(field.pattern, value) is not None)


def _number_expected(field: Field) -> str:
    what = "a whole number" if field.kind == "integer" else "a number"
    if field.least is not None and field.most is not None:
        return f"{what} from {field.least:g} to {field.most:g}"
    return what if field.least is None else f"{what} of at least {field.least:g}"


def _is_storable(text: str) -> bool:
    """Tell whether PostgreSQL holds a text: no NUL, and no halves of characters, which JSON can name."""
    return re.search(r"[\x00\ud800-\udfff]", text) is None


def _is_number(value: Any) -> bool:
    """Tell whether a value is a number that is finite also as a double."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _number_fits(field: Field, value: Any) -> bool:
    if not _is_number(value):
        return False
    whole = field.kind == "number" or isinstance(value, int)
    return whole and (field.least is None or value >= field.least) and (field.most is None or value <= field.most)


def _number_schema(field: Field) -> dict[str, Any]:
    bounds = {"minimum": field.least, "maximum": field.most}
    return {"type": field.kind, **{name: bound for name, bound in bounds.items() if bound is not None}}


def is_instant(value: Any) -> bool:
    """Tell whether a value is an RFC 3339 instant that Python, the rules and PostgreSQL all read."""
    return isinstance(value, str) and _INSTANT.fullmatch(value) is not None and _reads(lambda: bool(as_instant(value)))


def as_instant(text: str) -> datetime:
    """Return the instant that a text is."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def _time_fits(_field: Field, value: Any) -> bool:
    return is_instant(value)


def _date_fits(_field: Field, value: Any) -> bool:
    return isinstance(value, str) and _reads(lambda: date.fromisoformat(value).isoformat() == value)


def _ids_fit(_field: Field, value: Any) -> bool:
    return isinstance(value, list) and len(value) <= IDS_MOST and all(is_id(each) for each in value)


def _json_fits(_field: Field, value: Any) -> bool:
    # How deep it is comes first: what writes JSON gives up at some depth.
    return isinstance(value, list | dict) and _is_plain(value, JSON_DEEPEST) and len(orjson.dumps(value)) <= JSON_MOST


def _is_plain(value: Any, deepest: int) -> bool:
    """Tell whether a value is read from the database as it was written."""
    if isinstance(value, str):
        return _is_storable(value)
    if isinstance(value, list | dict):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        return deepest > 0 and all(_is_plain(part, deepest - 1) for part in parts)
    return value is None or isinstance(value, bool) or (_is_number(value) and abs(value) <= JSON_LARGEST)


def is_id(value: Any) -> bool:
    """Tell whether a value can name an item: it also stands in addresses, so nothing that could not."""
    return isinstance(value, str) and re.fullmatch(r"[^\x00-\x1f\x7f/?#%\\;\ud800-\udfff]{1,100}", value) is not None


def _reads(read: Callable[[], bool]) -> bool:
    try:
        return read()
    except (ValueError, OverflowError):
        return False


KINDS: Mapping[Kind, KindOfField] = {
    "text": KindOfField(
        _text_expected,
        _text_fits,
        str,
        lambda field: (
            {"type": "string", "minLength": 1, "maxLength": TEXT_MOST}
            | ({"pattern": f"^(?:{field.pattern})$"} if field.pattern else {})
        ),
    ),
    "number": KindOfField(_number_expected, _number_fits, float, _number_schema),
    "integer": KindOfField(_number_expected, _number_fits, int, _number_schema),
    "choice": KindOfField(
        lambda field: f"one of {', '.join(field.choices)}",
        lambda field, value: isinstance(value, str) and value in field.choices,
        str,
        lambda field: {"type": "string", "enum": list(field.choices)},
    ),
    "time": KindOfField(
        lambda _field: "an instant with an offset, such as 2026-01-31T00:00:00+08:00",
        _time_fits,
        str,
        lambda _field: {"type": "string", "format": "date-time"},
    ),
    "date": KindOfField(
        lambda _field: "a day such as 2026-01-31",
        _date_fits,
        str,
        lambda _field: {"type": "string", "format": "date"},
    ),
    "ids": KindOfField(
        lambda _field: f"a list of at most {IDS_MOST} ids",
        _ids_fit,
        lambda text: [each.strip() for each in re.split("[;；]", text) if each.strip()],
        lambda _field: {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": IDS_MOST},
    ),
    "json": KindOfField(
        lambda _field: (
            f"a list or an object of at most {JSON_MOST} bytes of JSON, {JSON_DEEPEST} deep, "
            f"numbers up to {JSON_LARGEST:g}"
        ),
        _json_fits,
        orjson.loads,
        lambda _field: {"type": ["array", "object"]},
    ),
}

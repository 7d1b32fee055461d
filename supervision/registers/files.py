"""Items from files and into files: CSV of a spreadsheet (UTF-8 or GBK), JSON, GeoJSON.

A file's item says what shall change of an item: a column or member that is not there leaves what is, one that is empty
takes it away.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from supervision.registers.faults import Fault, Refused, shown
from supervision.registers.fields import Field, cell, parse_cell
from supervision.registers.items import Item, given
from supervision.registers.table import Register
from supervision.registers.worlds import FAULTS_MOST

ROWS_MOST = 20_000  # twice the trucks of a large city
COLUMNS_MOST = 100
CELL_MOST = 131_072  # characters of a cell: the csv module's own bound


@dataclass(frozen=True, slots=True)
class Row:
    """An item of a file: the number by which people find it, its members, and the version that it names, if any."""

    number: int
    item: Item
    version: int | None = None


def read_file(register: Register, content: bytes, media_type: str) -> list[Row]:
    """Return the items of a file.

    Raises:
        Refused: It is no such file, or has too many rows.
    """
    rows = _csv_rows(register, content) if media_type == "text/csv" else _json_rows(register, content)
    if not rows:
        raise Refused([Fault(None, "a file with items", "none")])
    if len(rows) > ROWS_MOST:
        raise Refused([Fault(None, f"at most {ROWS_MOST} items", f"{len(rows)}")])
    return rows


def write_csv(register: Register, items: Iterable[Mapping[str, Any]]) -> bytes:
    """Return items as CSV for a spreadsheet: UTF-8 with its mark, titles in Chinese with the member's name."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    fields = columns(register)
    writer.writerow([title(field) for field in fields])
    for item in items:
        writer.writerow([_safe(cell(item.get(field.name))) for field in fields])
    return text.getvalue().encode("utf-8-sig")


def columns(register: Register) -> tuple[Field, ...]:
    """Return the fields that a file has: a shape stands in a column of its own, as GeoJSON."""
    shape = (Field("geometry", "图形", "GeoJSON geometry", "json"),) if register.geometry else ()
    return register.fields + shape


def title(field: Field) -> str:
    """Return a column's title, such as `核定载质量 capacity_kg [kg]`."""
    return f"{field.zh} {field.name}" + (f" [{field.unit}]" if field.unit else "")


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without mark, or in GBK.

    Raises:
        Refused: It is in neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused([Fault(None, "a text in UTF-8 or GBK", "bytes that are neither")])


def _csv_rows(register: Register, content: bytes) -> list[Row]:
    text = decoded(content)
    if "\x00" in text:
        raise Refused([Fault(None, "a text", "a NUL character")])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        header = next(reader, [])
        fields = _header(register, header)
        version_at = next((at for at, each in enumerate(header) if each.strip().lower() == "version"), None)
        for cells in reader:
            if not any(each.strip() for each in cells):
                continue
            if len(rows) + len(faults) > ROWS_MOST:
                break
            number = reader.line_num
            if len(cells) != len(fields):
                faults.append(Fault(None, f"{len(fields)} cells", f"{len(cells)}", row=number))
                continue
            item = {f.name: parse_cell(f, _plain(c)) for f, c in zip(fields, cells, strict=True) if f}
            try:
                rows.append(Row(number, item, _version(None if version_at is None else cells[version_at].strip())))
            except Refused as refused:
                faults += [replace(fault, row=number) for fault in refused.faults]
    except csv.Error as error:
        raise Refused([Fault(None, "CSV", str(error), row=reader.line_num)]) from error
    if faults:
        raise Refused(faults[:FAULTS_MOST])
    return rows


def _version(named: Any) -> int | None:
    """Return the version that an item names: what it was when it was read.

    Raises:
        Refused: It is none.
    """
    if named is None or named == "":
        return None
    if isinstance(named, str) and named.isascii() and named.isdigit() and len(named) < 19:
        return int(named)
    if isinstance(named, int) and not isinstance(named, bool) and 0 <= named < 10**18:
        return named
    raise Refused([Fault("version", "the version that an answer gave", shown(named))])


def _named_version(register: Register, body: Any) -> int | None:
    """Return the version that an item of a JSON file names, in itself or among a Feature's properties."""
    if not isinstance(body, dict):
        return None
    properties = body.get("properties") if register.geometry is not None else None
    return _version(properties.get("version") if isinstance(properties, dict) else body.get("version"))


def _plain(text: str) -> str:
    """Return a cell without the apostrophe that `write_csv` set before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"} else text


def _delimiter(text: str) -> str:
    first = text[:10_000].partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(register: Register, header: Sequence[str]) -> list[Field | None]:
    """Return the field of each column, None for a column of what is only shown.

    Raises:
        Refused: A column is of no field, stands twice, or the id has none.
    """
    if len(header) > COLUMNS_MOST:
        raise Refused([Fault(None, f"at most {COLUMNS_MOST} columns", f"{len(header)}", row=1)])
    known = {name: field for field in columns(register) for name in _names(field)}
    ignored = {*register.computed, "version"}
    fields: list[Field | None] = []
    faults: list[Fault] = []
    for each in header:
        name = each.strip().lower()
        field = known.get(name)
        if field is None and name not in ignored:
            faults.append(
                Fault(shown(each), f"one of {', '.join(f.name for f in columns(register))}", shown(each), row=1)
            )
        if field is not None and field in fields:
            faults.append(Fault(field.name, "each column once", "it twice", row=1))
        fields.append(field)
    if not faults and not any(field is not None and field.name == register.id_name for field in fields):
        faults.append(Fault(register.id_name, "a column of it", "none", row=1))
    if faults:
        raise Refused(faults)
    return fields


def _names(field: Field) -> set[str]:
    own = {field.name, field.zh, field.en, title(field), f"{field.name} [{field.unit}]", f"{field.zh} [{field.unit}]"}
    return {name.lower() for name in own}


def read_json(content: bytes) -> Any:
    """Return what JSON says.

    Raises:
        Refused: It is none, or holds what cannot be stored: NUL characters, lists a hundred deep.
    """
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
        written = orjson.dumps(document)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise Refused([Fault(None, "JSON in UTF-8", str(error))]) from error
    if b"\\u0000" in written:
        raise Refused([Fault(None, "texts without NUL characters", "one with")])
    return document


def _json_rows(register: Register, content: bytes) -> list[Row]:
    document = read_json(content)
    if isinstance(document, dict):
        expected = "features" if register.geometry else register.name
        is_collection = register.geometry is not None and document.get("type") == "FeatureCollection"
        document = document.get("features" if is_collection else register.name)
        if not isinstance(document, list):
            raise Refused([Fault(expected, "a list of items, or a FeatureCollection of places", shown(document))])
    if not isinstance(document, list):
        raise Refused([Fault(None, "a list of items", shown(document))])
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, body in enumerate(document[: ROWS_MOST + 1], start=1):
        try:
            rows.append(Row(number, given(register, body), _named_version(register, body)))
        except Refused as refused:
            faults += [Fault(fault.field, fault.expected, fault.got, row=number) for fault in refused.faults]
    if faults:
        raise Refused(faults[:FAULTS_MOST])
    return rows

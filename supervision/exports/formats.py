"""In which formats things can be had: ONE table. A new format is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from supervision.exports.csv_file import write_csv
from supervision.exports.geojson_file import write_geojson
from supervision.exports.gpx_file import write_gpx
from supervision.exports.kml_file import write_kml
from supervision.exports.mf_json_file import write_mf_json
from supervision.exports.order import FormatRefused, Order
from supervision.exports.parquet_file import write_parquet
from supervision.exports.rows import Row, Sheet
from supervision.exports.things import THINGS, Thing
from supervision.exports.xlsx_file import ROWS_MOST, write_xlsx

# A file of that many rows is half a gigabyte of CSV; more is several orders.
STREAMED_ROWS = 5_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table.

    Attributes:
        name: Also the ending of the file.
        rows_most: What the format holds; all are written in the memory of some hundred rows.
        fits: Whether a thing can be had in it.
        wgs84_alone: Whether it knows no other coordinates.
    """

    name: str
    media_type: str
    write: Callable[[Sheet, Iterator[Row], BinaryIO], None]
    rows_most: int
    fits: Callable[[Thing], bool] = lambda _: True
    wgs84_alone: bool = False


def _somewhere(thing: Thing) -> bool:
    return thing.place is not None


def _no_outline(thing: Thing) -> bool:
    return thing.place in ("point", "way")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    Format("csv", "text/csv; charset=utf-8", write_csv, STREAMED_ROWS),
    Format("xlsx", _XLSX, write_xlsx, ROWS_MOST),
    Format("parquet", "application/vnd.apache.parquet", write_parquet, STREAMED_ROWS),
    Format("geojson", "application/geo+json", write_geojson, STREAMED_ROWS, _somewhere),
    Format("gpx", "application/gpx+xml", write_gpx, STREAMED_ROWS, _no_outline, wgs84_alone=True),
    Format("kml", "application/vnd.google-earth.kml+xml", write_kml, STREAMED_ROWS, _somewhere, wgs84_alone=True),
    Format(
        "mfjson",
        "application/geo+json",
        write_mf_json,
        STREAMED_ROWS,
        lambda thing: thing.name == "track" or thing.place == "way",
        wgs84_alone=True,
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


def format_of(order: Order) -> Format:
    """Return the format of an order.

    Raises:
        FormatRefused: The thing is not made in it, or not in these coordinates.
    """
    wanted = FORMATS[order.format]
    if not wanted.fits(order.thing):
        possible = ", ".join(sorted(each.name for each in _ALL if each.fits(order.thing)))
        raise FormatRefused(f"expected one of {possible} for {order.what}, got {order.format!r}")
    if wanted.wgs84_alone and order.crs != "wgs84":
        raise FormatRefused(f"expected crs=wgs84 for {order.format}, which knows no other, got {order.crs!r}")
    return wanted


def possible_formats() -> dict[str, list[str]]:
    """Return the formats of each thing."""
    return {name: [each.name for each in _ALL if each.fits(thing)] for name, thing in THINGS.items()}

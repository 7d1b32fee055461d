"""Reads the files that recordings come in: Parquet and CSV into columns, JSON and NDJSON into values."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from simulators.importers.recording import ImporterError

Table = dict[str, NDArray[Any]]


def read_parquet(file: Path, columns: Sequence[str]) -> Table:
    """Return the named columns of a Parquet file; instants as `datetime64`.

    Raises:
        ImporterError: The file or a column is missing, or the reader is not installed.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ImporterError(file, "pyarrow, of the extra muckline[traces]", "no such module") from error
    table = parquet.read_table(present(file))
    return {name: table[name].to_numpy() for name in _named(file, columns, table.column_names)}


def read_csv(file: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the named columns of a CSV file, gzipped where its name ends in `.gz`, as text.

    Raises:
        ImporterError: The file or a column is missing.
    """
    content = present(file).read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8-sig")
    reader = csv.DictReader(text.splitlines())
    names = _named(file, columns, reader.fieldnames or [])
    rows = [[row[name] for name in names] for row in reader]
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def read_json(file: Path) -> Any:
    """Return the value in a JSON file.

    Raises:
        ImporterError: The file is missing or is no JSON.
    """
    return _decoded(file, present(file).read_bytes(), 1)


def read_json_lines(file: Path) -> Iterator[Any]:
    """Yield the value of each line of a gzipped NDJSON file.

    Raises:
        ImporterError: The file is missing or a line is no JSON.
    """
    with gzip.open(present(file)) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield _decoded(file, line, number)


def files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that match, by name.

    Raises:
        ImporterError: There are none.
    """
    found = sorted(folder.glob(pattern))
    if not found:
        raise ImporterError(folder, f"files named {pattern}", "none")
    return found


def present(file: Path) -> Path:
    """Return the file.

    Raises:
        ImporterError: It is missing.
    """
    if not file.is_file():
        raise ImporterError(file, "a file", "nothing there")
    return file


def numbers(texts: Iterable[str]) -> NDArray[np.float64]:
    """Return texts as numbers, NaN where a text is empty."""
    return np.array([float(text) if text else np.nan for text in texts])


def _named(file: Path, columns: Sequence[str], there: Sequence[str]) -> Sequence[str]:
    missing = [name for name in columns if name not in there]
    if missing:
        raise ImporterError(file, f"columns {', '.join(columns)}", f"none named {', '.join(missing)}")
    return columns


def _decoded(file: Path, text: bytes, line: int) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ImporterError(file, f"JSON in line {line}", str(error)) from error

"""Vendor mappings from their files: the packaged ones, and those of the city's own folder before them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from firmware_contracts.jt808.vendor import MappingError, VendorMapping, read_mapping

PACKAGED = "firmware_contracts.jt808"


def read_mappings(folder: Path | None) -> dict[str, VendorMapping]:
    """Return every mapping by the name of its file.

    Raises:
        MappingError: A file cannot be read or is no mapping; nothing is taken from the others either, for a terminal
            judged by another vendor's words would be judged wrongly.
    """
    texts = {item.name: item.read_text("utf-8") for item in (files(PACKAGED) / "vendors").iterdir()}
    if folder is not None:
        try:
            texts |= {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"expected a folder of vendor mappings, got {folder}: {error}") from None
    return {name[: -len(".toml")]: read_mapping(text, name) for name, text in texts.items() if name.endswith(".toml")}

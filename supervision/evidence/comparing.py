"""Does the database still say what a bundle says? Record file by record file. Pure.

A case goes on after a bundle was made: further steps and later endings are told as such. Everything else must be the
same, unless records that came late changed it, which is then worth knowing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from supervision.evidence.bundle import MANIFEST
from supervision.evidence.dossier import Dossier, Reader, masked, record_files
from supervision.evidence.fixes import FIXES, fixes_csv
from supervision.evidence.verify import Finding

# Where plates and names stand.
MASKED = (
    "case.json", "vehicle.json", "events.json", "passages.json", "doubts.json", "world.json", "permit.json",
    "steps.json",
)  # fmt: skip
# What may have grown since; a bundle is not wrong for that.
GROWS = ("case.json", "steps.json", "events.json", "doubts.json", "passages.json", "trip.json", "vehicle.json")


def compare(files: Mapping[str, bytes], dossier: Dossier | None, fixes: list[Mapping[str, Any]]) -> list[Finding]:
    """Return whether each record file is what the database says now.

    Args:
        files: Of a bundle that was verified.
        dossier: What the database says of the same object, None where it no longer knows it.
        fixes: The fixes of the bundle's truck and range.
    """
    if dossier is None:
        return [Finding("database", False, "expected the object of the bundle, got none of its name")]
    now = record_files(masked(dossier, Reader()))
    now["world.json"] = _still_there(files.get("world.json", b""), now["world.json"])
    # The range of an event that went on has moved with its end: the fixes of the bundle's own range are compared.
    now[FIXES] = fixes_csv(fixes)
    hidden = MASKED if orjson.loads(files.get(MANIFEST, b"{}")).get("masked") else ()
    told = [name for name in files if name in now or name.startswith("photos/")]
    return [
        Finding(name, True, "masked for its reader, and not compared")
        if name in hidden
        else _compared(name, files[name], now.get(name))
        for name in told
    ]


def _compared(name: str, then: bytes, now: bytes | None) -> Finding:
    if now is None:
        return Finding(name, False, "expected the file in the database, got none of its name")
    if then == now:
        return Finding(name, True, "the database says the same")
    if name == "steps.json" and _is_continued(orjson.loads(then), orjson.loads(now)):
        return Finding(name, True, "the database says the same, and further steps")
    changed = "changed since, as records do that end or come late" if name in GROWS else "is not what it was"
    return Finding(name, False, f"expected what the database says, got another: it {changed}")


def _still_there(then: bytes, now: bytes) -> bytes:
    """Return the world as it was told then where all of it still holds: how much is shown depends on the reader."""
    told, known = orjson.loads(then or b"{}"), orjson.loads(now)
    same = all(item in known["items"] for item in told.get("items", ())) and told.get("settings") == known["settings"]
    return then if same else now


def _is_continued(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether every step and photograph is still there, with more behind them."""
    return all(now[name][: len(then[name])] == then[name] for name in ("steps", "photos"))

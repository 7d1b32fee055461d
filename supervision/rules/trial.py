"""What limits on trial would have changed, from the lines that `muckline rejudge --dry-run --json` writes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

SHOWN_MOST = 500  # changes that a person looks through; the counts are of all


def trial_result(lines: Iterable[bytes]) -> dict[str, Any]:
    """Return counts by kind, and the first changes in the order of their time.

    Raises:
        ValueError: A line is no change.
    """
    changes = [orjson.loads(line) for line in lines if line.strip()]
    counts = Counter((change["kind"], change["change"]) for change in changes)
    kinds = sorted({kind for kind, _ in counts})
    return {
        "changes": len(changes),
        "kinds": [
            {"kind": kind, **{word: counts[kind, word] for word in ("appears", "vanishes", "changes")}}
            for kind in kinds
        ],
        "first": [_shown(change) for change in changes[:SHOWN_MOST]],
    }


def _shown(change: dict[str, Any]) -> dict[str, Any]:
    return {name: change[name] for name in ("change", "vehicle_id", "kind", "id", "start", "before", "after")}

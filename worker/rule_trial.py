"""Limits tried on the past: `muckline rejudge --dry-run` in a process of its own, whose memory goes with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from storage.rule_limits import begin_trial, end_trial
from supervision.rules.trial import trial_result
from worker.tasks_context import TaskContext

LONGEST_S = 3600.0  # a month of 10,000 trucks takes minutes; what takes longer hangs
WORDS_MOST = 2_000


def try_rules(context: TaskContext, trial_id: str) -> None:
    """Judge the past by limits on trial and keep what would change; the records and events stay as they are."""
    name = UUID(trial_id)
    with context.connect() as connection:
        trial = begin_trial(connection, name, datetime.now(UTC))
    if trial is None:
        return
    result, error = _judged(context.database_url, trial)
    with context.connect() as connection:
        end_trial(connection, name, datetime.now(UTC), result=result, error=error)


def _judged(database_url: str, trial: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """Return what would change, or why nobody knows."""
    with tempfile.TemporaryDirectory() as folder:
        limits, changes = Path(folder, "limits.json"), Path(folder, "changes.ndjson")
        limits.write_bytes(orjson.dumps(trial["limits"]))
        try:
            with changes.open("wb") as output:
                done = subprocess.run(
                    _command(limits, trial),
                    env=os.environ | {"MUCKLINE_DATABASE__URL": database_url},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.PIPE,
                    timeout=LONGEST_S,
                    check=False,
                )
        except subprocess.TimeoutExpired:
            return None, f"expected a result within {LONGEST_S:.0f} s, got none"
        if done.returncode != 0:
            return None, done.stderr.decode(errors="replace").strip()[-WORDS_MOST:]
        with changes.open("rb") as lines:
            return trial_result(lines), None


def _command(limits: Path, trial: Mapping[str, Any]) -> list[str]:
    span = ["--from", trial["from_time"].isoformat(), "--to", trial["to_time"].isoformat()]
    kinds = [word for kind in trial["kinds"] for word in ("--rule", kind)]
    command = [sys.executable, "-m", "muckline", "rejudge", "--dry-run", "--json", "--workers", "1"]
    return [*command, "--limits", str(limits), *span, *kinds]

"""Limits tried on the past: `muckline rejudge --dry-run` in a process of its own, whose memory goes with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
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
LOOK_S = 0.5  # how often it is looked whether this process is to end
WORDS_MOST = 2_000


class TrialGivenUp(Exception):  # noqa: N818 - reads as what it is
    """A process ends before the trial, this one or the trial's own: it is made anew."""


def try_rules(context: TaskContext, trial_id: str) -> None:
    """Judge the past by limits on trial and keep what would change; the records and events stay as they are."""
    name = UUID(trial_id)
    with context.connect() as connection:
        trial = begin_trial(connection, name, datetime.now(UTC))
    if trial is None:
        return
    try:
        result, error = _judged(context, trial)
    except OSError as problem:  # no room, no memory: tried again it would be the same, and others wait for their turn
        result, error = None, str(problem)
    with context.connect() as connection:
        end_trial(connection, name, datetime.now(UTC), result=result, error=error)


def _judged(context: TaskContext, trial: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """Return what would change, or why nobody knows.

    Raises:
        TrialGivenUp: This process ends, or somebody ended the trial's.
    """
    with tempfile.TemporaryDirectory() as folder:
        limits, changes = Path(folder, "limits.json"), Path(folder, "changes.ndjson")
        limits.write_bytes(orjson.dumps(trial["limits"]))
        with (
            changes.open("wb") as output,
            subprocess.Popen(
                _command(limits, trial),
                env=os.environ | {"MUCKLINE_DATABASE__URL": context.database_url},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                start_new_session=True,  # a Ctrl-C is for this process, which then ends the trial
            ) as child,
        ):
            try:
                said = _said(child, context.stopping)
            finally:
                child.kill()
        if said is None:
            return None, f"expected a result within {LONGEST_S:.0f} s, got none"
        if child.returncode < 0:
            raise TrialGivenUp(f"expected the trial to end by itself, signal {-child.returncode} ended it")
        if child.returncode != 0:
            return None, said.decode(errors="replace").strip()[-WORDS_MOST:]
        with changes.open("rb") as lines:
            return trial_result(lines), None


def _said(child: subprocess.Popen[bytes], stopping: threading.Event) -> bytes | None:
    """Return what the child said of its errors once it has ended, None where it takes too long.

    Raises:
        TrialGivenUp: This process ends.
    """
    until_s = time.monotonic() + LONGEST_S
    while time.monotonic() < until_s:
        try:
            return child.communicate(timeout=LOOK_S)[1]
        except subprocess.TimeoutExpired:
            if stopping.is_set():
                raise TrialGivenUp("expected to go on until the trial is done, the process ends") from None
    return None


def _command(limits: Path, trial: Mapping[str, Any]) -> list[str]:
    span = ["--from", trial["from_time"].isoformat(), "--to", trial["to_time"].isoformat()]
    kinds = [word for kind in trial["kinds"] for word in ("--rule", kind)]
    command = [sys.executable, "-m", "muckline", "rejudge", "--dry-run", "--json", "--workers", "1"]
    return [*command, "--limits", str(limits), *span, *kinds]

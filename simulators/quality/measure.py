"""Many runs of every family, on all cores, and what they show together and family by family."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from simulators.families import FAMILIES
from simulators.trial import Report, Run, report_of, run_family

# Seeds that nobody looks at while rules are being written.
FIRST_SEED = 10_000


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes:
        families: Names, rows of `simulators.families.FAMILIES`.
        runs: Runs of each family.
        trucks: Trucks of each run.
        hours: How long each lasts. [h]
        first_seed: Seed of each family's first run.
        workers: Processes at once.
    """

    families: tuple[str, ...] = tuple(FAMILIES)
    runs: int = 2
    trucks: int = 40
    hours: float = 24.0
    first_seed: int = FIRST_SEED
    workers: int = field(default_factory=multiprocessing.cpu_count)

    @property
    def names(self) -> list[tuple[str, int]]:
        """Return family and seed of every run."""
        return [(family, self.first_seed + n) for family in self.families for n in range(self.runs)]


@dataclass(frozen=True)
class Measured:
    """What the runs show.

    Attributes:
        plan: What was run.
        folder: Holds a folder for each run, `family-seed`.
        pooled: All runs together.
        by_family: The runs of each family together.
    """

    plan: Plan
    folder: Path
    pooled: Report
    by_family: dict[str, Report]


def measure(plan: Plan, folder: Path, told: Callable[[float], None] = lambda _: None) -> Measured:
    """Simulate, judge and score every run of a plan; the runs' files stay in `folder`.

    Args:
        plan: What to run.
        folder: Where to; made where it does not exist.
        told: Called with the share that is done, 0 to 1.
    """
    runs: dict[tuple[str, int], Run] = {}
    with ProcessPoolExecutor(plan.workers, multiprocessing.get_context("spawn")) as pool:
        run_one = partial(_run, folder, plan.trucks, plan.hours)
        begun = {pool.submit(run_one, family, seed): (family, seed) for family, seed in plan.names}
        for done, future in enumerate(as_completed(begun), 1):
            runs[begun[future]] = future.result()
            told(done / len(begun))
    in_order = [runs[name] for name in plan.names]
    by_family = {
        family: report_of(run for (of, _), run in zip(plan.names, in_order, strict=True) if of == family)
        for family in plan.families
    }
    return Measured(plan, folder, report_of(in_order), by_family)


def _run(folder: Path, trucks: int, hours: float, family: str, seed: int) -> Run:
    return run_family(family, seed, folder / f"{family}-{seed}", trucks, hours)

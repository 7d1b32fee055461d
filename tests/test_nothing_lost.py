"""Nothing a terminal reported is lost, altered or invented, whoever is killed; the long form is `make soak`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fault_drill import SHORT, DrillPlan, run_drill
from poison import POISONS

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]

DRILLS = {
    "ingest killed": DrillPlan(12.0, kill_ingest_s=(2.0, 4.0)),
    "broker killed": DrillPlan(12.0, kill_broker_s=(3.0, 5.0)),
    "database killed": DrillPlan(12.0, kill_database_s=(3.0, 5.0), database_down_s=5.0),
    "poison": DrillPlan(15.0, kill_ingest_s=(3.0, 5.0), kill_database_s=(5.0, 7.0), poison=True),
    "all at once": SHORT,
}


@pytest.mark.parametrize("plan", DRILLS.values(), ids=DRILLS)
def test_the_set_stored_is_the_set_produced(plan: DrillPlan, test_home: Path, tmp_path: Path) -> None:
    log = tmp_path / "ingest.log"
    figures = asyncio.run(run_drill(plan, test_home, log))
    assert figures.produced > 1_000
    assert (figures.missing, figures.altered, figures.invented) == (0, 0, 0), f"{figures}\n{log.read_text()[-2000:]}"
    assert figures.stored == figures.produced
    if plan.poison:
        assert figures.poison_kinds_kept == len(POISONS), figures
        assert figures.broker_kills or figures.poison_lost == 0, figures

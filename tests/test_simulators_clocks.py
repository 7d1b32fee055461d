"""Wrong clocks: the platform rejects or keeps their records, and truth knows which trucks they are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable
from simulators.capture import read_capture
from simulators.clocks import CLOCKS, ClockPlan, draw_clock_faults
from simulators.scenario import read_scenario
from simulators.simulate import simulate
from simulators.truth import ANY_KIND, Happening, read_truth

REJECTED = {kind for kind, row in CLOCKS.items() if row.rejected}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of twenty trucks of which four have a clock of each kind, in every firmware."""
    scenario = read_scenario("city").with_changes(trucks=20, hours=0.0)
    plans = tuple(ClockPlan(kind, 0.2, at_s=300.0, seconds=1200.0) for kind in CLOCKS)
    fleet = msgspec.structs.replace(scenario.fleet, json=0.34, nmea=0.33, bin=0.33)
    out = tmp_path_factory.mktemp("clocks")
    link = msgspec.structs.replace(scenario.link, blind_per_hour=0.0, battery_pulls_per_hour=0.0, tick_s=5.0)
    changed = msgspec.structs.replace(scenario, clock=plans, storm=(), fleet=fleet, link=link)
    simulate(changed, 1, out, lambda _: None)
    return out


def test_each_truck_has_one_fault_at_most_and_staged_ones_none() -> None:
    faults = draw_clock_faults(np.random.default_rng(1), tuple(ClockPlan(kind, 0.3) for kind in CLOCKS), 100, 10)
    assert min(faults) >= 10
    assert len(faults) == 90, "five times thirty do not fit into ninety: who has one gets no other"
    assert draw_clock_faults(np.random.default_rng(1), (), 100, 10) == {}


def test_truth_names_the_trucks_and_demands_nothing_of_them(folder: Path) -> None:
    told = list(read_truth(folder / "truth.ndjson"))
    faults = [happening for happening in told if happening.kind == "clock_fault"]
    assert len({fault.subject_id for fault in faults}) == len(faults) == 20
    assert all(fault.also == (ANY_KIND,) and not fault.required for fault in faults)

    def is_covered(happening: Happening) -> bool:
        return any(
            fault.subject_id == happening.subject_id
            and happening.end_ms >= fault.end_ms - 1_200_000
            and happening.start_ms < fault.end_ms
            for fault in faults
        )

    demanded = [happening for happening in told if happening.required]
    assert demanded, "before and after the fault the trucks are as any other"
    assert not any(is_covered(happening) for happening in demanded)


def test_the_platform_rejects_the_impossible_times_and_keeps_the_others(folder: Path) -> None:
    scenario_start_ms = 1_772_402_400_000
    messages = [(m.topic, m.payload, m.received_at_ms) for m in read_capture(folder / "capture.ndjson.gz")]
    content = decode_block(MessageBlock.from_messages(messages), TopicTable())
    devices = [topic.device for topic in content.topics]
    rejected = {devices[int(content.sender[one.message])] for one in content.rejected}
    assert {one.reason for one in content.rejected} == {"time_future", "time_past"}
    faults = draw_faults()
    assert rejected == {f"T{n + 1:05d}" for n, kind in faults.items() if kind in REJECTED}
    fixes = content.fixes
    sender = np.array([devices[int(n)] for n in content.sender[fixes.message]])
    for n, kind in faults.items():
        if kind != "back":
            continue
        own = np.sort(fixes.fix_time_ms[sender == f"T{n + 1:05d}"])
        assert own[0] < scenario_start_ms, "its clock was set back beyond the beginning"


def draw_faults() -> dict[int, str]:
    """Return the kinds as the run of the fixture drew them."""
    city_seed = int(np.random.SeedSequence(1).generate_state(2)[0])
    clock_seed = np.random.SeedSequence(city_seed).spawn(7)[5]
    plans = tuple(ClockPlan(kind, 0.2, at_s=300.0, seconds=1200.0) for kind in CLOCKS)
    drawn = draw_clock_faults(np.random.default_rng(clock_seed), plans, 20, 0)
    return {n: fault.kind for n, fault in drawn.items()}

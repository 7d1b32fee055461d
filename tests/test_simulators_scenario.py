"""The scenario language: shipped scenarios are sound, wrong ones say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.incidents import INCIDENTS
from simulators.scenario import ScenarioError, read_scenario, shipped_scenarios

HEAD = 'title = "t"\nstart = 2026-03-02T06:00:00Z\n'


def test_the_shipped_scenarios_are_read() -> None:
    assert shipped_scenarios() == ["city", "demo", "fault_drill", "near_misses"]
    for name in shipped_scenarios():
        assert read_scenario(name).incident


def test_near_misses_holds_incidents_of_both_kinds() -> None:
    kinds = {plan.kind for plan in read_scenario("near_misses").incident}
    assert {INCIDENTS[kind].violation for kind in kinds} == {True, False}


def test_the_demo_stages_every_kind_of_violation_before_its_first_half_minute() -> None:
    early = {plan.kind for plan in read_scenario("demo").incident if plan.at_s is not None and plan.at_s <= 15}
    assert {"illegal_dumping", "route_deviation", "spillage_open", "spillage_closed", "uncovered_haul"} <= early


def test_hours_and_trucks_can_be_changed() -> None:
    changed = read_scenario("demo").with_changes(hours=3.0, trucks=40)
    assert (changed.hours, changed.fleet.trucks) == (3.0, 40)
    with pytest.raises(ScenarioError, match=r"expected at least \d+ trucks for what is staged, got 2"):
        read_scenario("demo").with_changes(trucks=2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title = ", "Invalid value"),
        ('title = "t"', "start"),
        ('title = "t"\nstart = 2026-03-02T06:00:00\n', "expected a start with an offset"),
        (HEAD + "hour = 1.0\n", "hour"),
        (HEAD + '[[incident]]\nkind = "ufo"\n', "expected an incident of route_deviation, .*, got 'ufo'"),
        (HEAD + '[[incident]]\nkind = "load_noise"\nshare = 1.5\n', "share of 0 to 1"),
        (HEAD + '[fleet]\ntrucks = 1\n[[incident]]\nkind = "load_noise"\ntrucks = 2\n', "at least 2 trucks"),
        (HEAD + "[fleet]\njson = 0.0\nbin = 0.0\nnmea = 0.0\n", "a firmware with a share above 0"),
        (HEAD + "[fleet]\ninterval_s = 0\n", "at least one truck"),
        (HEAD + "[link]\nbatch = 151\n", "expected a batch of 1 to 150"),
        (HEAD + "[link]\nback_off_s = 0.0\n", "back_off_s above 0"),
        (HEAD + "[fleet]\njt808 = 1.5\n", "share jt808 of 0 to 1, got 1.5"),
        (HEAD + "[fleet]\ntrucks = 100001\n", "at most 100000 trucks, got 100001"),
        (HEAD + "[[storm]]\nat_s = 3\nshare = 2.0\n", "storm: expected a share of 0 to 1"),
        (HEAD + "[[storm]]\nat_s = 3\noutage_s = 0.0\n", "outage_s of 1 or more"),
        (HEAD + '[[clock]]\nkind = "mad"\nshare = 0.1\n', "a clock of ahead, unset, overflow, back, drift, got 'mad'"),
        (HEAD + '[[clock]]\nkind = "back"\nshare = 0.1\nseconds = 0\n', "seconds above 0"),
        (HEAD + '[[clock]]\nkind = "back"\nshare = 0.6\n' * 2, "no more than 1 together"),
    ],
)
def test_a_wrong_scenario_says_what_is_wrong(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=complaint):
        read_scenario(str(path))


def test_a_scenario_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ScenarioError, match="expected city, demo, fault_drill, near_misses or the path"):
        read_scenario("nothing")

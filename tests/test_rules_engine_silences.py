"""Silences, gaps and jumps of terminals, scene by scene, and what is none of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from oracles.health import judge_health
from oracles.tracks import M_LAT, city

from rules_engine.carry import Carry
from rules_engine.carry_rows import UNSET_MS
from rules_engine.engine import evaluate
from rules_engine.event import Event
from rules_engine.fix_batch import FixBatch
from rules_engine.silence import LastFixes, open_silences, quiet_after_ms, silent_at_end
from rules_engine.world import World, WorldError

START_MS = 1_790_000_000_000  # 2026-09-21 22:13:20 in the city
NAN = float("nan")
HOUR_S = 3600


@pytest.fixture(scope="module")
def world() -> World:
    return city()


class Terminal:
    """Tells fixes: `go` drives north and records, `sleep` does neither, `lose` makes records that do not come."""

    def __init__(self, interval_s: float = 10.0, **columns: Any) -> None:
        self.interval_s, self.columns = interval_s, columns
        self.time_s, self.north_m, self.seq, self.epoch = 0.0, 0.0, 0, 1
        self.rows: list[dict[str, Any]] = []

    def go(self, duration_s: float, pace_mps: float = 12.0, *, away_m: float = 0.0, **columns: Any) -> Terminal:
        for _ in range(round(duration_s / self.interval_s)):
            self.north_m += pace_mps * self.interval_s
            place = {"lat_deg": 31.8 + (self.north_m + away_m) * M_LAT, "lon_deg": 119.95}
            told = {"speed_mps": pace_mps, "hdop": 1.0, "time_s": self.time_s, "seq": self.seq, "epoch": self.epoch}
            self.rows.append(told | place | self.columns | columns)
            self.time_s += self.interval_s
            self.seq += 1
        return self

    def sleep(self, duration_s: float, speed_mps: float = 0.0) -> Terminal:
        self.time_s += duration_s
        self.north_m += speed_mps * duration_s
        return self

    def lose(self, duration_s: float, speed_mps: float = 12.0) -> Terminal:
        self.seq += round(duration_s / self.interval_s)
        return self.sleep(duration_s, speed_mps)

    def batch(self) -> FixBatch:
        names = {name for row in self.rows for name in row} - {"time_s"}
        absent = {"ignition": -1, "main_power": -1, "satellites": -1, "faults": 0, "alarms": 0, "cover": -1}
        columns = {name: np.array([row.get(name, absent.get(name, NAN)) for row in self.rows]) for name in names}
        time_ms = START_MS + np.array([round(row["time_s"] * 1000) for row in self.rows])
        rows = FixBatch.of_columns(np.zeros(len(time_ms), np.int32), time_ms, **columns)
        return rows.take(rows.key_order())

    def found(self, world: World, kind: str | None = None) -> list[Event]:
        """Return what the engine finds, of one kind or of all that are about terminals; the twin must find as much."""
        batch = self.batch()
        events = evaluate(batch, world, Carry()).events
        twins = judge_health(batch, world, 16_000)
        kinds = {"offline", "track_gap", "position_jump", "jamming", "clone", "power_cut", "sensor_fault"}
        mine = [event for event in events if event.kind in kinds]
        assert sorted((e.kind, e.start) for e in mine) == sorted((twin.kind, twin.start) for twin in twins)
        return [event for event in mine if kind in (None, event.kind)]

    def kinds(self, world: World) -> list[str]:
        return sorted(event.kind for event in self.found(world))


# Offline


def test_a_driving_truck_that_is_not_heard_of_for_ten_minutes_is_offline(world: World) -> None:
    terminal = Terminal().go(60).sleep(650).go(60)
    (event,) = terminal.found(world)
    assert (event.kind, event.severity, event.confirmed_ms) == ("offline", 2, START_MS + 650_000)
    assert (event.start.fix_time_ms, event.end_ms) == (START_MS + 50_000, START_MS + 710_000)
    assert event.closing == {"duration_s": 660.0, "moved_m": pytest.approx(120, abs=1), "seq_missing": 0}


@pytest.mark.parametrize(
    ("columns", "silence_s", "found"),
    [
        ({"speed_mps": 12.0}, 580, 0),
        ({"speed_mps": 12.0}, 600, 1),
        ({"speed_mps": 0.5, "ignition": 1}, 700, 1),
        ({"speed_mps": 0.5, "ignition": 0}, 10 * HOUR_S, 0),
        ({"speed_mps": 0.5, "ignition": 0}, 25 * HOUR_S, 1),
        ({"speed_mps": 0.5}, 10 * HOUR_S, 0),
        ({"speed_mps": NAN}, 10 * HOUR_S, 0),
        ({"speed_mps": NAN}, 25 * HOUR_S, 1),
    ],
)
def test_how_long_a_truck_may_be_silent(world: World, columns: dict[str, Any], silence_s: float, found: int) -> None:
    terminal = Terminal(**columns).go(60, 0.0).sleep(silence_s).go(60, 0.0)
    assert len(terminal.found(world, "offline")) == found


def test_a_terminal_that_fails_again_and_again_is_told_every_two_hours(world: World) -> None:
    terminal = Terminal()
    for _ in range(30):
        terminal.go(30, 6.0).sleep(660)
    assert 3 <= len(terminal.go(30).found(world, "offline")) <= 4


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([{"from": "2026-09-21T14:00:00Z", "to": "2026-09-21T20:00:00Z"}], 0),
        ([{"from": "2026-09-21T14:00:00Z", "to": None}], 0),
        ([{"from": "2026-09-21T14:00:00Z", "to": "2026-09-21T15:00:00Z"}], 1),
        ([{"from": "2026-09-20T14:00:00Z", "to": "2026-09-20T20:00:00Z"}], 1),
    ],
)
def test_a_truck_out_of_service_may_be_silent(world: World, times: list[dict[str, str]], found: int) -> None:
    vehicles = [{**vehicle, "out_of_service": times} for vehicle in world.documents["vehicles"]]
    parked = World.from_documents({**world.documents, "vehicles": vehicles})
    events = Terminal().go(60).sleep(4 * HOUR_S).go(60).found(parked, "offline")
    assert len(events) == found
    assert all(event.confirmed_ms > START_MS for event in events)


def test_a_time_out_of_service_without_offset_is_refused() -> None:
    vehicles = [{"vehicle_id": "T0", "out_of_service": [{"from": "2026-09-21T14:00:00"}]}]
    with pytest.raises(WorldError, match=r"vehicles.*T0.*an instant with an offset"):
        World.from_documents({"vehicles": vehicles})


@pytest.mark.parametrize("columns", [{}, {"ignition": 1, "speed_mps": 0.1}, {"ignition": 0, "speed_mps": 0.0}])
def test_what_is_told_while_it_lasts_is_what_is_told_afterwards(world: World, columns: dict[str, Any]) -> None:
    before = Terminal(**columns).go(100)
    last = before.batch()
    state = LastFixes(
        vehicle=last.vehicle[-1:],
        fix_time_ms=last.fix_time_ms[-1:],
        epoch=last.epoch[-1:],
        seq=last.seq[-1:],
        speed_mps=last.speed_mps[-1:],
        ignition=last.ignition[-1:],
        lat_deg=last.lat_deg[-1:],
        lon_deg=last.lon_deg[-1:],
        quiet_ms=np.full(1, UNSET_MS),
    )
    (after,) = before.sleep(25 * HOUR_S).go(60).found(world, "offline")
    confirmed_ms = after.confirmed_ms
    assert open_silences(state, world, confirmed_ms - 1) == []
    for as_of_ms in (confirmed_ms, confirmed_ms + 50_000):
        (event,) = open_silences(state, world, as_of_ms)
        assert event.event_id == after.event_id
        assert (event.opening, event.confirmed_ms, event.severity) == (after.opening, confirmed_ms, after.severity)
        assert (event.lat_deg, event.lon_deg) == (after.lat_deg, after.lon_deg)
        assert (event.closing, event.end_ms) == (None, None)
    quiet_ms = quiet_after_ms(world, state.vehicle, np.array([confirmed_ms]))
    state.quiet_ms[:] = quiet_ms
    assert open_silences(state, world, int(quiet_ms[0]) - 1) == []
    assert len(open_silences(state, world, int(quiet_ms[0]))) == 1


def test_where_all_records_end_the_silent_trucks_are_told(world: World) -> None:
    silent = replace(Terminal().go(100).go(30, lat_deg=NAN, lon_deg=NAN).batch(), vehicle=np.full(13, 1, np.int32))
    parked = replace(Terminal(ignition=0).go(100, 0.0).batch(), vehicle=np.full(10, 2, np.int32))
    rows = FixBatch.concatenate([Terminal().go(1200).batch(), silent, parked])
    events = evaluate(rows, world, Carry()).events
    (event,) = silent_at_end(rows, world, events)
    assert (event.vehicle_id, event.start.fix_time_ms) == ("T1", START_MS + 120_000)
    assert event.lat_deg == silent.lat_deg[9]
    again = FixBatch.concatenate(
        [
            Terminal().go(9000).batch(),
            replace(Terminal().go(60).sleep(700).go(60).batch(), vehicle=np.ones(12, np.int32)),
        ]
    )
    events = evaluate(again, world, Carry()).events
    (event,) = silent_at_end(again, world, events)
    (before,) = [event for event in events if event.kind == "offline"]
    assert before.end_ms is not None
    assert event.confirmed_ms == before.end_ms + 7_200_000
    assert silent_at_end(rows.take(slice(0, 0)), world, []) == []


def test_only_the_silent_trucks_of_a_fleet_are_told(world: World) -> None:
    trucks = 4
    fleet = LastFixes(
        vehicle=np.arange(trucks, dtype=np.int32),
        fix_time_ms=START_MS - np.arange(trucks) * 400_000,
        epoch=np.ones(trucks, np.int64),
        seq=np.arange(trucks),
        speed_mps=np.full(trucks, 9, np.float32),
        ignition=np.full(trucks, -1, np.int8),
        lat_deg=np.full(trucks, 31.7),
        lon_deg=np.full(trucks, 119.9),
        quiet_ms=np.full(trucks, UNSET_MS),
    )
    assert [event.vehicle_id for event in open_silences(fleet, world, START_MS)] == ["T2", "T3"]


# Track gap


def test_a_truck_that_turns_up_elsewhere_without_a_record_missing_has_a_gap(world: World) -> None:
    (event,) = Terminal().go(60).sleep(300, 12.0).go(60).found(world)
    assert (event.kind, event.severity) == ("track_gap", 1)
    assert event.confirmed_ms == event.end_ms == START_MS + 360_000
    assert event.opening["distance_m"] == pytest.approx(3720, abs=20)
    assert event.opening["seq_missing"] == 0


@pytest.mark.parametrize(("silence_s", "speed_mps"), [(100, 30.0), (300, 5.0), (500, 3.5)])
def test_short_silences_and_short_ways_are_no_gap(world: World, silence_s: float, speed_mps: float) -> None:
    assert Terminal().go(60).sleep(silence_s, speed_mps).go(60).kinds(world) == []


def test_records_of_a_blind_zone_are_waited_for(world: World) -> None:
    terminal = Terminal().go(60).lose(300)
    assert terminal.go(0.49 * HOUR_S).kinds(world) == []
    (event,) = terminal.go(0.02 * HOUR_S).found(world)
    assert (event.kind, event.opening["seq_missing"]) == ("track_gap", 30)
    assert event.confirmed_ms == event.end_ms + 1800 * 1000  # type: ignore[operator]


def test_a_counter_that_began_anew_tells_nothing_of_what_is_missing(world: World) -> None:
    terminal = Terminal().go(60).sleep(300, 12.0)
    terminal.epoch, terminal.seq = 2, 0
    assert terminal.go(600).kinds(world) == []
    (event,) = terminal.go(1800).found(world)
    assert event.opening["seq_missing"] is None


def test_a_gap_is_told_once_a_day(world: World) -> None:
    terminal = Terminal()
    for _ in range(8):  # until 22:54:40 in the city, the day ends at 24:00
        terminal.go(10).sleep(300, 12.0)
    assert terminal.go(60).kinds(world) == ["track_gap"]
    for _ in range(20):
        terminal.go(10).sleep(300, 12.0)
    assert terminal.go(60).kinds(world) == ["track_gap"] * 2


def test_a_receiver_that_starts_cold_does_not_hide_a_gap(world: World) -> None:
    terminal = Terminal().go(60).sleep(300, 12.0).go(60, lat_deg=NAN, lon_deg=NAN).go(60)
    (event,) = terminal.found(world)
    assert (event.kind, event.confirmed_ms) == ("track_gap", START_MS + 420_000)


def test_a_position_that_is_lost_is_no_gap(world: World) -> None:
    assert Terminal().go(60).go(150, 20.0, lat_deg=NAN, lon_deg=NAN).go(60).kinds(world) == []


# Position jump and clone


def test_a_position_no_truck_can_have_driven_to_is_a_jump(world: World) -> None:
    (event,) = Terminal(1.0).go(60).go(5, away_m=3000.0).go(200).found(world)
    assert (event.kind, event.severity, event.opening["jumps"]) == ("position_jump", 1, 2)
    assert event.opening["distance_m"] == pytest.approx(3000, abs=30)
    assert event.start.fix_time_ms == START_MS + 60_000
    assert event.end_ms == START_MS + 65_000


@pytest.mark.parametrize("away_m", [200.0, 480.0])
def test_excursions_of_some_hundred_metres_are_none(world: World, away_m: float) -> None:
    terminal = Terminal(1.0)
    for _ in range(20):
        terminal.go(60).go(2, away_m=away_m)
    assert terminal.go(100).kinds(world) == []


def test_a_wild_position_of_bad_geometry_is_none(world: World) -> None:
    assert Terminal(1.0).go(60).go(5, away_m=3000.0, hdop=20.0).go(200).kinds(world) == []


def test_a_receiver_that_jumps_all_day_is_told_once_an_hour(world: World) -> None:
    terminal = Terminal()
    rng = np.random.default_rng(1)
    for _ in range(120):
        terminal.go(50).go(10, away_m=float(rng.choice([-1, 1]) * rng.uniform(3000, 90_000)))
    assert 2 <= len(terminal.found(world, "position_jump")) <= 3
    assert terminal.found(world, "clone") == []


def two_terminals(away_m: float, minutes: float, interval_s: float = 10.0) -> Terminal:
    """Return one identity's records from two trucks that drive, `away_m` apart."""
    one, other = Terminal(interval_s).go(minutes * 60), Terminal(interval_s)
    other.epoch, other.time_s = 5, interval_s * 0.4
    one.rows += other.go(minutes * 60, 8.0, away_m=away_m).rows
    return one


@pytest.mark.parametrize("interval_s", [1.0, 10.0, 30.0])
def test_one_identity_in_two_places_is_a_clone_and_no_jump(world: World, interval_s: float) -> None:
    (event,) = two_terminals(20_000.0, 20, interval_s).found(world)
    assert (event.kind, event.severity) == ("clone", 3)
    assert event.confirmed_ms - event.start.fix_time_ms <= 2 * interval_s * 1000
    assert event.opening["distance_m"] == pytest.approx(20_000, rel=0.05)
    assert len(event.opening["places"]) == 2
    assert event.closing is None


def test_a_clone_is_over_ten_minutes_after_its_last_jump(world: World) -> None:
    terminal = two_terminals(20_000.0, 5)
    terminal.rows += Terminal().sleep(300).go(1200).rows
    (event,) = terminal.found(world, "clone")
    assert event.closing is not None
    assert event.end_ms is not None
    assert event.end_ms < START_MS + 310_000


def test_a_receiver_thrown_to_one_place_now_and_then_is_no_clone(world: World) -> None:
    terminal = Terminal(1.0)
    for _ in range(3):
        terminal.go(100).go(3, away_m=30_000.0 - terminal.north_m)
    assert terminal.go(700).kinds(world) == ["position_jump"]


def test_two_trucks_on_one_road_close_to_each_other_are_no_clone(world: World) -> None:
    assert two_terminals(300.0, 4).found(world, "clone") == []

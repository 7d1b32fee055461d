"""What `muckline conform` makes of single behaviours, from logs written by hand with the times of a real trial."""

from __future__ import annotations

from collections.abc import Iterable

from faulty_terminal import EPOCH, REGION, SPEED_MPS, recorded

from firmware_contracts import command, config, reply
from firmware_contracts.columns import Fault as Broken
from firmware_contracts.command import Command
from firmware_contracts.config import Config
from firmware_contracts.fix import Fix
from firmware_contracts.topics import DownTopic, Topic
from simulators.conform.checks import CHECKS
from simulators.conform.observed import Content, Log, Message, StepMark, observe, read_message
from simulators.conform.verdict import Outcome, judge
from simulators.payloads import report_encoder

START_MS = 1_772_438_400_000
REPORT = str(Topic(REGION, "truck", "T1", "report", "json"))
ENCODE = report_encoder("json", "T1")


def fix_at(second: float, **members: float) -> Fix:
    """Return a fix on a straight road."""
    lat = 31.7 + SPEED_MPS * second / 111_195.0
    standard = {"speed_mps": SPEED_MPS, "course_deg": 0.0, "load_kg": 21_500.0, "lift_deg": 0.5, "ignition": 1}
    return Fix(0, 0, START_MS + round(second * 1000), lat, 119.9)._replace(**standard | members)  # type: ignore[arg-type]


def reports(fixes: Iterable[Fix]) -> list[Content]:
    """Return each fix in a message of its own, half a second after its time."""
    ordered = sorted(fixes, key=lambda fix: fix.fix_time_ms)
    return [
        read_message(Message(fix.fix_time_ms + 500, REPORT, ENCODE(EPOCH, [(seq, fix)]), 1, False))
        for seq, fix in enumerate(ordered)
    ]


def answered(second: float, name: str) -> Content:
    topic = str(Topic(REGION, "truck", "T1", "reply", "json"))
    payload = reply.encode(name, "done", "accepted")
    return read_message(Message(START_MS + round(second * 1000), topic, payload, 1, False))


def down(second: float, channel: str, payload: bytes) -> Message:
    return Message(START_MS + round(second * 1000), str(DownTopic(REGION, "truck", "T1", channel)), payload, 1, False)


def step(name: str, from_s: float, to_s: float, **ids: str) -> StepMark:
    return StepMark(name, START_MS + round(from_s * 1000), START_MS + round(to_s * 1000), ids)


def log_of(up: list[Content], down: list[Message], *steps: StepMark) -> Log:
    return Log("T1", "live", sorted(up, key=lambda content: content.message.at_ms), down, steps)


def outcome(log: Log, name: str) -> Outcome:
    return judge(log, [check for check in CHECKS if check.id == name]).outcomes[0]


def configured(fixes: Iterable[Fix]) -> Outcome:
    """Return what the interval of 5 s is found to be, asked for from the first second on."""
    log = log_of([*reports(fixes), answered(1.0, "c1")], [], step("config", 0.0, 90.0, config="c1"))
    return outcome(log, "interval_kept")


def test_a_box_that_unloads_under_settings_keeps_its_interval() -> None:
    """While the body is up it records every second or two, as the contract asks."""
    driving = [fix_at(second) for second in (*range(0, 30, 5), *range(60, 90, 5))]
    tipping = [fix_at(30 + s, lift_deg=min(3.0 * s, 45.0), load_kg=21_500.0 - 700 * s) for s in range(30)]
    assert configured([*driving, *tipping]).status == "conforms"


def test_a_box_that_changes_under_settings_keeps_its_interval() -> None:
    """Changes come between the fixes of a clock that runs on: after each there is a short interval."""
    regular = [fix_at(second, alarms=(second // 5) % 2) for second in range(0, 90, 5)]
    changes = [fix_at(second, alarms=(second // 5 + 1) % 2) for second in range(2, 90, 5)]
    assert configured([*regular, *changes]).status == "conforms"


def test_a_parked_box_keeps_its_interval() -> None:
    assert configured(fix_at(s, ignition=0, speed_mps=0.0) for s in (4, 40, 80)).status == "conforms"


def test_a_box_that_is_deaf_to_settings_is_shown_with_a_fix_that_came_too_early() -> None:
    found = configured(fix_at(second) for second in range(90))
    assert found.status == "breaks"
    assert found.findings[0].offending.startswith(b'{"epoch"') or b"time_ms" in found.findings[0].offending
    message = found.findings[0].message
    assert message is not None
    assert found.findings[0].offending in message.payload
    late = configured(fix_at(second) for second in (0, 5, 10, 25, 40, 60, 75))
    assert late.status == "breaks"
    assert configured(fix_at(second, speed_mps=0.0) for second in (-30, 10)).status == "breaks"
    assert str(START_MS + 60_000).encode() in late.findings[0].offending


def silent(fixes: Iterable[Fix], *down: Message) -> Outcome:
    log = log_of(reports(fixes), list(down), step("listen", 0.0, 90.0), step("withhold", 100.0, 250.0))
    return outcome(log, "records_while_silent")


def test_a_truck_that_stands_while_nobody_answers_is_not_blamed() -> None:
    driving = [fix_at(second) for second in range(105)]
    standing = [fix_at(second, speed_mps=0.0) for second in (105, 165, 225)]
    assert silent([*driving, *standing, fix_at(260)]).status == "conforms"
    parked = fix_at(106, speed_mps=0.0, ignition=0)
    assert silent([*driving, parked]).status == "conforms"


def test_standing_is_as_long_as_the_settings_say() -> None:
    driving = [fix_at(second) for second in range(105)]
    halted = [*driving, fix_at(105, speed_mps=0.0), fix_at(245)]
    settings = config.encode(Config("g-1", START_MS + 10**9, {"report": {"standing_s": 300}}))
    assert silent(halted).status == "breaks"
    assert silent(halted, down(0.0, "config", settings)).status == "conforms"


def test_a_truck_that_was_heard_too_seldom_is_not_tried() -> None:
    assert silent(fix_at(second, speed_mps=0.0) for second in (0, 60, 120, 180)).status == "not_tried"


def test_a_moving_truck_that_records_nothing_while_nobody_answers_is_found() -> None:
    assert silent(fix_at(second) for second in (*range(110), *range(180, 260))).status == "breaks"


LOCATED_S = {"locate": (66.0, 84.0, 102.0, 108.0, 114.0), "alive": (96.0,)}


def located(extra_s: Iterable[float], interval_s: int = 10) -> Outcome:
    fixes = [fix_at(second) for second in range(0, 130, interval_s)]
    sent = [
        down(second, "command", command.encode(Command(f"c-{purpose}", START_MS + 10**9, "locate")))
        for purpose, seconds in LOCATED_S.items()
        for second in seconds
    ]
    ids = {purpose: f"c-{purpose}" for purpose in LOCATED_S}
    log = log_of(
        reports([*fixes, *(fix_at(second + 0.4) for second in extra_s)]), sent, step("commands", 60, 120, **ids)
    )
    return outcome(log, "once_only")


def test_a_locate_that_is_carried_out_once_is_seen() -> None:
    assert located((66.0, 96.0)).status == "conforms"


def test_a_locate_that_is_carried_out_with_each_delivery_is_found() -> None:
    """Its words are the same each time; only the fixes betray it."""
    found = located((66.0, 84.0, 96.0, 102.0, 108.0, 114.0))
    assert found.status == "breaks"
    assert "a fix was recorded for 4 of the repetitions" in found.findings[0].en


def test_where_a_locate_cannot_be_seen_it_is_not_tried() -> None:
    assert located((), interval_s=1).status == "not_tried"
    assert located(()).status == "not_tried"


def test_zero_for_absent_needs_a_fault() -> None:
    sound = log_of(reports(fix_at(second) for second in range(20)), [])
    assert outcome(sound, "zero_for_absent").status == "not_tried"
    torn = log_of(reports([fix_at(1.0, load_kg=float("nan"), faults=int(Broken.LOAD_SENSOR))]), [])
    assert outcome(torn, "zero_for_absent").status == "conforms"


def test_a_load_of_zero_through_a_whole_lift_is_advice() -> None:
    lifts = [0.5, 0.5, 12.0, 40.0, 45.0, 20.0, 0.5]
    empty = [fix_at(second, load_kg=0.0, lift_deg=lift) for second, lift in enumerate(lifts)]
    found = outcome(log_of(reports(empty), []), "load_always_zero")
    assert (found.status, found.check.severity) == ("breaks", "should")
    assert outcome(log_of(reports(empty[:3]), []), "load_always_zero").status == "not_tried"
    weighed = [fix._replace(load_kg=20.0) if number == 3 else fix for number, fix in enumerate(empty)]
    assert outcome(log_of(reports(weighed), []), "load_always_zero").status == "conforms"


def test_a_number_that_is_used_again_is_not_taken_for_a_record_that_comes_again() -> None:
    from faulty_terminal import RECORDED

    broken = {
        one.check.id: one
        for one in judge(observe("T1", "capture", recorded(RECORDED["seq of seven bits"]))).of("breaks")
    }
    assert "forgets_acknowledged" not in broken
    assert "2026-03-02T" in broken["identity_reused"].findings[0].en


def test_a_state_that_was_refused_is_not_called_missing() -> None:
    from firmware_contracts import device_state

    topic = str(Topic(REGION, "truck", "T1", "state", "json"))
    state = read_message(Message(START_MS, topic, device_state.encode("online", 1, EPOCH), 1, True))
    found = outcome(log_of([state, *reports([fix_at(1.0)])], []), "state_told")
    assert found.status == "breaks"
    assert "a state was there and had to be refused, time_past" in found.findings[0].en

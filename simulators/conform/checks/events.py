"""Washers and gates: what a passage says must fit together."""

from __future__ import annotations

from collections.abc import Iterator

from firmware_contracts.reading import DeviceEvent
from simulators.conform.check import Check, Finding
from simulators.conform.observed import Content, Log

SLACK_S = 5.0  # what two timers of one machine may disagree
LIGHTEST_TRUCK_KG = 1000.0


def _passages(log: Log, event_type: str) -> Iterator[tuple[Content, DeviceEvent]]:
    for content in log.up:
        for event in content.events:
            if event.type == event_type:
                yield content, event


def _passage_times(log: Log) -> Iterator[Finding]:
    for content, event in _passages(log, "washer_passage"):
        enter_ms, leave_ms = event.body.get("enter_ms"), event.body.get("leave_ms")
        if enter_ms is not None and leave_ms is not None and leave_ms < enter_ms:
            en = f"seq {event.seq}: leaves {(enter_ms - leave_ms) / 1000:g} s before it enters"
            yield Finding(content.message, en, f"seq {event.seq}：驶出早于驶入 {(enter_ms - leave_ms) / 1000:g} 秒")
        elif enter_ms is not None and leave_ms is not None:
            washed_s = max(event.body.get("wash_left_s", 0.0), event.body.get("wash_right_s", 0.0))
            stayed_s = (leave_ms - enter_ms) / 1000
            if washed_s > stayed_s + SLACK_S:
                en = f"seq {event.seq}: washed {washed_s:g} s in a passage of {stayed_s:g} s"
                yield Finding(content.message, en, f"seq {event.seq}：停留 {stayed_s:g} 秒却冲洗 {washed_s:g} 秒")


def _wash_result(log: Log) -> Iterator[Finding]:
    for content, event in _passages(log, "washer_passage"):
        seconds = [event.body.get(name) for name in ("wash_left_s", "wash_right_s")]
        if event.body.get("result") == "washed" and seconds == [0.0, 0.0]:
            en = f"seq {event.seq}: washed, in 0 s on both sides"
            yield Finding(content.message, en, f"seq {event.seq}：结果为已冲洗，两侧冲洗时长却为 0")


def _gate_weights(log: Log) -> Iterator[Finding]:
    for content, event in _passages(log, "gate_passage"):
        gross_kg, tare_kg = event.body.get("gross_kg"), event.body.get("tare_kg")
        if gross_kg is not None and tare_kg is not None and tare_kg > gross_kg:
            en = f"seq {event.seq}: the empty truck weighs {tare_kg:g} kg, with its load {gross_kg:g} kg"
            yield Finding(content.message, en, f"seq {event.seq}：皮重 {tare_kg:g} kg 大于毛重 {gross_kg:g} kg")


def _gate_unit(log: Log) -> Iterator[Finding]:
    for content, event in _passages(log, "gate_passage"):
        gross_kg = event.body.get("gross_kg")
        if gross_kg is not None and gross_kg < LIGHTEST_TRUCK_KG:
            said = "0 for a truck that was not weighed" if gross_kg == 0 else "tonnes sent as kg?"
            en = f"seq {event.seq}: gross {gross_kg:g} kg: {said}"
            yield Finding(content.message, en, f"seq {event.seq}：毛重 {gross_kg:g} kg，疑似单位为吨，或未称重却填 0")


CHECKS = (
    Check(
        "passage_times",
        "must",
        ("washer", "events"),
        "events",
        "A passage enters before it leaves, and washes meanwhile.",
        "先驶入后驶出，冲洗在其间。",
        _passage_times,
    ),
    Check(
        "wash_result",
        "should",
        ("washer", "events"),
        "events",
        "Washed means that water ran; unknown seconds are absent.",
        "“已冲洗”即确有出水；时长未知时缺省。",
        _wash_result,
    ),
    Check(
        "gate_weights",
        "must",
        ("gate", "events"),
        "events",
        "Gross is truck and load, tare the empty truck.",
        "毛重含载荷，皮重为空车。",
        _gate_weights,
    ),
    Check(
        "gate_unit",
        "must",
        ("gate", "events"),
        "events",
        "Masses are in kg; what was not weighed is absent.",
        "质量单位为 kg；未称重时缺省。",
        _gate_unit,
    ),
)

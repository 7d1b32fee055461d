"""What one JT/T 808 location costs on its way to a fix, beside what a plain program pays for the same fix in JSON.

Each line gives the least CPU time of the rounds; the ratio is to `json.loads` of one report of one fix, which only
parses: no limit is checked, no bit is given a meaning. `python -m benchmarks.jt808_codec`
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import machine_line
from firmware_contracts import report_json
from firmware_contracts.fix import columns_of
from firmware_contracts.jt808 import messages
from firmware_contracts.jt808.fixes import fix_of
from firmware_contracts.jt808.framing import Frame, Framer
from firmware_contracts.jt808.items import item
from firmware_contracts.jt808.location import Location, pack_location, parse_location
from firmware_contracts.jt808.vendor import read_mapping

VENDORS = Path(__file__).parents[1] / "firmware_contracts" / "jt808" / "vendors"
NOW_MS = 1_767_225_600_000
COUNT = 5000  # the terminals of the goal, one report each
ROUNDS = 5


def location_of(number: int) -> Location:
    """Return one truck's report, with the items that most terminals send."""
    items = (item(0x01, 100.0 * number), item(0x30, 23), item(0x31, 11), (0x55, (130_000 + number).to_bytes(4, "big")))
    return Location(0, 3, 31.8 + number / 1e5, 119.9, 12, 10.0, float(number % 360), NOW_MS, items)


def cpu_us(work: Callable[[], object]) -> float:
    """Return the least CPU time of the rounds for one of `COUNT`. [us]"""
    least = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least / COUNT * 1e6


def main() -> None:
    """Print the machine's line and one line per step."""
    print(machine_line())
    mapping = read_mapping((VENDORS / "egs.toml").read_text())
    locations = [location_of(number) for number in range(COUNT)]
    (first, *_) = sent = [
        raw
        for at, one in enumerate(locations)
        for raw in messages.encode(messages.LocationReport(one), "13800138000", at)
    ]
    stream, bodies = b"".join(sent), [pack_location(one) for one in locations]
    frames = [one for one in Framer().feed(stream) if isinstance(one, Frame)]
    assert len(frames) == COUNT
    fixes = [fix_of(parse_location(body), mapping) for body in bodies]
    reports = [report_json.encode(columns_of([fix])) for fix in fixes]
    answer = messages.PlatformAnswer(7, 0x0200, messages.DONE)
    steps: dict[str, Callable[[], object]] = {
        f"frames, {len(first)} bytes each": lambda: Framer().feed(stream),
        "bodies to locations": lambda: [messages.parse(*frame) for frame in frames],
        "bytes to fixes, all of it": lambda: [
            fix_of(messages.parse(*frame).location, mapping)
            for frame in Framer().feed(stream)
            if isinstance(frame, Frame)
        ],
        "general answers": lambda: [messages.encode(answer, "13800138000", at) for at in range(COUNT)],
    }
    peer_us = cpu_us(lambda: [json.loads(report) for report in reports])
    for name, work in steps.items():
        step_us = cpu_us(work)
        print(f"{name:30} {step_us:6.1f} us   {step_us / peer_us:5.2f} of json.loads ({peer_us:.1f} us)")


if __name__ == "__main__":
    main()

"""How fast reports become columns, beside the readers that a plain program would use. `python -m benchmarks.decode`

Ours is the whole of `decode_block`: topics, CRC or checksum, repeated members, every limit, the time window. The peers
build the same columns and verify the same CRC or checksum, but check nothing else and are given no topics; "tuples" is
the loop of unpacking alone. A and B run in turn on blocks as ingest gives them, from terminals met before; each line
gives the least CPU time of the rounds, which neighbours on the machine disturb least, and their ratio.
Both run with the cyclic garbage collector in the same setting, on and off, because it can take two thirds of a loop
that makes objects: ours makes its JSON objects untracked and in slices, so that the collector finds nothing to walk.
"""

from __future__ import annotations

import gc
import json
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import pynmea2

from benchmarks.city_fixes import city_fixes
from benchmarks.machine import machine_line
from firmware_contracts import report_bin, report_json, report_nmea
from firmware_contracts.columns import FIX_DTYPES, FixColumns
from firmware_contracts.decode import decode_block
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.topic_table import TopicTable

FIXES = 20_000  # a flush of one ingest at full load
ROUNDS = 11
START_MS = 1_767_225_600_000
COVER_CODES = {"closed": 0, "half": 1, "open": 2}
FIELDS = [name for name in FIX_DTYPES if name not in {"message", "epoch"}]
ENCODERS: dict[str, Callable[[FixColumns], bytes]] = {
    "json": report_json.encode,
    "nmea": report_nmea.encode,
    "bin": report_bin.encode,
}


def _fixes(count: int, rng: np.random.Generator) -> FixColumns:
    seq = np.arange(1, count + 1)
    return city_fixes(seq, START_MS + seq * 10, rng)


def payloads_of(fixes: FixColumns, encoding: str, per_message: int) -> list[bytes]:
    """Return the fixes as messages of `per_message` fixes."""
    encode = ENCODERS[encoding]
    return [encode(fixes.take(slice(at, at + per_message))) for at in range(0, len(fixes), per_message)]


def block_of(payloads: list[bytes], encoding: str, terminals: int = 5000) -> MessageBlock:
    """Return the messages as a block, sent by so many terminals in turn."""
    topics = [f"muck/v1/320412/truck/T{i:05d}/up/report/{encoding}" for i in range(terminals)]
    now_ms = START_MS + FIXES * 10
    return MessageBlock.from_messages([(topics[i % terminals], p, now_ms) for i, p in enumerate(payloads)])


def json_peer(payloads: list[bytes]) -> list[Any]:
    """Return columns by json.loads."""
    rows = [fix for payload in payloads for fix in json.loads(payload)["fixes"]]
    names = ["time_ms" if name == "fix_time_ms" else name for name in FIELDS]
    columns: list[Any] = [np.array([row.get(name) for row in rows], np.int64) for name in names[:2]]
    columns += [np.array([row.get(name) for row in rows], np.float64) for name in names[2:11]]
    columns.append(np.array([COVER_CODES.get(row.get("cover"), -1) for row in rows], np.int8))
    columns += [np.array([row.get(name) for row in rows], np.float64) for name in names[12:14]]
    columns += [np.array([len(row.get(name, ())) for row in rows], np.int8) for name in names[14:]]
    return columns


def struct_peer(payloads: list[bytes]) -> list[Any]:
    """Return columns by struct.unpack of each record, each message's CRC checked."""
    header, record, trailer = struct.Struct("<2sBBHHII"), struct.Struct("<IIHiiHHHhBBHBB"), struct.Struct("<I")
    rows = []
    for payload in payloads:
        if trailer.unpack(payload[-4:])[0] != zlib.crc32(payload[:-4]):
            continue
        count = header.unpack_from(payload)[3]
        rows += [record.unpack_from(payload, 16 + 32 * i) for i in range(count)]
    return [np.array(column) for column in zip(*rows, strict=True)]


def struct_rows_peer(payloads: list[bytes]) -> list[Any]:
    """Return tuples only, no columns: what the loop of unpacking costs by itself."""
    record, trailer = struct.Struct("<IIHiiHHHhBBHBB"), struct.Struct("<I")
    rows = []
    for payload in payloads:
        if trailer.unpack(payload[-4:])[0] != zlib.crc32(payload[:-4]):
            continue
        rows += [record.unpack_from(payload, at) for at in range(16, len(payload) - 4, 32)]
    return rows


def pynmea2_peer(payloads: list[bytes]) -> list[Any]:
    """Return columns by pynmea2, each checksum checked, each field read that ours reads; `$PMUK` by its fields."""
    rows = []
    for payload in payloads:
        rmc: tuple[Any, ...] = ()
        gga: tuple[Any, ...] = ()
        for line in payload.decode().splitlines():
            sentence = pynmea2.parse(line, check=True)
            if isinstance(sentence, pynmea2.RMC):
                motion = sentence.spd_over_grnd, sentence.true_course
                rmc = (sentence.datetime.timestamp(), sentence.latitude, sentence.longitude, *motion)
            elif isinstance(sentence, pynmea2.GGA):
                position = sentence.timestamp.hour, sentence.latitude, sentence.longitude
                gga = (*position, sentence.gps_qual, int(sentence.num_sats), float(sentence.horizontal_dil))
            else:
                numbers = [float(field or "nan") for field in sentence.data[2:10]]
                rows.append((*rmc, *gga, *numbers, int(sentence.data[10], 16), int(sentence.data[11], 16)))
    return [np.array(column) for column in zip(*rows, strict=True)]


@contextmanager
def collector(*, on: bool) -> Iterator[None]:
    """Run with the cyclic garbage collector on or off."""
    gc.collect()
    if not on:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()


def in_turn(ours: Callable[[], object], peer: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the least CPU time of each, run in turn. [s]"""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, run in zip(spent, (ours, peer), strict=True):
            begin = time.process_time()
            run()
            times.append(time.process_time() - begin)
    return min(spent[0]), min(spent[1])


CASES: list[tuple[str, str, Callable[[list[bytes]], object], int, int]] = [
    ("json", "json.loads", json_peer, 1, FIXES),
    ("json", "json.loads", json_peer, 10, FIXES),
    ("nmea", "pynmea2", pynmea2_peer, 1, 2000),
    ("nmea", "pynmea2", pynmea2_peer, 10, 2000),
    ("bin", "struct.unpack", struct_peer, 1, FIXES),
    ("bin", "struct.unpack", struct_peer, 10, FIXES),
    ("bin", "struct.unpack", struct_peer, 50, FIXES),
    ("bin", "struct.unpack, tuples", struct_rows_peer, 10, FIXES),
]


def main() -> None:
    """Print one line per case."""
    print(machine_line())
    print(f"{'layout':7}{'fixes/msg':>10}{'gc':>5}{'ours ns/fix':>13}{'peer ns/fix':>13}{'ratio':>8}  peer")
    fixes = _fixes(FIXES, np.random.default_rng(1))
    topics = TopicTable()
    for encoding, peer_name, peer, per_message, count in CASES:
        payloads = payloads_of(fixes, encoding, per_message)
        block = block_of(payloads, encoding)
        assert len(decode_block(block, topics).fixes) == FIXES
        peer_payloads = payloads[: count // per_message]  # the slow ones are given fewer
        for gc_on in (True, False):
            with collector(on=gc_on):
                ours_s, peer_s = in_turn(partial(decode_block, block, topics), partial(peer, peer_payloads))
            ours_ns, peer_ns = ours_s / FIXES * 1e9, peer_s / count * 1e9
            setting = "on" if gc_on else "off"
            figures = f"{ours_ns:13.0f}{peer_ns:13.0f}{peer_ns / ours_ns:8.1f}"
            print(f"{encoding:7}{per_message:10}{setting:>5}{figures}  {peer_name}")


if __name__ == "__main__":
    main()

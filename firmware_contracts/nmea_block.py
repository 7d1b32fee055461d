"""NMEA reports read as a block: all sentences of all messages as arrays, one row per group of RMC, GGA and $PMUK.

A message with any other group, or with a sentence of unusual form, is left to the reference.
"""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts import nmea_fast, nmea_frame
from firmware_contracts.columns import ABSENT, FIX_DTYPES, FixColumns
from firmware_contracts.message_block import MessageBlock
from firmware_contracts.reading import BlockFixes
from firmware_contracts.time_window import DAY_MS
from firmware_contracts.topic_table import Senders

SLICE_BYTES = 3 << 18  # about 4500 fixes: most arrays stay in the second-level cache, and calls per fix are few
MOST_SPREAD = 2  # bytes passed over for each byte read cost less than cutting the messages out one by one


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:  # noqa: ARG001
    """Return the fixes of all messages whose groups are RMC, at most one GGA and $PMUK, and which messages are left."""
    return BlockFixes.joined([_read_slice(block, part) for part in block.slices(messages, SLICE_BYTES)])


def _read_slice(block: MessageBlock, messages: NDArray[np.int64]) -> BlockFixes:
    text, first, stop = _text_of(block, messages)
    found = nmea_frame.find_sentences(text)
    owner = np.searchsorted(first, found.start, side="right") - 1
    read = (found.kind != nmea_frame.OTHER) & (owner >= 0) & (found.start < stop[owner])
    if not read.all():
        found, owner = found.take(read), owner[read]
    closes = found.kind == nmea_frame.MUK
    group = np.cumsum(closes) - closes
    fixes, usual = _usual_groups(found, group)
    group_owner = np.zeros(len(usual), np.int64)
    group_owner[group] = owner
    usual[group[group_owner[group] != owner]] = False  # what one message begins and the next one ends
    left = np.bincount(owner, minlength=len(messages)) == 0
    left[owner[~usual[group]]] = True
    kept = usual & ~left[group_owner] if left.any() else slice(None)
    fixes["message"] = messages[group_owner]
    with np.errstate(over="ignore"):  # beyond a 32-bit float is infinity, which no limit lets pass
        columns = [fixes[name][kept].astype(dtype, copy=False) for name, dtype in FIX_DTYPES.items()]
    return BlockFixes(FixColumns(*columns), messages[left])


def _text_of(
    block: MessageBlock, messages: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Return a padded text in which each message is closed by a line end, and where in it each begins and ends.

    Messages that lie close together are copied at one go, with what lies between them.
    """
    start, stop = block.payload_start[messages], block.payload_stop[messages]
    begin, end = int(start[0]), int(stop[-1])
    apart = (start[1:] > stop[:-1]).all()
    if apart and end - begin <= MOST_SPREAD * int((stop - start).sum()):
        text = nmea_frame.padded(block.buffer[begin:end])
        start, stop = start + (nmea_frame.PAD - begin), stop + (nmea_frame.PAD - begin)
        text[stop] = ord("\n")
        return text, start, stop
    size = stop - start
    stop = np.cumsum(size + 1) - 1 + nmea_frame.PAD
    return nmea_frame.padded(b"\n".join(block.payloads(messages))), stop - size, stop


def _usual_groups(
    found: nmea_frame.Sentences, group: NDArray[np.int64]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.bool_]]:
    """Return the columns of all groups' fixes, and which groups are usual and known, shape (groups,)."""
    groups = int(group[-1]) + 1 if len(group) else 0
    is_rmc, is_gga, is_muk = (found.kind == kind for kind in (nmea_frame.RMC, nmea_frame.GGA, nmea_frame.MUK))
    rmc_group, gga_group, muk_group = group[is_rmc], group[is_gga], group[is_muk]
    rmc, rmc_known = nmea_fast.read_rmc(found.take(is_rmc))
    gga, gga_known = nmea_fast.read_gga(found.take(is_gga))
    muk, muk_known = nmea_fast.read_muk(found.take(is_muk))
    rmc_at, gga_at, muk_at = (_places(of_kind, groups) for of_kind in (rmc_group, gga_group, muk_group))
    time_ms = _spread(rmc.time_ms, rmc_at, groups, ABSENT)
    usual = np.bincount(rmc_group, minlength=groups) == 1
    usual &= (np.bincount(gga_group, minlength=groups) <= 1) & (np.bincount(muk_group, minlength=groups) == 1)
    usual[group[found.kind == nmea_frame.ZDA]] = False
    usual[rmc_group[~rmc_known | (rmc.time_ms == ABSENT) | (rmc.day == ABSENT)]] = False
    usual[gga_group[~gga_known | (gga.time_ms != time_ms[gga_group])]] = False
    usual[muk_group[~muk_known]] = False
    fixes = {name: _spread(values, muk_at, groups, 0) for name, values in muk._asdict().items()}
    fixes["fix_time_ms"] = _spread(rmc.day, rmc_at, groups, 0) * DAY_MS + time_ms
    for name in ("lat_deg", "lon_deg", "speed_mps", "course_deg"):
        fixes[name] = _spread(getattr(rmc, name), rmc_at, groups, nan)
    fixes["hdop"] = _spread(gga.hdop, gga_at, groups, nan)
    fixes["satellites"] = _spread(gga.satellites, gga_at, groups, ABSENT)
    return fixes, usual


Places = NDArray[np.int64] | None


def _places(group: NDArray[np.int64], groups: int) -> Places:
    """Return the group that each row belongs to, None where each group has its row."""
    return None if len(group) == groups and (group == np.arange(groups)).all() else group


def _spread(values: NDArray[Any], places: Places, groups: int, otherwise: float) -> NDArray[Any]:
    """Return one value per group from rows that each name theirs."""
    if places is None:
        return values
    spread = np.full(groups, otherwise, values.dtype)
    spread[places] = values
    return spread

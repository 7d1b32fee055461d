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

SLICE_BYTES = 1 << 19  # about 3000 fixes: arrays that stay in the second-level cache, and few calls per fix


def read_block(block: MessageBlock, messages: NDArray[np.int64], senders: Senders) -> BlockFixes:  # noqa: ARG001
    """Return the fixes of all messages whose groups are RMC, at most one GGA and $PMUK, and which messages are left."""
    return BlockFixes.joined([_read_slice(block, part) for part in block.slices(messages, SLICE_BYTES)])


def _read_slice(block: MessageBlock, messages: NDArray[np.int64]) -> BlockFixes:
    text, first = _joined(block, messages)
    found = nmea_frame.find_sentences(text)
    found = found.take(found.kind != nmea_frame.OTHER)
    owner = np.searchsorted(first, found.start, side="right") - 1
    closes = found.kind == nmea_frame.MUK
    group = np.cumsum(closes) - closes
    fixes, usual = _usual_groups(found, group)
    left = np.bincount(owner, minlength=len(messages)) == 0
    left[owner[~usual[group]]] = True
    group_owner = np.zeros(len(usual), np.int64)
    group_owner[group] = owner
    shared = np.zeros(len(usual), np.bool_)
    shared[group[group_owner[group] != owner]] = True
    left[owner[shared[group]]] = True  # a group that one message begins and the next one ends belongs to neither
    kept = usual & ~left[group_owner]
    fixes["message"] = messages[group_owner]
    with np.errstate(over="ignore"):  # beyond a 32-bit float is infinity, which no limit lets pass
        columns = [fixes[name][kept].astype(dtype, copy=False) for name, dtype in FIX_DTYPES.items()]
    return BlockFixes(FixColumns(*columns), messages[left])


def _joined(block: MessageBlock, messages: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the messages as lines of one padded text, and where each begins."""
    size = block.payload_stop[messages] - block.payload_start[messages] + 1
    return nmea_frame.padded(b"\n".join(block.payloads(messages))), np.cumsum(size) - size + nmea_frame.PAD


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
    time_ms = _spread(rmc.time_ms, rmc_group, groups, ABSENT)
    usual = np.bincount(rmc_group, minlength=groups) == 1
    usual &= (np.bincount(gga_group, minlength=groups) <= 1) & (np.bincount(muk_group, minlength=groups) == 1)
    usual[group[found.kind == nmea_frame.ZDA]] = False
    usual[rmc_group[~rmc_known | (rmc.time_ms == ABSENT) | (rmc.day == ABSENT)]] = False
    usual[gga_group[~gga_known | (gga.time_ms != time_ms[gga_group])]] = False
    usual[muk_group[~muk_known]] = False
    fixes = {name: _spread(values, muk_group, groups, 0) for name, values in muk._asdict().items()}
    fixes["fix_time_ms"] = _spread(rmc.day, rmc_group, groups, 0) * DAY_MS + time_ms
    for name in ("lat_deg", "lon_deg", "speed_mps", "course_deg"):
        fixes[name] = _spread(getattr(rmc, name), rmc_group, groups, nan)
    fixes["hdop"] = _spread(gga.hdop, gga_group, groups, nan)
    fixes["satellites"] = _spread(gga.satellites, gga_group, groups, ABSENT)
    return fixes, usual


def _spread(values: NDArray[Any], group: NDArray[np.int64], groups: int, otherwise: float) -> NDArray[Any]:
    """Return one value per group from rows that each name theirs."""
    spread = np.full(groups, otherwise, values.dtype)
    spread[group] = values
    return spread

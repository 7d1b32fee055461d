"""What a receiver wrote to its serial line, read as a track: positions without identity, for importing recorded logs.

Anything may stand between the sentences (comments, UBX and other binary, cut lines). RMC and GGA of one time are one
fix; where RMC is void, or missing with GGA's quality 0, the position is absent. Dates come from RMC and ZDA and are
carried over midnight, forwards and, before the first one, backwards.
"""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmware_contracts import nmea_fast, nmea_frame
from firmware_contracts.columns import ABSENT, FIX_DTYPES, FixColumns
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.nmea_sentence import SENTENCE, Gga, Rmc, Sentence, read_sentence
from firmware_contracts.time_window import DAY_MS

HALF_DAY_MS = DAY_MS // 2


def read_nmea_log(raw: bytes, *, need_checksum: bool = True, first_day: int = ABSENT) -> FixColumns:
    """Return the fixes of a log in its order; epoch and seq are ABSENT, sensors are absent.

    Args:
        raw: The log's bytes.
        need_checksum: Whether a sentence without checksum is passed over; a wrong one always is.
        first_day: Day of the first fix where no sentence has a date, in days since 1970-01-01.

    Raises:
        MessageError: There are fixes, but neither a sentence nor the caller gives a date.
    """
    found = nmea_frame.find_sentences(nmea_frame.padded(raw))
    rmc, rmc_at = _read_kind(raw, found.take(found.kind == nmea_frame.RMC), nmea_fast.read_rmc, need_checksum)
    gga, gga_at = _read_kind(raw, found.take(found.kind == nmea_frame.GGA), nmea_fast.read_gga, need_checksum)
    zda, zda_at = _read_kind(raw, found.take(found.kind == nmea_frame.ZDA), nmea_fast.read_zda, need_checksum)
    order = np.argsort(np.concatenate([rmc_at, gga_at, zda_at]))
    time_ms = np.concatenate([rmc.time_ms, gga.time_ms, zda.time_ms])[order]
    if not len(rmc_at) + len(gga_at):
        return FixColumns.empty()
    starts = np.concatenate([[True], np.diff(time_ms) != 0])
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(starts) - 1
    rmc_group, gga_group, zda_group = np.split(group, np.cumsum([len(rmc_at), len(gga_at)]))
    day = np.full(int(starts.sum()), ABSENT, np.int64)
    day[zda_group] = zda.day
    day[rmc_group[rmc.day != ABSENT]] = rmc.day[rmc.day != ABSENT]
    fix_time_ms = _days(time_ms[starts], day, first_day) * DAY_MS + time_ms[starts]
    has_fix = np.zeros(len(day), np.bool_)
    has_fix[rmc_group] = has_fix[gga_group] = True
    return _columns_of(fix_time_ms, rmc, rmc_group, gga, gga_group).take(has_fix)


def _read_kind(
    raw: bytes, found: nmea_frame.Sentences, reader: Any, need_checksum: bool
) -> tuple[Any, NDArray[np.int64]]:
    """Return columns and places of the timed sentences of one kind, those of unusual form read by pynmea2."""
    columns, usable = reader(found)
    for row in np.flatnonzero(~usable).tolist():
        sentence = _read_unusual(raw, int(found.start[row]) - nmea_frame.PAD, need_checksum)
        if sentence is not None:
            usable[row] = True
            for column, value in zip(columns, sentence, strict=True):
                column[row] = value
    usable &= columns.time_ms != ABSENT
    return type(columns)(*(column[usable] for column in columns)), found.start[usable]


def _read_unusual(raw: bytes, at: int, need_checksum: bool) -> Sentence | None:
    line = SENTENCE.match(raw, at)
    if line is None:
        return None
    try:
        return read_sentence(line[0].rstrip(), need_checksum=need_checksum)
    except RecordError:
        return None


def _columns_of(
    fix_time_ms: NDArray[np.int64], rmc: Rmc, rmc_group: NDArray[np.int64], gga: Gga, gga_group: NDArray[np.int64]
) -> FixColumns:
    """Return one row per group of sentences that share a time; in a group the last sentence of a kind counts."""
    columns: dict[str, NDArray[Any]] = {
        name: np.full(len(fix_time_ms), nan if issubclass(dtype, np.floating) else ABSENT, dtype)
        for name, dtype in FIX_DTYPES.items()
    }
    columns |= {name: np.zeros(len(fix_time_ms), FIX_DTYPES[name]) for name in ("message", "faults", "alarms")}
    columns["fix_time_ms"] = fix_time_ms
    for name in ("lat_deg", "lon_deg", "hdop", "satellites"):
        columns[name][gga_group] = getattr(gga, name)
    for name in ("lat_deg", "lon_deg", "speed_mps", "course_deg"):
        columns[name][rmc_group] = getattr(rmc, name)
    columns["course_deg"] %= 360
    return FixColumns(**columns)


def _days(time_ms: NDArray[np.int64], day: NDArray[np.int64], first_day: int) -> NDArray[np.int64]:
    """Return the day of each fix from the days that are known and the midnights between."""
    step_ms = np.diff(time_ms, prepend=time_ms[:1])
    midnights = np.cumsum((step_ms < -HALF_DAY_MS).astype(np.int64) - (step_ms > HALF_DAY_MS))
    dated = np.flatnonzero(day != ABSENT)
    if not len(dated):
        if first_day == ABSENT:
            raise MessageError(RejectReason.MISSING_FIELD, "expected a sentence with a date, got none")
        return first_day + midnights
    source = dated[np.maximum(np.searchsorted(dated, np.arange(len(day)), side="right") - 1, 0)]
    return day[source] + midnights - midnights[source]

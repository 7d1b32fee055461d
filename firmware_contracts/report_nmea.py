"""Reports as NMEA 0183 sentences: `.../up/report/nmea`.

    $GNRMC,093802.000,A,3147.123456,N,11954.123456,E,16.134,091.20,010126,,,A*4E
    $GNGGA,093802.000,3147.123456,N,11954.123456,E,1,14,0.9,,M,,M,,*5B
    $PMUK,1,7,1204,21500,,0.4,0,1,1,00,00*hh

Per fix a group: RMC, GGA or both, of any talker, as the receiver wrote them, then `$PMUK` with identity and sensors:

    $PMUK,1,<epoch>,<seq>,<load_kg>,<load_ratio>,<lift_deg>,<cover>,<ignition>,<main_power>,<faults>,<alarms>*hh
            cover 0 closed 1 half 2 open; ignition, main power 0 off 1 on; faults, alarms hexadecimal bits as in the
            binary layout, in capitals; an empty field is absent. Fields behind alarms and bits that are not known are
            a later version's and passed over.

This module writes them and reads one message slowly; `nmea_block` reads many. Rules of the reading:

- Every sentence that is read needs a right checksum. Other sentences and bytes between sentences are passed over.
- The fix has the time of the group's RMC or GGA; such a sentence of another time opens another group. A group that no
  `$PMUK` closes has no identity and is rejected; one with a bad sentence is rejected as a whole.
- The date comes from RMC, or from a ZDA of the same time. Where a group has neither, it is carried over from the
  groups of the message that have, a jump back by more than half a day being midnight; groups before the first date are
  dated backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from math import isnan, nan
from operator import xor

import numpy as np

from firmware_contracts.columns import ABSENT, FixColumns
from firmware_contracts.errors import MessageError, RecordError, RejectReason
from firmware_contracts.fix import Fix, rows_of
from firmware_contracts.nmea_sentence import MPS_PER_KNOT, SENTENCE, Gga, Muk, Rmc, Sentence, Zda, read_sentence
from firmware_contracts.reading import BadRecord, Record, Records
from firmware_contracts.time_window import DAY_MS

HALF_DAY_MS = DAY_MS // 2


def encode(columns: FixColumns, talker: str = "GN") -> bytes:
    """Return one message that holds all rows as groups of RMC, GGA where it says something, and $PMUK."""
    return b"".join(_sentence(body) for row in rows_of(columns) for body in _bodies(row, talker))


def _bodies(fix: Fix, talker: str) -> Iterator[str]:
    time, date = _time_and_date(fix.fix_time_ms)
    has_fix = not (isnan(fix.lat_deg) and isnan(fix.lon_deg))
    position = f"{_angle(fix.lat_deg, 2, 'NS')},{_angle(fix.lon_deg, 3, 'EW')}"
    knots, course = _number(fix.speed_mps / MPS_PER_KNOT, 3), _number(fix.course_deg, 2)
    motion = f"{knots},{course}" if has_fix else ","
    yield f"{talker}RMC,{time},{'A' if has_fix else 'V'},{position},{motion},{date},,,{'A' if has_fix else 'N'}"
    if not isnan(fix.hdop) or fix.satellites != ABSENT:
        quality = 1 if has_fix else 0
        yield f"{talker}GGA,{time},{position},{quality},{_code(fix.satellites)},{_number(fix.hdop, 2)},,M,,M,,"
    sensors = f"{_number(fix.load_kg, 1)},{_number(fix.load_ratio, 4)},{_number(fix.lift_deg, 2)}"
    switches = f"{_code(fix.cover)},{_code(fix.ignition)},{_code(fix.main_power)}"
    yield f"PMUK,1,{fix.epoch},{fix.seq},{sensors},{switches},{fix.faults:02X},{fix.alarms:02X}"


def _sentence(body: str) -> bytes:
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


def _time_and_date(time_ms: int) -> tuple[str, str]:
    day = np.datetime64(time_ms // DAY_MS, "D").item()
    seconds, ms = divmod(time_ms % DAY_MS, 1000)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02d}{minutes % 60:02d}{second:02d}.{ms:03d}", f"{day:%d%m%y}"


def _angle(degrees: float, digits: int, hemispheres: str) -> str:
    if isnan(degrees):
        return ","
    whole, micro_minutes = divmod(round(abs(degrees) * 60e6), 60_000_000)
    hemisphere = hemispheres[1] if degrees < 0 else hemispheres[0]
    return f"{whole:0{digits}d}{micro_minutes // 1_000_000:02d}.{micro_minutes % 1_000_000:06d},{hemisphere}"


def _number(value: float, digits: int) -> str:
    return "" if isnan(value) else f"{value:.{digits}f}"


def _code(value: int) -> str:
    return "" if value == ABSENT else str(value)


@dataclass(slots=True)
class Group:
    """The sentences of one fix while they come in.

    Attributes:
        lines: The sentences as they came.
        rmc: The last RMC of the group's time.
        gga: The last GGA of it.
        zda: The last ZDA of the group.
        muk: Identity and sensors.
        error: The first sentence that could not be read.
        day: Days since 1970-01-01, found once the whole message has been seen.
    """

    lines: list[bytes] = field(default_factory=list)
    rmc: Rmc | None = None
    gga: Gga | None = None
    zda: Zda | None = None
    muk: Muk | None = None
    error: RecordError | None = None
    day: int = ABSENT

    @property
    def time_ms(self) -> int:
        """Time of day of the fix, ABSENT where no sentence has one."""
        times = [sentence.time_ms for sentence in (self.rmc, self.gga) if sentence is not None]
        return max(times, default=ABSENT)

    @property
    def stated_day(self) -> int:
        """Day that a sentence of the fix's time states, ABSENT where none does."""
        if self.rmc is not None and self.rmc.day != ABSENT:
            return int(self.rmc.day)
        return int(self.zda.day) if self.zda is not None and self.zda.time_ms == self.time_ms else ABSENT


def read(payload: bytes, device: str) -> Records:  # noqa: ARG001  # sentences name no device
    """Yield each record of one message: the reference.

    Raises:
        MessageError: It holds no sentence of the kinds that are read.
    """
    groups = _groups(SENTENCE.findall(payload))
    if not groups:
        raise MessageError(RejectReason.BAD_SENTENCE, f"expected RMC, GGA or $PMUK, got {payload[:40]!r}")
    _date(groups)
    return (_record_of(group) for group in groups)


def _groups(lines: list[bytes]) -> list[Group]:
    groups = [Group()]
    for line in lines:
        sentence: Sentence | RecordError
        try:
            sentence = read_sentence(line)
        except RecordError as error:
            sentence = error
        _add(groups, line, sentence)
    return groups if groups[-1].lines else groups[:-1]


def _add(groups: list[Group], line: bytes, sentence: Sentence | RecordError) -> None:
    """Add a sentence to the open group, the last one, or open another."""
    group = groups[-1]
    if isinstance(sentence, Rmc | Gga) and len({ABSENT, group.time_ms, sentence.time_ms}) == 3:
        group = Group()  # another time than the open group's is another fix
        groups.append(group)
    group.lines.append(line)
    if isinstance(sentence, Rmc):
        group.rmc = sentence
    elif isinstance(sentence, Gga):
        group.gga = sentence
    elif isinstance(sentence, Zda):
        group.zda = sentence
    elif isinstance(sentence, Muk):
        group.muk = sentence
    else:
        group.error = group.error or sentence
    if line.startswith(b"$PMUK"):  # a damaged one, too, ends its group, so that the next fix is unharmed
        groups.append(Group())


def _date(groups: list[Group]) -> None:
    """Give every group with a time a day, from the groups whose RMC has one."""
    timed = [group for group in groups if group.time_ms != ABSENT]
    for sequence in (timed, timed[::-1]):  # forwards, then backwards for those before the first date
        known: Group | None = None
        for group in sequence:
            if group.stated_day != ABSENT:
                group.day = group.stated_day
            elif known is not None and group.day == ABSENT:
                group.day = known.day + _days_between(known.time_ms, group.time_ms)
            known = group if group.day != ABSENT else known


def _days_between(from_ms: int, to_ms: int) -> int:
    """Return by how many days the second time of day lies off, taking the two for less than half a day apart."""
    if from_ms - to_ms > HALF_DAY_MS:
        return 1
    return -1 if to_ms - from_ms > HALF_DAY_MS else 0


def _record_of(group: Group) -> Record | BadRecord:
    source = b"\r\n".join(group.lines)
    epoch, seq = (None, None) if group.muk is None else (group.muk.epoch, group.muk.seq)
    try:
        return Record(_fix_of(group), source)
    except RecordError as error:
        return BadRecord(error, epoch, seq, source)


def _fix_of(group: Group) -> Fix:
    if group.error is not None:
        raise group.error
    if group.muk is None:
        raise RecordError(RejectReason.NO_IDENTITY, "expected $PMUK after the sentences of a fix, got none")
    if ABSENT in {group.time_ms, group.day}:
        raise RecordError(RejectReason.MISSING_FIELD, "expected a fix with time and date before $PMUK, got none")
    rmc, gga = group.rmc, group.gga
    position = gga if rmc is None else rmc
    return Fix(
        fix_time_ms=group.day * DAY_MS + group.time_ms,
        lat_deg=position.lat_deg if position is not None else nan,
        lon_deg=position.lon_deg if position is not None else nan,
        speed_mps=rmc.speed_mps if rmc is not None else nan,
        course_deg=rmc.course_deg if rmc is not None else nan,
        hdop=gga.hdop if gga is not None else nan,
        satellites=gga.satellites if gga is not None else ABSENT,
        **group.muk._asdict(),
    )

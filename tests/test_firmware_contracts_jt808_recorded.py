"""The codec on 231 frames of JT/T 808 from four projects with what these expect of them, a session, and streams.

Bytes of one project (traccar) stand behind its own removal of escapes, so they are escaped before they are read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.jt808 import messages as m
from firmware_contracts.jt808.clock import CHINA_OFFSET_MS
from firmware_contracts.jt808.fixes import fix_of
from firmware_contracts.jt808.framing import MIN_FRAME_BYTES, BadFrame, Frame, Framer, read_frame, write_frame
from firmware_contracts.jt808.header import Version, normal_phone
from firmware_contracts.jt808.items import SATELLITES
from firmware_contracts.jt808.location import Location, parse_location
from firmware_contracts.jt808.vendor import read_mapping

pytestmark = pytest.mark.real_data

VENDORS = Path(__file__).parents[1] / "firmware_contracts" / "jt808" / "vendors"
DEFAULT = read_mapping((VENDORS / "default.toml").read_text())
Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(test_data: Path) -> list[Row]:
    lines = (test_data / "jt808_frames" / "frames.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def stream_of(row: Row) -> bytes:
    raw = bytes.fromhex(row["hex"])
    if row["repo"].startswith("traccar") and raw[:1] == b"\x7e":
        return b"\x7e" + raw[1:-1].replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"
    return raw


def found(row: Row) -> list[Frame | BadFrame]:
    return Framer().feed(stream_of(row))


def the_frame(row: Row) -> Frame | None:
    pieces = found(row)
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], Frame) else None


def locations_of(message: Any) -> list[Location]:
    if isinstance(message, m.LocationBatch):
        return [parse_location(body) for body in message.bodies]
    return [message.location] if hasattr(message, "location") else []


def test_every_frame_is_read_or_says_why(rows: list[Row]) -> None:
    ended = Counter(ending for row in rows for ending in endings(row))
    # Each that is not read was looked at: damaged or altered, another protocol between 7e, a phone that is no BCD, a
    # part of a message, encrypted, or a body that is shorter than it says.
    assert ended == {
        "read": 190,
        "package": 4,
        "encrypted": 1,
        "bad_size": 10,
        "bad_checksum": 15,
        "bad_type": 6,
        "too short for a frame": 8,
    }


def endings(row: Row) -> Iterator[str]:
    framer = Framer()
    pieces = framer.feed(stream_of(row))
    if not pieces:
        assert framer.skipped_bytes + framer.pending_bytes > 0, row["id"]
        yield "too short for a frame"
    for piece in pieces:
        yield ending_of(piece)


def ending_of(piece: Frame | BadFrame) -> str:
    if isinstance(piece, BadFrame):
        return str(piece.error.reason)
    try:
        m.parse(piece.header, piece.body)
    except ContractError as error:
        if piece.header.package:
            return "package"
        return "encrypted" if piece.header.encryption else str(error.reason)
    return "read"


def test_checksums_agree_with_the_file(rows: list[Row]) -> None:
    judged = 0
    for row in rows:
        raw = bytes.fromhex(row["hex"])
        unescaped = row["repo"].startswith("traccar") and b"\x7d" in raw  # the file took its escapes away once more
        if row["parsed"].get("msg_id") is None or row["parsed"]["inner_7e"] or unescaped:
            continue
        assert len(raw) - 2 >= MIN_FRAME_BYTES
        piece = read_frame(stream_of(row)[1:-1])
        bad = isinstance(piece, BadFrame) and piece.error.reason is RejectReason.BAD_CHECKSUM
        assert bad is not row["parsed"]["checksum_ok"], row["id"]
        judged += 1
    assert judged >= 200


def test_headers_agree_with_the_file(rows: list[Row]) -> None:
    judged = 0
    for row in rows:
        frame = the_frame(row)
        if frame is None:
            continue
        parsed, header = row["parsed"], frame.header
        assert f"{header.message_id:04x}" == parsed["msg_id"]
        assert (header.phone, header.serial) == (normal_phone(parsed["phone"]), parsed["seq"])
        assert (header.version is Version.V2019) is parsed["version_bit"]
        assert (header.package is not None) is parsed["subpackage"]
        assert (header.encryption, len(frame.body)) == (parsed["encrypt"], parsed["body_len"])
        judged += 1
    assert judged >= 196


def test_what_is_read_is_written_as_it_was(rows: list[Row]) -> None:
    same, others = 0, set()
    for row in rows:
        frame = the_frame(row)
        if frame is None:
            continue
        if row["id"] != "gj-a086c984a1":  # its checksum is a 7d that should have been escaped
            assert write_frame(frame.header, frame.body) == stream_of(row), row["id"]
        if ending_of(frame) == "read":
            message = m.parse(frame.header, frame.body)
            body = m.pack(message, getattr(message, "version", frame.header.version))
            same += body == frame.body
            others |= {row["id"]} if body != frame.body else set()
    assert same >= 185
    # Padding in front or behind that says nothing, and one body with a byte more than its message has.
    assert others <= {"tc-72395d21ce", "tc-fafa556767", "sc-a863ce7f16"}


def test_swapped_and_encrypted_coordinates_are_flagged(rows: list[Row]) -> None:
    flagged: dict[str, str] = {}
    fixes = 0
    for row in rows:
        frame = the_frame(row)
        if frame is None or ending_of(frame) != "read":
            continue
        for location in locations_of(m.parse(frame.header, frame.body)):
            try:
                fixes += fix_of(location, DEFAULT).seq > 0
            except ContractError as error:
                flagged[row["id"]] = error.detail
    swapped = {row_id for row_id, detail in flagged.items() if "swapped" in detail}
    assert len(swapped) == 8
    assert all(row_id.startswith(("yz-", "gj-")) for row_id in swapped)
    assert {row_id for row_id in flagged if row_id not in swapped} == {"tc-5671258855"}  # status bit 5
    assert fixes >= 55


# ---- expectations: each project's form, compared as far as it names what this codec reads


def test_expectations(rows: list[Row]) -> None:
    checks = {"yezhihao": yezhihao, "SmallChi": smallchi, "cuteLitt": go_jt808, "traccar/": traccar}
    compared_rows: Counter[str] = Counter()
    compared_values: Counter[str] = Counter()
    for row in rows:
        source = row["repo"][:8]
        for expected, got in checks[source](row) if row["expected"] else ():
            assert got == expected, (row["id"], expected, got)
            compared_values[source] += 1
            compared_rows.update({row["id"]: 1})
    # Of 200 expectations; the others are of makers' items, of bytes that are no frame, or say nothing.
    assert len(compared_rows) >= 141
    assert compared_values.total() >= 768, compared_values


Compared = Iterator[tuple[Any, Any]]


def message_of(row: Row) -> tuple[Frame, Any] | None:
    frame = the_frame(row)
    return (frame, m.parse(frame.header, frame.body)) if frame and ending_of(frame) == "read" else None


def local_time(time_ms: int, offset_ms: int = CHINA_OFFSET_MS) -> datetime:
    return datetime.fromtimestamp((time_ms + offset_ms) / 1000, UTC).replace(tzinfo=None)


def micro(value_deg: float) -> int:
    """Return a coordinate as it stands on the wire, its hemisphere in the status bits."""
    return round(abs(value_deg) * 1e6)


LOCATION: dict[str, Callable[[Location], Any]] = {
    "alarm": lambda one: one.alarm,
    "status": lambda one: one.status,
    "lat": lambda one: micro(one.lat_deg),
    "lon": lambda one: micro(one.lon_deg),
    "altitude": lambda one: one.altitude_m,
    "speed": lambda one: round(one.speed_mps * 36),
    "course": lambda one: round(one.course_deg),
    "time": lambda one: local_time(one.time_ms),
}
YEZHIHAO_LOCATION = {
    "warnBit": "alarm",
    "statusBit": "status",
    "latitude": "lat",
    "longitude": "lon",
    "altitude": "altitude",
    "speed": "speed",
    "direction": "course",
}
YEZHIHAO: dict[type, dict[str, str]] = {
    m.Registration: {
        "provinceId": "province",
        "cityId": "city",
        "makerId": "maker",
        "deviceModel": "model",
        "deviceId": "terminal_id",
        "plateColor": "plate_colour",
        "plateNo": "plate",
    },
    m.Attributes: {
        "deviceType": "kind",
        "makerId": "maker",
        "deviceModel": "model",
        "deviceId": "terminal_id",
        "iccid": "iccid",
        "hardwareVersion": "hardware",
        "firmwareVersion": "firmware",
        "gnssAttribute": "gnss",
        "networkAttribute": "network",
    },
    m.MediaUpload: {"id": "media_id", "type": "kind", "format": "format", "event": "event", "channelId": "channel"},
    m.RegistrationAnswer: {"responseSerialNo": "serial", "resultCode": "result", "token": "code"},
    m.ResendPackages: {"responseSerialNo": "serial", "id": "numbers"},
    m.QuerySomeParameters: {"id": "ids"},
    m.TrackLocation: {"interval": "interval_s", "validityPeriod": "valid_s"},
    m.AlarmConfirm: {"responseSerialNo": "serial", "type": "kinds"},
    m.Text: {"sign": "flags", "content": "text"},
    m.TerminalControl: {"command": "command", "parameter": "parameters"},
}


def yezhihao(row: Row) -> Compared:
    both = message_of(row)
    assert both is not None, row["id"]
    (header, body), message, expected = both[0], both[1], row["expected"]
    yield expected["messageId"], header.message_id
    yield expected["properties"] & 0x3FF, len(body)
    yield bool(expected["properties"] & 0x4000), header.version is Version.V2019
    yield normal_phone(expected["clientId"]), header.phone
    yield expected["serialNo"], header.serial
    for theirs, ours in YEZHIHAO.get(type(message), {}).items():
        got = getattr(message, ours)
        yield expected[theirs], list(got) if isinstance(got, tuple) else got.decode() if isinstance(got, bytes) else got
    for location in locations_of(message):
        yield from ((expected[theirs], LOCATION[ours](location)) for theirs, ours in YEZHIHAO_LOCATION.items())
        yield datetime.fromisoformat(expected["deviceTime"]), local_time(location.time_ms)
        for item_id, value in expected["attributes"].items():
            data = location.item(int(item_id))
            assert data is not None
            yield from ((value, int.from_bytes(data, "big")) for _ in range(isinstance(value, int)))


SMALLCHI: dict[str, Callable[[Frame, Any], Any]] = {
    "Header.MsgId": lambda frame, _: frame.header.message_id,
    "Header.MsgNum": lambda frame, _: frame.header.serial,
    "Header.TerminalPhoneNo": lambda frame, _: int(frame.header.phone),
    "MessageBodyProperty.DataLength": lambda frame, _: len(frame.body),
    "AlarmFlag": lambda _, one: one.location.alarm,
    "StatusFlag": lambda _, one: one.location.status,
    "Lat": lambda _, one: micro(one.location.lat_deg),
    "Lng": lambda _, one: micro(one.location.lon_deg),
    "Altitude": lambda _, one: one.location.altitude_m,
    "Speed": lambda _, one: round(one.location.speed_mps * 36),
    "GPSTime": lambda _, one: local_time(one.location.time_ms),
    "Mileage": lambda _, one: int.from_bytes(one.location.item(0x01), "big"),
    "Oil": lambda _, one: int.from_bytes(one.location.item(0x02), "big"),
    "0x61.Volage": lambda _, one: int.from_bytes(one.location.item(0x61), "big"),
    "0x51.Temperatures[0]": lambda _, one: int.from_bytes(one.location.item(0x51)[:2], "big"),
    "0x52.Direction": lambda _, one: one.location.item(0x52)[0],
    "ReplyMsgNum": lambda _, one: one.serial,
    "0500.MsgNum": lambda _, one: one.serial,
    "AckMsgNum": lambda _, one: one.serial,
    "JT808TerminalRegisterResult": lambda _, one: one.result,
    "Code": lambda _, one: one.code,
    "CommandWord": lambda _, one: one.command,
    "AnswerParamsCount": lambda _, one: len(one.parameters),
    "ParamId": lambda _, one: one.parameters[0][0],
    "ParamLength": lambda _, one: len(one.parameters[0][1]),
    "ParamValue": lambda _, one: int.from_bytes(one.parameters[0][1], "big"),
    "AreaID": lambda _, one: one.province,
    "CityOrCountyId": lambda _, one: one.city,
    "MakerId": lambda _, one: one.maker,
    "TerminalModel": lambda _, one: one.model,
    "TerminalId": lambda _, one: one.terminal_id,
    "PlateColor": lambda _, one: one.plate_colour,
    "PlateNo": lambda _, one: one.plate,
    "Terminal_SIM_ICCID": lambda _, one: one.iccid,
    "Terminal_Hardware_Version_Num": lambda _, one: one.hardware,
    "Terminal_Firmware_Version_Num": lambda _, one: one.firmware,
    "GNSSModule": lambda _, one: one.gnss,
    "CommunicationModule": lambda _, one: one.network,
    "Bodies).Time": lambda _, one: local_time(one.time_ms, 0),
}


def smallchi(row: Row) -> Compared:
    both = message_of(row)
    if both is None:
        return
    frame, message = both
    asserts = row["expected"].get("asserts", [])
    for expression, told in asserts:
        key = max((key for key in SMALLCHI if expression.endswith(key)), key=len, default=None)
        if key is not None and not isinstance(message, m.Unknown):
            got = SMALLCHI[key](frame, message)
            yield smallchi_value(told, got), got
    for name, told in row["expected"].get("inputs", ()):  # what their encoder was given; the bytes are its answer
        if name in {"ManualMsgNum", "TerminalPhoneNo"}:
            got = frame.header.serial if name == "ManualMsgNum" else int(frame.header.phone)
            yield int(told), got


def smallchi_value(told: str, got: Any) -> Any:
    """Return a C# literal as what it is compared with: a time, a number, the id in an enumeration's name, or text."""
    if isinstance(got, datetime):
        return datetime.fromisoformat(told.split('"')[1])
    if isinstance(got, str):
        return told
    if told.endswith("success"):
        return 0
    number = re.search(r"_?(0x[0-9A-Fa-f]+|[0-9]+)u?(\.\w+\(\))?$", told)
    assert number is not None, told
    return int(number[1], 0) if number[1].startswith("0x") else int(number[1])


GO_TEXT: dict[str, Callable[[Any], Any]] = {
    "应答消息流水号": lambda one: one.serial,
    "应答流水号": lambda one: one.serial,
    "应答消息ID": lambda one: one.message_id,
    "结果": lambda one: one.result,
    "省域ID": lambda one: one.province,
    "市县域ID": lambda one: one.city,
    "制造商ID(5)": lambda one: one.maker,
    "终端型号(20)": lambda one: one.model,
    "终端ID(7)": lambda one: one.terminal_id,
    "车牌颜色": lambda one: one.plate_colour,
    "车牌号": lambda one: one.plate,
    "鉴权码": lambda one: one.code,
    "终端IMEI": lambda one: one.imei,
    "软件版本": lambda one: one.software,
    "数据项个数": lambda one: len(one.bodies),
    "位置汇报类型": lambda one: one.kind,
    "报警标志": lambda one: locations_of(one)[0].alarm,
    "状态标志": lambda one: locations_of(one)[0].status,
    "纬度": lambda one: micro(locations_of(one)[0].lat_deg),
    "经度": lambda one: micro(locations_of(one)[0].lon_deg),
    "海拔高度": lambda one: locations_of(one)[0].altitude_m,
    "速度": lambda one: round(locations_of(one)[0].speed_mps * 36),
    "方向": lambda one: round(locations_of(one)[0].course_deg),
    "时间": lambda one: str(local_time(locations_of(one)[0].time_ms)),
}
GO_FIELDS: dict[str, Callable[[Any], Any]] = {
    "SerialNumber": lambda one: one.serial,
    "RespondSerialNumber": lambda one: one.serial,
    "ID": lambda one: one.message_id,
    "RespondID": lambda one: one.message_id,
    "Result": lambda one: one.result,
    "ProvinceID": lambda one: one.province,
    "CityID": lambda one: one.city,
    "ManufacturerID": lambda one: one.maker,
    "TerminalModel": lambda one: one.model,
    "TerminalID": lambda one: one.terminal_id,
    "PlateColor": lambda one: one.plate_colour,
    "LicensePlateNumber": lambda one: one.plate,
    "Version": lambda one: f"consts.JT808Protocol{int(one.version)}",
    "Text": lambda one: one.text,
    "AlarmSign": lambda one: one.location.alarm,
    "StatusSign": lambda one: one.location.status,
    "Latitude": lambda one: micro(one.location.lat_deg),
    "Longitude": lambda one: micro(one.location.lon_deg),
    "Altitude": lambda one: one.location.altitude_m & 0xFFFF,
    "Speed": lambda one: round(one.location.speed_mps * 36),
    "Direction": lambda one: round(one.location.course_deg),
    "DateTime": lambda one: str(local_time(one.location.time_ms)),
}
GO_ERRORS = {
    "protocol.ErrCheckCode": RejectReason.BAD_CHECKSUM,
    "protocol.ErrBodyLengthInconsistency": RejectReason.BAD_SIZE,
}


def go_jt808(row: Row) -> Compared:
    both, expected = message_of(row), row["expected"]
    wanted = expected.get("fields", {}).get("wantErr")
    if wanted in GO_ERRORS:
        (piece,) = found(row)
        yield GO_ERRORS[wanted], piece.error.reason if isinstance(piece, BadFrame) else None
    if both is None:
        return
    frame, message = both
    for line in expected.get("field_text", ()):
        said = re.search(r"([^\] ]+):\s*\[([^\[\]]*)\]", line)
        name, value = (said[1], said[2]) if said else ("", "")
        if name == "终端手机号":
            yield normal_phone(value), frame.header.phone
        elif name in {"消息ID", "消息流水号"}:
            yield int(value), frame.header.message_id if name == "消息ID" else frame.header.serial
        elif name in GO_TEXT:
            yield value, str(GO_TEXT[name](message))
    for name, told in expected.get("fields", {}).items():
        if name in GO_FIELDS and not isinstance(message, m.Unknown | m.LocationReport):
            quoted = "".join(re.findall(r'"([^"]*)"', told)) or told
            yield quoted[:1000], str(GO_FIELDS[name](message))  # one text is cut at 1,000 bytes


TEXTS = {"iccid", "imei", "result", "driver_unique_id", "cardcode", "alarmlabel", "tag1mac"}


def traccar(row: Row) -> Compared:
    both, check, attribute = message_of(row), row["expected"]["check"], row["expected"].get("attribute")
    if both is None:
        return
    message = both[1]
    locations = locations_of(message)
    if check == "verifyNull":
        yield True, isinstance(message, m.Registration | m.Authentication)
    if check in {"verifyPosition", "verifyPositions"} and not isinstance(message, m.Unknown):
        yield True, all(abs(one.lat_deg) <= 90 and abs(one.lon_deg) <= 180 for one in locations)
        yield check == "verifyPositions", len(locations) > 1
    if check in {"verifyAttributes", "verifyNotNull"}:
        yield 1, len(locations)
    if attribute == "satellites":
        yield bytes([int(row["expected"]["value"])]), locations[0].item(SATELLITES)
    if attribute in TEXTS:
        value, body = row["expected"]["value"], both[0].body
        yield True, value.replace(" ", "").encode() in body.replace(b" ", b"") or value in body.hex()


# ---- a session and streams


def test_the_recorded_session_both_directions(test_data: Path) -> None:
    lines = (test_data / "jt808_frames" / "session_jt2019.jsonl").read_text().splitlines()
    kinds: Counter[tuple[str, str]] = Counter()
    framers = {"terminal": Framer(), "platform": Framer()}
    waiting: dict[int, int] = {}
    for line in map(json.loads, lines):
        (frame,) = framers[line["dir"]].feed(bytes.fromhex(line["hex"]))
        assert isinstance(frame, Frame)
        message = m.parse(frame.header, frame.body)
        kinds[line["dir"], type(message).__name__] += 1
        assert (frame.header.phone, frame.header.version) == ("20232609559", Version.V2019)
        (again,) = m.encode(message, frame.header.phone, frame.header.serial, frame.header.version)
        assert again.hex() == line["hex"]
        if line["dir"] == "terminal":
            waiting[frame.header.serial] = frame.header.message_id
        elif isinstance(message, m.PlatformAnswer):
            assert waiting[message.serial] == message.message_id
        for location in locations_of(message):
            made = fix_of(location, DEFAULT)
            assert 31 < made.lat_deg < 32
            assert 121 < made.lon_deg < 122
            assert local_time(made.fix_time_ms).date().isoformat() == "2024-11-28"
    assert kinds["terminal", "LocationReport"] == 6
    assert kinds["terminal", "Authentication"] == 1
    assert kinds.total() == 60
    assert not any(name == "Unknown" for _, name in kinds)


def test_the_recorded_streams(test_data: Path) -> None:
    cases = json.loads((test_data / "jt808_frames" / "stream_cases.json").read_text())
    assert len(cases) == 4
    for case in cases:
        stream = bytes.fromhex(case["stream_hex"][: len(case["stream_hex"]) // 2 * 2])
        for step in (1, 7, len(stream)):
            framer = Framer()
            pieces = [one for at in range(0, len(stream), step) for one in framer.feed(stream[at : at + step])]
            assert [write_frame(*one).hex() for one in pieces if isinstance(one, Frame)] == case["frames"]
            assert len(pieces) == len(case["frames"])
            assert framer.pending_bytes == case["pending_bytes"]


def test_all_frames_as_one_stream_with_junk_between(rows: list[Row]) -> None:
    frames = [frame for row in rows if (frame := the_frame(row))]
    junk = [bytes.fromhex(row["hex"]) for row in rows if the_frame(row) is None]
    stream = b"".join(junk[at % len(junk)] + b"\x7e" + write_frame(*frame) for at, frame in enumerate(frames))
    for step in (1, 1000, len(stream)):
        framer = Framer()
        pieces = [one for at in range(0, len(stream), step) for one in framer.feed(stream[at : at + step])]
        read = [one for one in pieces if isinstance(one, Frame)]
        left = iter(read)
        assert all(frame in left for frame in frames)  # in order

"""The C99 reference of `firmware_contracts/c`, compiled here and held against the golden examples and the platform."""

from __future__ import annotations

import json
import random
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator
from math import nan
from pathlib import Path
from typing import Any

import pytest

from embedded.programs import find_program, require_programs
from embedded.steps import told_on_stderr
from firmware_contracts import bin_layout, c_header, commit_ack, device_state, reply, report_bin, report_nmea
from firmware_contracts.bin_layout import FLAG_FIELDS, HEADER, RECORD, RECORD_FIELDS, TRAILER, BinField
from firmware_contracts.columns import ABSENT, Alarm, Fault, FixColumns
from firmware_contracts.commit_ack import CommitAck, Refused
from firmware_contracts.decode import decode_report
from firmware_contracts.errors import ContractError, RejectReason
from firmware_contracts.fix import Fix, columns_of, rows_of
from firmware_contracts.fix_limits import columns_without_faulty_readings
from tests.test_firmware_contracts_examples import CASES, DOCUMENT, RECEIVED_AT_MS, fix_of, payload_of

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "firmware_contracts" / "c"
SOURCES = sorted(FOLDER.glob("muckline_*.c"))
STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wshadow"]
BUILDS = {
    "small": ["-Os"],
    "bitwise": ["-O2", "-DMUCK_CRC_BITWISE"],
    "sanitized": ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
}
BIN_CASES = [case for case in CASES if case["topic"].endswith("/report/bin")]
NOW_S = RECEIVED_AT_MS // 1000

Ask = Callable[[list[str]], list[list[str]]]


@pytest.fixture(scope="module")
def compiler() -> str:
    require_programs(["cc"], told_on_stderr())
    found = find_program("cc")
    assert found is not None
    return found


@pytest.fixture(scope="module", params=BUILDS)
def ask(request: pytest.FixtureRequest, compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return a function that puts requests to the compiled shell and returns the lines of each answer."""
    shell = tmp_path_factory.mktemp(request.param) / "shell"
    sources = [*SOURCES, ROOT / "tests" / "firmware_shell.c"]
    compile_c(compiler, [*BUILDS[request.param], f"-I{FOLDER}", "-o", str(shell), *map(str, sources)])

    def put(requests: list[str]) -> list[list[str]]:
        done = subprocess.run(
            [shell], input="".join(f"{line}\n" for line in requests), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        answers = [answer.splitlines() for answer in re.split(r"^\.\n", done.stdout, flags=re.MULTILINE)[:-1]]
        assert len(answers) == len(requests)
        return answers

    return put


def compile_c(compiler: str, arguments: list[str]) -> None:
    done = subprocess.run([compiler, *STRICT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def wires_of(payload: bytes, record_bytes: int = RECORD.size) -> list[tuple[int, ...]]:
    """Return the records of a message as the shell prints a fix: fields in order, then the flags taken apart."""
    end = len(payload) - TRAILER.size
    return [wire_of(payload[at : at + RECORD.size]) for at in range(HEADER.size, end, record_bytes)]


def wire_of(record: bytes) -> tuple[int, ...]:
    values = dict(zip((field.name for field in RECORD_FIELDS), RECORD.unpack(record), strict=True))
    flags = values.pop("flags")
    return (*values.values(), *((flags & bits.mask) >> bits.first for bits in FLAG_FIELDS))


def wire_of_fix(fix: Fix) -> tuple[int, ...]:
    (wire,) = wires_of(report_bin.encode(columns_of([fix])))
    return wire


def words(values: tuple[int, ...]) -> str:
    return " ".join(map(str, values))


def random_fix(rng: random.Random, seq: int) -> Fix:
    floats = {"speed_mps": 40.0, "course_deg": 359.99, "hdop": 30.0, "load_kg": 60_000.0, "lift_deg": 60.0}
    members: dict[str, Any] = {name: rng.uniform(0.0, most) for name, most in floats.items() if rng.random() < 0.8}
    if rng.random() < 0.2:
        members["lift_deg"] = -rng.uniform(0.0, 20.0)
    if rng.random() < 0.8:
        members |= {"lat_deg": rng.uniform(-90.0, 90.0), "lon_deg": rng.uniform(-180.0, 180.0)}
    if rng.random() < 0.3:
        members |= {"load_kg": nan, "load_ratio": rng.uniform(0.0, 6.5)}
    codes = {"satellites": 254, "cover": 2, "ignition": 1, "main_power": 1}
    members |= {name: rng.randint(0, most) for name, most in codes.items() if rng.random() < 0.8}
    if rng.random() < 0.3:
        members |= {"faults": rng.randint(0, int(~Fault(0))), "alarms": rng.randint(0, int(~Alarm(0)))}
    return Fix(7, seq, RECEIVED_AT_MS - rng.randint(0, 50 * 86_400_000), **members)


def random_columns(seed: int) -> FixColumns:
    rng = random.Random(seed)
    return columns_of([random_fix(rng, rng.randint(0, 2**32 - 1)) for _ in range(rng.choice([1, 2, 50]))])


def test_committed_header_is_the_generated_one() -> None:
    for path, text in c_header.files().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: write it anew with `muckline contract`"


def drawn(heading: str) -> Iterator[tuple[int, str, str, int | None]]:
    """Yield offset, name, type and absent value of each line under a heading of the drawing in `report_bin`."""
    part = (report_bin.__doc__ or "").split(f"\n    {heading}, ")[1].split("\n\n")[0]
    for line in part.splitlines()[1:]:
        match = re.fullmatch(r" {4,5}(\d+)  (\w+) +(u8|u16|u32|i16|i32|2)\b(.*)", line)
        if match is not None:
            tail = re.fullmatch(r".{26,}? (-?\d+)", match[4])
            yield int(match[1]), match[2], match[3], int(tail[1]) if tail is not None else None


@pytest.mark.parametrize("part", ["header", "record", "trailer"])
def test_layout_is_drawn_as_the_table_says(part: str) -> None:
    fields: tuple[BinField, ...] = getattr(bin_layout, f"{part.upper()}_FIELDS")
    lines = list(drawn(part))
    assert [line[:3] for line in lines] == [(field.offset, field.name, field.type) for field in fields]
    if part == "record":
        assert [line[3] for line in lines if line[1] != "flags"] == [f.absent for f in fields if f.name != "flags"]
    ends = [field.offset + bin_layout.struct_of((field,)).size for field in fields]
    assert [field.offset for field in fields[1:]] == ends[:-1]
    assert all(field.en and field.zh for field in fields)


def test_snippets_of_the_readme_compile(compiler: str, tmp_path: Path) -> None:
    snippets = re.findall(r"```c\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippets) == 2
    for number, snippet in enumerate(snippets):
        source = tmp_path / f"snippet_{number}.c"
        # What a caller would declare in its own header.
        source.write_text(snippet, encoding="utf-8")
        compile_c(compiler, [f"-I{FOLDER}", "-c", str(source), "-o", str(source.with_suffix(".o"))])


def test_golden_examples_decode(ask: Ask) -> None:
    answers = ask([f"open T1 {NOW_S} {payload_of(case).hex()}" for case in BIN_CASES])
    for case, answer in zip(BIN_CASES, answers, strict=True):
        refused_whole = [r["reason"] for r in case["rejected"] if r["seq"] is None]
        if refused_whole:
            assert answer == refused_whole, case["name"]
            continue
        assert answer[0] == f"ok 7 {len(case['fixes']) + len(case['rejected'])}"
        sound = [line.removeprefix("ok ") for line in answer[1:] if line.startswith("ok ")]
        assert sound == [words(wire_of_fix(fix_of(fix))) for fix in case["fixes"]], case["name"]
        bad = [line.split()[:2] for line in answer[1:] if not line.startswith("ok ")]
        assert bad == [[r["reason"], str(r["seq"])] for r in case["rejected"]], case["name"]


def test_golden_examples_encode(ask: Ask) -> None:
    cases = [case for case in BIN_CASES if case["encodes"]]
    for case in cases:
        fixes = [wire_of_fix(fix_of(fix)) for fix in case["fixes"]]
        device = "T1" if payload_of(case)[12:16] != bytes(4) else "-"
        (answer,) = ask([write(fixes, device=device)])
        assert answer == [" ".join(["ok"] * (len(fixes) + 1)), payload_of(case).hex()]
    assert cases


def write(fixes: list[tuple[int, ...]], capacity: int = 65_536, device: str = "T1", epoch: int = 7) -> str:
    return f"write {device} {epoch} {capacity} {len(fixes)} {' '.join(map(words, fixes))}"


def test_random_fixes_encode_as_the_platform_does(ask: Ask) -> None:
    columns = [columns_without_faulty_readings(random_columns(seed)) for seed in range(60)]
    payloads = [report_bin.encode(part, "T1") for part in columns]
    answers = ask([write(wires_of(payload)) for payload in payloads])
    assert [answer[1] for answer in answers] == [payload.hex() for payload in payloads]


def test_random_fixes_decode_as_the_platform_does(ask: Ask) -> None:
    columns = [random_columns(seed) for seed in range(60)]
    answers = ask([f"open T1 {NOW_S} {report_bin.encode(part, 'T1').hex()}" for part in columns])
    for part, answer in zip(columns, answers, strict=True):
        sound = columns_without_faulty_readings(part)
        assert answer[1:] == [f"ok {words(wire)}" for wire in wires_of(report_bin.encode(sound))]


def test_records_of_any_bits_are_judged_as_the_platform_does(ask: Ask) -> None:
    """Reasons and fixes agree, whatever stands in the bits; three records in four have a believable time."""
    rng = random.Random(5)
    payloads = []
    for number in range(300):
        record_bytes = rng.choice([32, 32, 33, 64])
        records = [rng.randbytes(record_bytes) for _ in range(4)]
        records = [r[:4] + NOW_S.to_bytes(4, "little") + b"\1\0" + r[10:] if i else r for i, r in enumerate(records)]
        if number % 2:  # a plausible position and switches, so that later checks are reached
            records = [r[:10] + bytes(8) + r[18:28] + rng.choice([b"\0", b"\x16"]) + r[29:] for r in records]
        body = HEADER.pack(b"MK", 1, record_bytes, 4, rng.getrandbits(16), 7, 0) + b"".join(records)
        payloads.append(body + zlib.crc32(body).to_bytes(4, "little"))
    sound = 0
    for payload, answer in zip(payloads, ask([f"open T1 {NOW_S} {p.hex()}" for p in payloads]), strict=True):
        decoded = decode_report("muck/v1/320412/truck/T1/up/report/bin", payload, NOW_S * 1000)
        expected = [f"ok {words(wire_of_fix(row))}" for row in rows_of(decoded.fixes)]
        assert [line for line in answer[1:] if line.startswith("ok ")] == expected
        reasons = [f"{rejected.reason} {rejected.seq}" for rejected in decoded.rejected]
        assert [" ".join(line.split()[:2]) for line in answer[1:] if not line.startswith("ok ")] == reasons
        sound += len(expected)
    assert sound > 30


def test_cut_tailed_or_flipped_messages_are_refused(ask: Ask) -> None:
    payload = report_bin.encode(random_columns(1), "T1")
    cut = [payload[:size] for size in range(len(payload))]
    flipped = [bytes([*payload[:at], payload[at] ^ 1 << at % 8, *payload[at + 1 :]]) for at in range(len(payload))]
    damaged = [*cut, payload + b"\0", *flipped]
    answers = ask([f"open T1 {NOW_S} {part.hex()}" for part in damaged])
    whole = {"bad_size", "bad_version", "bad_checksum"}
    assert {answer[0] for answer in answers} == whole
    assert {answer[0] for answer in answers[: len(cut)]} == {"bad_size"}
    assert ask([f"open T1 {NOW_S} {payload.ljust(65_537, b'x').hex()}"]) == [["too_large"]]
    assert ask([f"open T2 {NOW_S} {payload.hex()}", f"open - {NOW_S} {payload.hex()}"])[0] == ["device_mismatch"]


def test_encoder_never_writes_what_the_platform_refuses(ask: Ask) -> None:
    sound = wire_of_fix(Fix(7, 1, RECEIVED_AT_MS, 31.7, 119.9))
    place = {field.name: i for i, field in enumerate(f for f in RECORD_FIELDS if f.name != "flags")}
    place |= {bits.name: len(place) + i for i, bits in enumerate(FLAG_FIELDS)}
    wrong = {
        "time_ms": (1000, "out_of_range"),
        "lat": (900_000_001, "out_of_range"),
        "lon": (bin_layout.NO_POSITION, "missing_field"),
        "course": (36_001, "out_of_range"),
        "lift": (-18_001, "out_of_range"),
        "cover": (4, "out_of_range"),
        "ignition": (3, "out_of_range"),
        "load_is_ratio": (2, "out_of_range"),
        "alarms": (0x80, "out_of_range"),
    }
    for name, (value, reason) in wrong.items():
        bad = list(sound) if name != "load_is_ratio" else [*sound[: place["load"]], 5, *sound[place["load"] + 1 :]]
        bad[place[name]] = value
        (answer,) = ask([write([sound, tuple(bad), sound])])
        assert answer[0] == f"ok ok {reason} ok", name
        decoded = decode_report("muck/v1/320412/truck/T1/up/report/bin", bytes.fromhex(answer[1]), RECEIVED_AT_MS)
        assert (len(decoded.fixes), decoded.rejected) == (2, [])


@pytest.mark.parametrize(
    ("capacity", "told", "size"),
    [
        (19, "too_large too_large", 0),
        (20, "ok too_large too_large", 0),
        (52, "ok ok too_large", 52),
        (83, "ok ok too_large", 52),
        (84, "ok ok ok", 84),
    ],
)
def test_encoder_stays_within_its_buffer(ask: Ask, capacity: int, told: str, size: int) -> None:
    fix = wire_of_fix(Fix(7, 1, RECEIVED_AT_MS))
    (answer,) = ask([write([fix, fix], capacity)])
    assert answer[0].startswith(told)
    assert len(bytes.fromhex(answer[1] if len(answer) > 1 else "")) == size


def test_encoder_stops_at_the_largest_count(ask: Ask) -> None:
    (answer,) = ask([write([wire_of_fix(Fix(7, 1, RECEIVED_AT_MS))] * 2001)])
    assert answer[0].split().count("ok") == 2001
    assert answer[0].endswith(" too_large")
    assert len(bytes.fromhex(answer[1])) == 16 + 2000 * 32 + 4


def told_by(ack: CommitAck) -> list[str]:
    known = {str(reason) for reason in RejectReason}
    committed = [
        f"committed {epoch} {first} {last}"
        for epoch, ranges in ack.ranges.items()
        for first, last in ranges
        if first <= last
    ]
    refused = [f"refused {r.crc32} {r.reason if r.reason in known else 'unknown'}" for r in ack.refused]
    return [*committed, *refused, "ok"]


def test_golden_acknowledgements(ask: Ask) -> None:
    answers = ask([f"ack {case['payload'].encode().hex()}" for case in DOCUMENT["acks"]])
    for case, answer in zip(DOCUMENT["acks"], answers, strict=True):
        assert answer == told_by(commit_ack.decode(case["payload"].encode()))
        named = [tuple(map(int, line.split()[1:])) for line in answer if line.startswith("committed")]
        for epoch, seq in case["names"]:
            assert any(epoch == e and first <= seq <= last for e, first, last in named)
        for epoch, seq in case["does_not_name"]:
            assert not any(epoch == e and first <= seq <= last for e, first, last in named)


SOUND_ACK = commit_ack.encode(CommitAck({7: [(1, 50), (60, 61)], 0: [(2**32 - 1, 2**32 - 1)]}, [Refused(5, "too_new")]))
ACKS: dict[bytes, str] = {
    b'{"v":1}': "ok",
    b' {\t"acks" : [ ] , "v" : 1 , "refused":[]}\r\n': "ok",
    b'{"acks":[{"ranges":[[1,2],[4,4]],"x":{"y":[1.5e-3,true,null,"\\u00e9\\n"],"z":{}},"epoch":9}],"v":1}': "ok",
    b'{"refused":[{"seq":null,"reason":"bad_json","crc32":7}],"v":1,"acks":[],"later":[[],[[]],{}]}': "ok",
    b'{"v":2,"acks":[{"epoch":1,"ranges":[[1,2]]}]}': "bad_version",
    b'{"acks":[{"epoch":1,"ranges":[[1,2]]}]}': "bad_json",
    b'{"v":1,"v":1}': "duplicate_field",
    b'{"v":1,"acks":[{"epoch":1,"epoch":2,"ranges":[[1,2]]}]}': "duplicate_field",
    b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2]]},{"epoch":1}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2,3]]}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2],[3]]}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":4294967296,"ranges":[[1,2]]}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":-1,"ranges":[[1,2]]}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":01,"ranges":[[1,2]]}]}': "bad_json",
    b'{"v":1,"acks":[{"epoch":1.0,"ranges":[[1,2]]}]}': "bad_json",
    b'{"v":1,"acks":null}': "bad_json",
    b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2]]}],}': "bad_json",
    b'{"v":1,"acks":[{"epoch":1,"ranges":[[1,2]]}]} x': "bad_json",
    b'{"v":1,"x":' + b"[" * 17 + b"]" * 17 + b"}": "bad_json",
    b'{"v":1,"x":' + b"[" * 5000: "bad_json",
    b'{"v":1,"refused":[{"crc32":1}]}': "bad_json",
    b'{"v":1,"x":tru}': "bad_json",
    b'{"v":1,"x":"\x01"}': "bad_json",
    b'{"v":1,"x":"\\q"}': "bad_json",
    b"": "bad_json",
    b"[]": "bad_json",
}


def test_acknowledgements_of_every_form(ask: Ask) -> None:
    answers = ask([f"ack {payload.hex()}" for payload in ACKS])
    for (payload, reason), answer in zip(ACKS.items(), answers, strict=True):
        assert answer == (told_by(commit_ack.decode(payload)) if reason == "ok" else [reason]), payload


def test_what_is_told_of_a_damaged_acknowledgement_is_what_the_platform_meant(ask: Ask) -> None:
    """A torn message tells nothing at all; a changed one only what it says to any reader of JSON."""
    rng = random.Random(2)
    cut = [SOUND_ACK[:size] for size in range(len(SOUND_ACK))]
    changed = []
    for _ in range(2000):
        data = bytearray(SOUND_ACK)
        for _ in range(rng.choice([1, 2])):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 1, 1, 3])] = bytes([rng.choice(b'0123456789.,-"{}[]:nte \\u')])
        changed.append(bytes(data))
    answers = ask([f"ack {payload.hex()}" for payload in [*cut, *changed]])
    assert [len(answer) for answer in answers[: len(cut)]] == [1] * len(cut)
    assert "ok" not in {answer[0] for answer in answers[: len(cut)]}
    sound = 0
    for payload, answer in zip(changed, answers[len(cut) :], strict=True):
        if answer[-1] == "ok":
            sound += 1
            assert sorted(answer) == sorted(told_by(commit_ack.decode(payload))), payload
        else:
            assert len(answer) == 1
            assert answer[0] in {"bad_json", "bad_version", "duplicate_field"}
            refused_too = answer[0] == "duplicate_field" or is_refused(payload) or not within_32_bits(payload)
            assert refused_too, payload
    assert sound > 50


def is_refused(payload: bytes) -> bool:
    try:
        commit_ack.decode(payload)
    except ContractError:
        return True
    return False


def within_32_bits(payload: bytes) -> bool:
    """Return whether every number is one that the platform's own encoder could have written."""
    return not re.search(rb"-|\.|\de|\d{10}", re.sub(rb"\b4294967295\b", b"1", payload))


def test_texts_are_the_platforms_own(ask: Ask) -> None:
    boot, early, online, reply_, said = ask([
        "state 128 0 1767225600 0 7 2.4.1",
        "state 128 0 0 0 7 2.4.1",
        "state 128 1 1767225600 5 7 2.4.1",
        "reply 128 c-81 2 no_display",
        'reply 128 a"\\b 1 -',
    ])  # fmt: skip
    assert bytes.fromhex(boot[0]) == device_state.encode("boot", 1_767_225_600_000, 7, "2.4.1")
    assert bytes.fromhex(early[0]) == device_state.encode("boot", None, 7, "2.4.1")
    assert bytes.fromhex(online[0]) == device_state.encode("online", 1_767_225_600_005, 7, "2.4.1")
    assert bytes.fromhex(reply_[0]) == reply.encode("c-81", "no_display", "refused")
    assert bytes.fromhex(said[0]) == reply.encode('a"\\b', status="accepted")
    short = ask([f"state {capacity} 0 1767225600 0 7 2.4.1" for capacity in range(len(boot[0]) // 2 + 2)])
    assert [bool(answer and answer[0]) for answer in short] == [*[False] * (len(boot[0]) // 2 + 1), True]


def test_sizes_of_texts_are_in_bytes() -> None:
    """The contract counts characters, a buffer bytes; the longest id is read back whole."""
    for name, characters in (("REPLY_ID", reply.MAX_ID), ("RESULT", reply.MAX_RESULT), ("FIRMWARE", 64)):
        given = re.search(rf"#define MUCK_MAX_{name}_BYTES (\d+)u", c_header.header())
        assert given is not None
        assert int(given[1]) == len(("\U0001f69b" * characters).encode())


def test_last_will_is_one_that_the_platform_reads() -> None:
    will = re.search(r'#define MUCK_LAST_WILL ("[^\n]*") /\*', c_header.header())
    assert will is not None
    assert device_state.read(json.loads(will[1]).encode(), "T1", 0).state == "offline"


def test_sentences_are_the_platforms_own(ask: Ask) -> None:
    rng = random.Random(4)
    fixes = [random_fix(rng, seq) for seq in range(200)]
    # What the binary layout can say, so that both write the same figures.
    columns = decode_report("muck/v1/320412/truck/T1/up/report/bin", report_bin.encode(columns_of(fixes)), NOW_S * 1000)
    sentences = [line for line in report_nmea.encode(columns.fixes).splitlines(True) if line.startswith(b"$PMUK")]
    wires = wires_of(report_bin.encode(columns.fixes))
    answers = ask([f"pmuk 128 7 {words(wire)}" for wire in wires])
    assert [bytes.fromhex(answer[0]) for answer in answers] == sentences
    assert ABSENT in {fix.cover for fix in fixes}
    short = ask([f"pmuk {capacity} 7 {words(wires[0])}" for capacity in range(len(sentences[0]) + 2)])
    assert [answer[0] for answer in short if answer and answer[0]] == [sentences[0].hex()]


PAST_S, FUTURE_S = 60 * 86_400, 5 * 60
BESIDE = (-1000, -1, 0, 1, 1000)  # ms


@pytest.mark.parametrize(
    "ahead_ms", [0, -1, *(edge + by for edge in (-PAST_S * 1000, FUTURE_S * 1000) for by in BESIDE)]
)
def test_times_are_believed_as_the_platform_does(ask: Ask, ahead_ms: int) -> None:
    payload = report_bin.encode(columns_of([Fix(7, 1, NOW_S * 1000 + ahead_ms)]))
    decoded = decode_report("muck/v1/320412/truck/T1/up/report/bin", payload, NOW_S * 1000)
    reasons = [str(rejected.reason) for rejected in decoded.rejected] or ["ok"]
    (answer,) = ask([f"open T1 {NOW_S} {payload.hex()}"])
    assert [line.split()[0] for line in answer[1:]] == reasons


def test_sources_allocate_nothing_print_nothing_and_know_no_fractions(compiler: str, tmp_path: Path) -> None:
    for source in SOURCES:
        assert not re.search(r"\b(float|double)\b", source.read_text(encoding="utf-8"))
        built = tmp_path / f"{source.stem}.o"
        compile_c(compiler, ["-Os", "-fno-builtin", f"-I{FOLDER}", "-c", str(source), "-o", str(built)])
        names = subprocess.run(["nm", "--undefined-only", built], capture_output=True, text=True, check=True).stdout
        outside = {line.split()[-1] for line in names.splitlines()}
        assert outside <= {"memcmp", "memcpy", "memset", "strchr", "strlen", "_GLOBAL_OFFSET_TABLE_"}, source.name

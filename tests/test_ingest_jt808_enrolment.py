"""Who may speak, with which code; what waits for its commit, against the obvious way to keep it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from jt808_platform import terminals
from typer.testing import CliRunner

from firmware_contracts.jt808.vendor import MappingError
from ingest.jt808.authentication import CODE_CHARACTERS, Authenticator
from ingest.jt808.enrolment import Enrolment
from ingest.jt808.unanswered import MOST_MESSAGES, MOST_RECORDS, Unanswered
from ingest.jt808.vendor_files import read_mappings
from muckline.cli import app

MAPPINGS = read_mappings(None)


def test_the_registry_says_who_may_speak() -> None:
    documents = [
        *terminals(2),
        {"terminal_id": "OTHER", "region": "320412"},
        terminals(3)[2] | {"status": "suspended"},
        terminals(4)[3] | {"phone": "013900000003", "vendor": "egs", "region": None},
    ]
    documents[4].pop("region")
    found = Enrolment.of(documents, MAPPINGS, "320400")
    assert [one.device for one in found.by_phone.values()] == ["B000", "B001", "B003"]
    assert found.suspended == {"13900000002"}
    assert (found.by_phone["13900000003"].region, found.by_phone["13900000003"].mapping.name) == ("320400", "egs")
    assert found.by_phone["13900000000"].up_topic("report", "bin") == b"muck/v1/320412/truck/B000/up/report/bin"
    assert found.problems == ()


@pytest.mark.parametrize(
    ("members", "problem", "enrolled"),
    [
        ({"phone": "1390000000a"}, "digits", False),
        ({"phone": None}, "digits", False),
        ({"phone": "0" * 21}, "digits", False),
        ({"kind": "washer"}, "a truck's terminal", False),
        ({"region": ""}, "expected", False),
        ({"terminal_id": "a/b"}, "expected", False),
        ({"vendor": "nobody"}, "expected a vendor among angle, default, egs, got nobody", True),
    ],
)
def test_what_cannot_be_enrolled_is_told(members: dict[str, object], problem: str, *, enrolled: bool) -> None:
    found = Enrolment.of([terminals(1)[0] | members], MAPPINGS)
    assert (problem in found.problems[0], len(found.by_phone)) == (True, int(enrolled))


def test_a_phone_belongs_to_one_terminal() -> None:
    found = Enrolment.of([*terminals(1), terminals(1)[0] | {"terminal_id": "B999"}], MAPPINGS)
    assert [one.device for one in found.by_phone.values()] == ["B000"]
    assert "B999" in found.problems[0]


def test_codes_need_the_secret_the_phone_and_the_device() -> None:
    one, other = Authenticator(b"a" * 16), Authenticator(b"b" * 16)
    code = one.code("139", "T1")
    assert len(code) == CODE_CHARACTERS
    assert one.knows(code, "139", "T1")
    assert not any([other.knows(code, "139", "T1"), one.knows(code, "138", "T1"), one.knows(code, "139", "T2")])
    assert not any(one.knows(wrong, "139", "T1") for wrong in ("", code[:-1], code + "0", "\udcff", "码"))
    with pytest.raises(ValueError, match="at least 16 bytes, got 15"):
        Authenticator(b"a" * 15)


def test_own_vendor_files_go_before_the_packaged_ones(tmp_path: Path) -> None:
    (tmp_path / "default.toml").write_text('name = "own"\n')
    (tmp_path / "notes.txt").write_text("not a mapping")
    found = read_mappings(tmp_path)
    assert (found["default"].name, found["egs"].name) == ("own", "egs")
    (tmp_path / "bad.toml").write_text("name = 3\n")
    with pytest.raises(MappingError, match=r"bad\.toml"):
        read_mappings(tmp_path)
    with pytest.raises(MappingError, match="folder of vendor mappings"):
        read_mappings(tmp_path / "absent")


class Naive:
    """Keeps, for each message, the records that it still needs."""

    def __init__(self) -> None:
        self.needs: dict[tuple[int, int], set[int]] = {}

    def add(self, name: tuple[int, int], seqs: set[int]) -> None:
        self.needs.pop(name, None)
        self.needs[name] = set(seqs)

    def kept(self, first: int, last: int) -> set[tuple[int, int]]:
        for needed in self.needs.values():
            needed -= set(range(first, last + 1))
        done = {name for name, needed in self.needs.items() if not needed}
        for name in done:
            del self.needs[name]
        return done


@pytest.mark.parametrize("seed", range(20))
def test_what_is_answered_is_what_has_all_its_records(seed: int) -> None:
    rng, naive, unanswered = random.Random(seed), Naive(), Unanswered()
    for step in range(400):
        if rng.random() < 0.5 and len(naive.needs) < MOST_MESSAGES:
            name, seqs = (rng.choice((0x200, 0x704)), rng.randrange(20)), set(rng.sample(range(60), rng.randint(1, 6)))
            naive.add(name, seqs)
            due = unanswered.add(name[0], (name[1],), seqs, now_s=step / 100, connection=1)
            assert due <= seqs
        else:
            first = rng.randrange(60)
            last = first + rng.choice((0, 0, 1, 5, 2**32))
            answers = unanswered.kept(first, last)
            assert {(a.message_id, a.serials[0]) for a in answers} == naive.kept(first, min(last, 100))
            assert len(answers) == len({(a.message_id, a.serials[0]) for a in answers})
        assert len(unanswered) == len(set().union(*naive.needs.values()))
    assert unanswered.forgotten == 0


def test_what_waits_has_a_bound_however_large_the_batches() -> None:
    unanswered = Unanswered()
    for serial in range(40):
        unanswered.add(0x704, (serial,), range(serial * 1000, serial * 1000 + 1000), now_s=0.0, connection=1)
    assert len(unanswered) <= MOST_RECORDS
    assert unanswered.forgotten == 36


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (["bridge.secret_file=/nonexistent/secret"], "expected a readable secret file"),
        (["bridge.secret_file={short}"], "at least 16 bytes"),
        (["bridge.vendors_folder=/nonexistent"], "expected a folder of vendor mappings"),
        (["bridge.host=192.0.2.1"], "expected to listen at 192.0.2.1"),
    ],
)
def test_a_command_that_cannot_start_says_why(settings: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "terminals.json").write_text("[]")
    (tmp_path.parent / "short").write_text("short")
    given = [*settings, "broker.host=127.0.0.1", "broker.port=1", f"embedded.home={tmp_path.parent}/home"]
    given += ["bridge.metrics_port=0"]
    words = [w for one in given for w in ("--set", one.format(short=tmp_path.parent / "short"))]
    result = CliRunner().invoke(app, [*words, "bridge", "jt808", "--registry", str(tmp_path)])
    assert result.exit_code == 1
    assert told in result.output

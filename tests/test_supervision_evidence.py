"""Evidence without a database: texts are complete, bundles are canonical, and no byte of one can be changed unseen."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.rules import RULES
from supervision.evidence.bundle import canonical, make_bundle, pack
from supervision.evidence.dossier import Reader, masked
from supervision.evidence.fixes import COLUMNS, FIXES, fixes_csv, fixes_digest
from supervision.evidence.keys import (
    EvidenceKeyError,
    SigningKey,
    derived_key,
    fingerprint,
    new_key_pem,
    public_pem,
    read_key,
    read_public_pem,
)
from supervision.evidence.members import duration, local, quantity, written, zone_of
from supervision.evidence.quality import record_quality
from supervision.evidence.rule_texts import RULE_TEXTS
from supervision.evidence.thresholds import SECTIONS, thresholds_in_force
from supervision.evidence.verify import verify
from supervision.evidence.words import WORDS
from supervision.kinds import KINDS
from supervision.masking import masked_name, masked_plate

AT = datetime(2026, 5, 29, 4, 46, 40, tzinfo=UTC)
KEY = derived_key(b"a secret of sixteen bytes or more")


def fix(seq: int, **readings: Any) -> dict[str, Any]:
    at = AT + timedelta(seconds=10 * seq)
    plain = dict.fromkeys(COLUMNS) | {
        "terminal_id": "T1",
        "epoch": 7,
        "seq": seq,
        "fix_time": at,
        "received_at": at + timedelta(milliseconds=500),
        "lat_deg": 31.7,
        "lon_deg": 119.9,
        "faults": 0,
        "alarms": 0,
    }
    return plain | readings


def bundle(key: SigningKey = KEY, at: datetime = AT, count: int = 30) -> bytes:
    csv = fixes_csv(fix(n, speed_mps=n / 3) for n in range(count))
    files = {"evidence.pdf": b"%PDF-1.4 pages", FIXES: csv, "steps.json": canonical({"steps": []})}
    counted, digest = fixes_digest(csv)
    return make_bundle(
        {"object": {"kind": "event", "id": "e"}, "fixes": {"count": counted, "sha256": digest}}, files, key, at
    )


def test_every_kind_has_a_text_in_both_languages_and_its_thresholds() -> None:
    assert {row.kind for row in KINDS} == set(RULE_TEXTS)
    for words in (*RULE_TEXTS.values(), *WORDS.values()):
        assert words.zh.strip()
        assert words.en.strip()
        assert not any("\u4e00" <= character <= "\u9fff" for character in words.en)
    found = {row.kind for row in KINDS} - {"penalty", "incident", "other_report"}
    assert set(SECTIONS) == found
    assert {rule.name for rule in RULES} <= found


def test_the_narrowest_threshold_holds_and_its_origin_is_told() -> None:
    limits = {
        "city": {"overspeed.hold_s": 8, "overspeed.limit_kmh": 70},
        "sites": {"S1": {"overspeed.limit_kmh": 50}},
        "companies": {"C1": {"overspeed.limit_kmh": 45}},
    }
    permit = {"limits": {"overspeed.limit_kmh": 40}}

    def of(name: str, **chosen: Any) -> tuple[float, str]:
        given = {"site_id": "S1", "company_id": "C1", "permit": permit} | chosen
        found = {each.name: each for each in thresholds_in_force("overspeed", limits, **given)}
        return found[name].value, found[name].origin

    assert of("overspeed.limit_kmh") == (40, "permit")
    assert of("overspeed.limit_kmh", permit=None) == (45, "company")
    assert of("overspeed.limit_kmh", permit=None, company_id=None) == (50, "site")
    assert of("overspeed.limit_kmh", permit=None, company_id=None, site_id="other") == (70, "city")
    assert of("overspeed.hold_s") == (8, "city")
    assert of("overspeed.min_fixes") == (2, "default")


def test_every_threshold_is_a_number_of_its_limits() -> None:
    for kind, sections in SECTIONS.items():
        names = [each.name for each in thresholds_in_force(kind, {}, site_id=None, company_id=None, permit=None)]
        assert len(names) == sum(len(fields(defaults)) for _, defaults in sections)
        assert len(set(names)) == len(names)


def test_the_same_records_are_the_same_files_but_for_the_time_of_signing() -> None:
    assert bundle() == bundle()
    first, later = verify(bundle()), verify(bundle(at=AT + timedelta(hours=1)))
    assert first.ok
    assert later.ok
    differing = {name for name in first.files if first.files[name] != later.files[name]}
    assert differing == {"signature.json"}


def test_what_devices_say_is_masked_and_a_citizen_is_not_named() -> None:
    read = {"reads": [{"plate_read": "苏D12345", "driver": "王小明"}]}
    step = {"step": "open", "by_name": "li", "by_display_name": "李四", "comment": "x"}
    dossier = {
        "events": [{"opening": read, "closing": None}],
        "passages": [{"plate_read": "苏D12345", "body": read}],
        "doubts": [{"opening": read}],
        "vehicle": {"plate": "苏D12345"},
        "world": {
            "items": [{"document": {"properties": {"name": "工地", "contact": "王小明", "phone": "13912345678"}}}]
        },
        "case": {"source": "hotline", "reported_plate": "苏D12345"},
        "steps": [step, step | {"step": "handle", "by_name": "wang"}],
    }
    hidden = {"reads": [{"plate_read": "苏D***45", "driver": "王**"}]}
    outsider = masked(dossier, Reader("zh", masked_plate, masked_name, masks=True, reporter=False))
    assert outsider["masked"]
    assert [outsider[name][0].get("opening", hidden) for name in ("events", "doubts")] == [hidden] * 2
    assert outsider["passages"] == [{"plate_read": "苏D***45", "body": hidden}]
    assert [row["by_name"] for row in outsider["steps"]] == ["reporter", "wang"]
    (place,) = outsider["world"]["items"]
    assert place["document"]["properties"] == {"name": "工地", "contact": "王**", "phone": "***78"}
    company = masked(dossier, Reader(reporter=False))
    assert company["masked"]
    assert company["events"] == dossier["events"]
    assert [row["by_display_name"] for row in company["steps"]] == ["reporter", "李四"]
    worker = masked(dossier, Reader())
    assert not worker["masked"]
    assert worker["steps"] == dossier["steps"]


def test_a_manifest_a_thousand_deep_is_refused_in_words() -> None:
    deep = b'{"layout":' + b"[" * 600 + b"]" * 600 + b"}"
    verdict = verify(pack(deep, deep, {}))
    assert not verdict.ok
    assert {finding.name for finding in verdict.findings if not finding.ok} >= {"manifest.json", "signature.json"}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed_unseen(data: st.DataObject) -> None:
    whole = bundle(count=5)
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    verdict = verify(changed)
    assert not verdict.ok
    assert verdict.first_wrong is not None


def test_every_part_that_is_tampered_with_is_named() -> None:
    whole = bundle()
    for name, content in verify(whole).files.items():
        at = whole.index(content) + len(content) // 2
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        verdict = verify(changed)
        assert not verdict.ok, name


@pytest.mark.parametrize("cut", [0, 1, 21, 500, -1, -30])
def test_what_is_cut_short_or_no_archive_is_refused(cut: int) -> None:
    assert not verify(bundle()[:cut]).ok
    assert not verify(random.Random(cut).randbytes(2_000)).ok
    assert not verify(bundle() + b"more").ok


def test_files_that_were_swapped_with_their_hashes_do_not_fit_the_signature() -> None:
    mine, other = verify(bundle()), verify(bundle(count=29))
    from supervision.evidence.bundle import pack

    forged = pack(
        other.files["manifest.json"],
        mine.files["signature.json"],
        {n: c for n, c in other.files.items() if n not in ("manifest.json", "signature.json")},
    )
    verdict = verify(forged)
    assert verdict.first_wrong is not None
    assert verdict.first_wrong.name == "signature.json"


def test_a_bundle_signed_by_somebody_else_is_told_where_a_key_is_trusted() -> None:
    forged = bundle(derived_key(b"somebody else's secret, long enough"))
    assert verify(forged).ok  # by itself it holds; that is why the key must be known
    verdict = verify(forged, [KEY.public])
    assert verdict.first_wrong is not None
    assert verdict.first_wrong.name == "key"
    assert verify(bundle(), [KEY.public]).ok


def test_keys_are_read_back_and_nothing_else_is_taken_for_one(tmp_path: Any) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(new_key_pem())
    key = read_key(file)
    assert read_public_pem(public_pem(key.public).encode()) == key.public
    assert key.fingerprint == fingerprint(key.public)
    assert derived_key(b"x" * 16).public == derived_key(b"x" * 16).public != derived_key(b"y" * 16).public
    file.write_text("no key")
    with pytest.raises(EvidenceKeyError, match="expected a PEM file"):
        read_key(file)
    with pytest.raises(EvidenceKeyError, match="expected a public key"):
        read_public_pem(b"nonsense")


def test_fixes_are_written_exactly_as_they_were_reported() -> None:
    lines = fixes_csv([fix(1, speed_mps=6.1, load_kg=None, cover=0)]).decode().split("\r\n")
    assert lines[0].split(",") == list(COLUMNS)
    row = dict(zip(COLUMNS, lines[1].split(","), strict=True))
    assert row["fix_time"] == "2026-05-29T04:46:50.000Z"
    assert row["received_at"] == "2026-05-29T04:46:50.500Z"
    assert (row["speed_mps"], row["load_kg"], row["cover"]) == ("6.1", "", "0")


def test_the_digest_of_fixes_depends_on_each_and_on_their_order() -> None:
    rows = [fix(n) for n in range(5)]
    count, digest = fixes_digest(fixes_csv(rows))
    assert count == 5
    assert fixes_digest(fixes_csv(rows[::-1]))[1] != digest
    assert fixes_digest(fixes_csv(rows[:-1]))[1] != digest
    assert fixes_digest(fixes_csv([])) == (0, "")


def test_the_quality_of_records_is_what_an_appeal_asks() -> None:
    rows = [
        fix(0, hdop=0.9, satellites=12),
        fix(1, hdop=3.1, satellites=5),
        fix(2, lat_deg=None, lon_deg=None),
        fix(9, received_at=AT + timedelta(seconds=490)),
        fix(10, received_at=AT + timedelta(seconds=90), faults=1),
    ]
    found = record_quality(rows)
    assert (found.fixes, found.without_position, found.under_fault) == (5, 1, 1)
    assert (found.hdop_median, found.hdop_most, found.satellites_least) == (2.0, 3.1, 5)
    assert (found.late, found.latest_s, found.ahead) == (1, 400.0, 1)
    assert (found.longest_gap_s, found.numbers_missing) == (70.0, 6)
    assert record_quality([]).fixes == 0


def test_numbers_are_written_with_their_units() -> None:
    assert quantity("limit_mps", 10.0) == "36.0 km/h"
    assert quantity("lost_kg", 15_150.0) == "15.15 t"
    assert quantity("lost_share_above", 0.35) == "35 %"
    assert quantity("hold_s", 12.0) == "12 s"
    assert [duration(each) for each in (0.5, 75, 3_600, 3_661)] == [
        "0.5 s",
        "1 min 15 s",
        "1 h 00 min",
        "1 h 01 min 01 s",
    ]
    assert local(AT, zone_of(8)) == "2026-05-29 12:46:40+08:00"
    assert written("cover_open", True, "zh", zone_of(8)) == "是"
    assert written("by", ["lift", "load"], "en", zone_of(8)) == "lift, load"
    assert written("peak_ms", 1_780_000_000_000, "en", zone_of(8)) == "2026-05-29 04:26:40+08:00"

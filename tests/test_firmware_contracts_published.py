"""Every published example is still there, unchanged, and decodes as it says; generated files are what is committed."""

from __future__ import annotations

import copy
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from test_firmware_contracts_examples import assert_expected
from typer.testing import CliRunner

from firmware_contracts.contract_tables import LANGUAGES, TABLES
from firmware_contracts.decode import decode_report
from firmware_contracts.json_schema import PAYLOADS
from firmware_contracts.published import PublishedChangedError, changed, published_of, with_new
from muckline.cli import app
from muckline.commands.contract import CASES, PUBLISHED, ROOT, contract_files, payload_of

DOCUMENT: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
KNOWN: dict[str, list[str]] = json.loads(PUBLISHED.read_text(encoding="utf-8"))


def test_no_published_example_was_changed_or_removed() -> None:
    assert changed(KNOWN, published_of(DOCUMENT, payload_of)) == []


def test_every_published_message_decodes_for_ever() -> None:
    cases = [case for case in DOCUMENT["cases"] if case["name"] in KNOWN]
    assert len(cases) > 80
    for case in cases:
        assert_expected(decode_report(case["topic"], payload_of(case), DOCUMENT["received_at_ms"]), case)


def test_changes_of_a_published_example_are_found() -> None:
    published = published_of(DOCUMENT, payload_of)
    mended, other, removed = (copy.deepcopy(DOCUMENT) for _ in range(3))
    mended["cases"][0]["note"] = "in better words"
    assert changed(published, published_of(mended, payload_of)) == []
    other["cases"][0]["fixes"][0]["lat_deg"] += 1e-7
    name = other["cases"][0]["name"]
    assert changed(published, published_of(other, payload_of)) == [f"the expectation of {name} is another"]
    del removed["commands"][0]
    assert changed(published, published_of(removed, payload_of)) == ["command_text is gone"]
    cut = published_of(DOCUMENT, lambda case: payload_of(case)[: 4 if case["name"] == name else None])
    assert changed(published, cut) == [f"the payload of {name} is another"]
    with pytest.raises(PublishedChangedError, match="command_text is gone"):
        with_new(published, removed, payload_of)


def test_publishing_only_adds() -> None:
    fewer = copy.deepcopy(DOCUMENT)
    added = fewer["cases"].pop()
    before = published_of(fewer, payload_of)
    after = with_new(before, DOCUMENT, payload_of)
    assert list(after)[: len(before)] == list(before)
    assert set(after) - set(before) == {added["name"]}
    twice = copy.deepcopy(DOCUMENT)
    twice["cases"].append(twice["cases"][0])
    with pytest.raises(ValueError, match="once"):
        published_of(twice, payload_of)


def test_committed_files_are_what_the_code_makes() -> None:
    files = contract_files()
    made = {"firmware_contracts/asyncapi.json", "firmware_contracts/c/muckline_v1.h"}
    made |= {f"docs/contract/{language}.md" for language in LANGUAGES}
    assert set(files) == made | {f"firmware_contracts/schemas/{name}.json" for name in PAYLOADS}
    for name, text in files.items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name} is old: run `muckline contract`"
    schemas = {path.name for path in (ROOT / "firmware_contracts" / "schemas").iterdir()}
    assert schemas == {Path(name).name for name in files if "/schemas/" in name}


def test_the_command_writes_them_elsewhere(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for name, text in contract_files().items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text


def test_the_command_publishes_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "published.json"
    now = published_of(DOCUMENT, payload_of)
    known = dict(list(now.items())[:3])
    file.write_text(json.dumps(known), encoding="utf-8")
    monkeypatch.setattr(sys.modules["muckline.commands.contract"], "PUBLISHED", file)
    done = CliRunner().invoke(app, ["contract", "--publish", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert json.loads(file.read_text(encoding="utf-8")) == now
    assert f"{len(now) - 3} new of {len(now)}" in done.output
    file.write_text(json.dumps(now | {"once_published": ["", ""]}), encoding="utf-8")
    done = CliRunner().invoke(app, ["contract", "--publish", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "once_published is gone" in done.output
    assert "once_published" in file.read_text(encoding="utf-8")


def headings(page: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", page, re.MULTILINE)]


def test_the_pages_have_one_structure_and_every_table() -> None:
    pages = [(ROOT / "docs" / "contract" / f"{language}.md").read_text(encoding="utf-8") for language in ("en", "zh")]
    tables = [re.findall(r"<!-- table: (\w+) -->", page) for page in pages]
    assert tables[0] == tables[1]
    assert set(tables[0]) == set(TABLES)
    assert headings(pages[0]) == headings(pages[1])


def test_links_of_the_pages_lead_somewhere() -> None:
    pages = [*(ROOT / "docs" / "contract").glob("*.md"), *(ROOT / "firmware_contracts").rglob("README.md")]
    assert len(pages) >= 5
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"

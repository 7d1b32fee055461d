"""What the console calls things: every deed of the audit log has words, and marks between words are of the language."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEEDS = (ROOT / "console/src/pages/audit/action_words.ts").read_text()
SOURCES = "\n".join(path.read_text() for path in (ROOT / "api").rglob("*.py"))
NAMED = re.compile(r"^\s+(?:const \w+ = )?(\w+): \"", re.MULTILINE)
# Written in one piece with what differs.
STEPS = {
    "case": "acknowledge assign extend handle verify close send_back false_positive comment reopen call_back",
    "permit": "apply approve reject suspend resume cancel",
    "scan": "out in void",
}


def deeds() -> set[str]:
    """Return the actions that calls of `noted` and entries of the log name."""
    plain = re.findall(r"noted\(\s*services,\s*\w+,\s*\"(\w+)\"", SOURCES)
    looks = re.findall(r"looked\(\s*services,\s*\w+,\s*\"(\w+)\"", SOURCES)
    composed = [f"{what}_{step}" for what, steps in STEPS.items() for step in steps.split()]
    return {*plain, *looks, *composed, "log_in", "look_by_link", "edit_register", "import_register", "merge_register"}


def test_every_deed_has_words_in_both_languages() -> None:
    found = deeds()
    assert {"look_track", "plan_duty", "case_call_back", "look_latest"} <= found
    for half in DEEDS.split("en: {")[0], DEEDS.split("en: {")[1]:
        missing = found - set(NAMED.findall(half))
        assert not missing, f"expected words of {sorted(missing)} in console/src/pages/audit/action_words.ts"


def test_english_pages_have_no_chinese_marks_between_words() -> None:
    said = re.compile(r"\}：|join\(\"[、；，]\"\)|（\$\{")
    printed = {"sheet.tsx"}  # a permit is printed in both languages beside each other
    for path in (ROOT / "console/src").rglob("*.tsx"):
        if path.name not in printed and "permits" not in path.parts:
            assert not said.search(path.read_text()), path

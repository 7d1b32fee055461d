"""Every setting has words in both languages, and the books of changes tell who set what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from supervision.rules import parameter_words
from supervision.rules.origins import Origin, origins_of
from supervision.rules.parameter_words import COMMON, SPECIAL, unit_words_of, words_of
from supervision.rules.parameters import PARAMETERS

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHINESE = re.compile(r"[一-鿿]")


def test_every_setting_and_its_unit_have_words_in_both_languages() -> None:
    for name in PARAMETERS:
        for words in (words_of(name), unit_words_of(name)):
            assert CHINESE.search(words.zh), name
            assert words.en
            assert not CHINESE.search(words.en), name


def test_no_words_are_of_no_setting() -> None:
    assert set(SPECIAL) <= set(PARAMETERS)
    common = {name.partition(".")[2] for name in PARAMETERS if name not in SPECIAL}
    assert set(COMMON) == common
    ends = {name.rpartition("_")[2] for name in PARAMETERS} | {name.rpartition(".")[2] for name in PARAMETERS}
    assert set(parameter_words.UNITS) <= ends


def test_two_settings_of_one_rule_are_told_apart() -> None:
    of_rule: dict[tuple[str, str], list[str]] = {}
    for name in PARAMETERS:
        rule = name.partition(".")[0]
        of_rule.setdefault((rule, "zh"), []).append(words_of(name).zh)
        of_rule.setdefault((rule, "en"), []).append(words_of(name).en)
    again = {"其间至少多少条读数", "Readings meanwhile, at least"}  # each stands below the time that it belongs to
    for where, told in of_rule.items():
        distinct = [words for words in told if words not in again]
        assert len(distinct) == len(set(distinct)), where


def change(hours: int, who: str, scope: str, after: dict[str, Any]) -> dict[str, Any]:
    return {"scope": scope, "after": after, "who": who, "at": NOON + timedelta(hours=hours), "reason": f"by {who}"}


def test_whoever_set_a_value_last_is_its_author_and_nobody_else() -> None:
    changes = [
        change(0, "li", "city", {"overspeed.hold_s": 20, "overload.hold_s": 90}),
        change(1, "wang", "city", {"overspeed.hold_s": 25, "overload.hold_s": 90}),
        change(2, "zhao", "sites", {"S1": {"route_deviation.hold_s": 60}}),
        change(3, "li", "sites", {}),
        change(4, "zhou", "sites", {"S1": {"route_deviation.hold_s": 60}}),
    ]
    limits = {
        "city": {"overspeed.hold_s": 25, "overload.hold_s": 90},
        "sites": {"S1": {"route_deviation.hold_s": 60}},
        "companies": {"C1": {"overspeed.hold_s": 5}},
    }
    told = {(one.level, one.id, one.name): one for one in origins_of(limits, changes)}
    assert told["city", None, "overspeed.hold_s"].by == "wang"
    assert told["city", None, "overload.hold_s"].by == "li", "it was written again, not changed"
    assert told["site", "S1", "route_deviation.hold_s"].at == NOON + timedelta(hours=4), "it was gone in between"
    older = told["company", "C1", "overspeed.hold_s"]
    assert older == Origin("overspeed.hold_s", "company", "C1", 5, None, None, None), "older than the book"

"""The pages on the rules are complete: every kind of event, every limit with its name, every picture that is linked."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import rules_engine
from ingest.candidate_places import CandidatePlaceLimits
from rules_engine.rules import RULES

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [DOCS / "rules.md", *sorted((DOCS / "rules").glob("*.md"))]


def limit_classes() -> Iterator[type]:
    yield CandidatePlaceLimits
    for module in pkgutil.walk_packages(rules_engine.__path__, "rules_engine."):
        for name, item in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if name.endswith("Limits") and is_dataclass(item) and item.__module__ == module.name:
                yield item


@pytest.mark.parametrize(
    "limits", sorted(limit_classes(), key=lambda item: item.__name__), ids=lambda item: item.__name__
)
def test_every_limit_is_explained(limits: type) -> None:
    explained = set(re.findall(r"`(?:\w+\.)?(\w+)`", "\n".join(page.read_text() for page in PAGES)))
    missing = {field.name for field in fields(limits)} - explained
    assert not missing, f"expected a row of docs/rules/*.md for each, got none for {sorted(missing)}"


def test_every_rule_is_in_the_catalogue() -> None:
    catalogue = (DOCS / "rules.md").read_text()
    assert [rule.name for rule in RULES if f"| `{rule.name}` |" not in catalogue] == []


def test_every_link_leads_somewhere() -> None:
    for page in [*PAGES, DOCS / "detection-quality.md", DOCS / "real-data.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"

"""The console's types of the API are those of the API of today, wherever and by whichever Python that is asked."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from supervision.registers.table import REGISTERS

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "console" / "api_types.py"


@pytest.fixture(scope="module")
def api_types() -> ModuleType:
    spec = importlib.util.spec_from_file_location("console_api_types", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def whole(api_types: ModuleType) -> dict[str, Any]:
    described: dict[str, Any] = api_types.api_document()
    return described


@pytest.fixture(scope="module")
def document(api_types: ModuleType, whole: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = api_types.said_by_types(whole)
    return said


def test_the_types_are_of_the_document_of_today(api_types: ModuleType, document: dict[str, Any]) -> None:
    kept = api_types.TYPES.read_text("utf-8")
    assert kept.startswith(api_types.head(document)), (
        f"what the API takes or answers is not what {api_types.TYPES.relative_to(ROOT)} says: "
        f"run `{api_types.COMMAND}` and keep what it wrote"
    )


def test_the_document_is_the_same_in_another_process_and_elsewhere(
    api_types: ModuleType, document: dict[str, Any], tmp_path: Path
) -> None:
    told = "import api_types; print(api_types.digest(api_types.said_by_types(api_types.api_document())))"
    elsewhere = {"PYTHONPATH": f"{ROOT / 'console'}{os.pathsep}{ROOT}", "PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"}
    done = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | elsewhere,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == api_types.digest(document)


def test_wording_examples_and_bounds_make_no_other_types(
    api_types: ModuleType, whole: dict[str, Any], document: dict[str, Any]
) -> None:
    whole, before = deepcopy(whole), api_types.digest(document)
    listing = whole["paths"]["/v1/cases"]["get"]
    listing |= {"summary": "Reworded", "description": "Reworded", "tags": ["reworded"]}
    listing["responses"]["200"]["description"] = "Reworded"
    case = whole["components"]["schemas"]["Case"]
    case |= {"example": {}, "title": "Reworded"}
    case["properties"]["severity"]["maximum"] = 4
    assert api_types.digest(api_types.said_by_types(whole)) == before
    case["properties"]["severity"]["type"] = "string"
    assert api_types.digest(api_types.said_by_types(whole)) != before


def test_a_member_that_is_called_like_a_word_of_the_language_stays(
    whole: dict[str, Any], document: dict[str, Any]
) -> None:
    said = document["components"]["schemas"]
    assert said["Report"]["properties"]["title"]["type"] == "string"
    members = whole["components"]["schemas"]["RegisterField"]["properties"]
    assert set(said["RegisterField"]["properties"]) == set(members) >= {"pattern", "example"}


def test_nothing_is_answered_of_which_the_document_says_nothing(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    assert content.get("schema"), (method, path, status, kind)


def test_each_thing_has_one_name_that_people_would_give_it(document: dict[str, Any]) -> None:
    assert not [name for name in document["components"]["schemas"] if "__" in name]


def test_registers_say_what_each_of_their_members_is(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for register in REGISTERS.values():
        name = "".join(word.capitalize() for word in register.name.split("-"))
        members = schemas[f"{name}Item"]["properties"]
        assert set(members) >= {field.name for field in register.fields} | set(register.computed)
        for member, schema in members.items():
            assert set(schema) - {"description"}, f"expected {name}.{member} to have a type"
            structured = {"type": ["array", "object"]}
            assert structured not in schema.get("anyOf", []), f"expected {name}.{member} to say what is in it"


def test_locks_name_no_registry() -> None:
    for lock in (ROOT / "console" / "package-lock.json", ROOT / "console" / "api_types" / "package-lock.json"):
        assert not re.findall(r'"resolved"|"registry"', lock.read_text("utf-8")), lock

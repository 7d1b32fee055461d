"""Every sentence that a fault can be of has a code and Chinese words, found by reading the code that writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules_engine.world import World
from rules_engine.world_error import WorldError
from supervision.registers.fault_words import EXPECTED, GOT, OTHER, code_of, got_in_chinese, in_chinese
from supervision.registers.faults import Fault, Refused, of_world_error
from supervision.registers.files import read_file
from supervision.registers.table import REGISTERS

ROOT = Path(__file__).parents[1]
CHINESE = re.compile(r"[一-鿿]")
# Sentences of the world that a register's items can be of; the others are of whole documents.
WORLD_MODULES = ("world_permits", "world_routes", "world_zones", "world_terminals")


def texts(node: ast.expr) -> Iterator[str]:
    """Return what an expression of a text can say, `7` in the place of what differs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def written(path: Path, name: str, at: int) -> Iterator[str]:
    """Return the texts that stand as an argument of calls of a name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield from texts(node.args[at])


FAULT_FILES = [*(ROOT / "supervision/registers").glob("*.py"), *(ROOT / "api").rglob("*.py")]
SENTENCES = sorted(
    {text for path in FAULT_FILES for text in written(path, "Fault", 1)}
    | {text for name in WORLD_MODULES for text in written(ROOT / f"rules_engine/{name}.py", "WorldError", 2)}
    | {field.expected() for register in REGISTERS.values() for field in register.fields}
)


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 40
    assert {"a list of items", "7 cells", "valid_to after valid_from"} <= set(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_has_a_code_and_chinese_words(sentence: str) -> None:
    assert code_of(sentence) != OTHER.code, f"expected a row of EXPECTED for {sentence!r}"
    assert CHINESE.search(in_chinese(sentence)), in_chinese(sentence)


def test_rows_of_the_table_are_of_sentences_as_templates_and_keep_their_values() -> None:
    for sentence in (*EXPECTED, *GOT):
        assert sentence.en.count("{}") == sentence.zh.count("{}"), sentence.code
        assert re.fullmatch(r"[a-z_]+", sentence.code)


@pytest.mark.parametrize(
    ("expected", "code", "zh"),
    [
        ("a number from 0 to 60000", "range", "0 至 60000 的数字"),
        ("one of companies that is there", "no_such", "登记中已有的运输企业"),
        ("a company that the world has", "no_such", "登记中已有的运输企业"),
        ("`str | null`", "type", "文本或空"),
        ("Object missing required field `from`", "member_needed", "缺少必填字段 from"),
        ("something of a later release", "form", "符合要求的内容（something of a later release）"),
    ],
)
def test_a_fault_is_said_in_chinese_with_its_values(expected: str, code: str, zh: str) -> None:
    assert (code_of(expected), in_chinese(expected)) == (code, zh)


def test_what_came_is_said_in_words_or_stays_what_it_is() -> None:
    assert [got_in_chinese(got) for got in ("nothing", "it in row 7 too", "'C9'")] == ["空", "第 7 行也有", "'C9'"]


def test_a_file_is_refused_by_row_and_column_in_both_languages() -> None:
    vehicles = REGISTERS["vehicle-register"]
    with pytest.raises(Refused) as refused:
        read_file(vehicles, b"vehicle_id,plate\nV1\n", "text/csv")
    (told,) = [fault.told() for fault in refused.value.faults]
    assert (told["code"], told["row"], told["expected"], told["expected_zh"]) == (
        "cells",
        2,
        "2 cells",
        "本行应有 2 个单元格",
    )


def test_what_the_world_says_of_a_member_is_a_fault_too() -> None:
    with pytest.raises(WorldError) as refused:
        World.from_documents({"companies": [{"company_id": 5}]})
    told = of_world_error(refused.value).told()
    assert CHINESE.search(told["expected_zh"])
    assert Fault("a", "b", "c").told()["code"] == "form"

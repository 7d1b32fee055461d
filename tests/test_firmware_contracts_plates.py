"""Plates in normal form: what is written in many ways compares as one, what differs stays different."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts.plates import SimilarPlates, normal_plate, normal_tag, unambiguous

WAYS = [
    "苏D12345",
    "苏d12345",
    "苏D·12345",
    "苏D 123 45",
    "苏Ｄ１２３４５",
    "苏D12345黄",
    "苏D12345(黄色)",
    "黄苏D12345",
    "黄牌苏D12345",
    "苏DI2345",
]


@pytest.mark.parametrize("written", WAYS)
def test_a_plate_written_in_any_way_is_one_plate(written: str) -> None:
    assert normal_plate(written) == "苏D12345"


@pytest.mark.parametrize(
    ("written", "plate"),
    [
        ("苏DO123I", "苏D01231"),
        ("苏O12345", "苏O12345"),  # the region's letter may be an O
        ("苏DF12345", "苏DF12345"),  # new energy: one character more
        ("苏D1234挂", "苏D1234挂"),
        ("OI-12", "OI12"),  # no Chinese plate: nothing is known of its letters
        ("黄", ""),
        ("", ""),
    ],
)
def test_what_is_not_meant_stays(written: str, plate: str) -> None:
    assert normal_plate(written) == plate


@given(st.text(max_size=20) | st.text("黄蓝色牌()苏DIO12·", max_size=12))
def test_the_normal_form_is_its_own(text: str) -> None:
    assert normal_plate(normal_plate(text)) == normal_plate(text)


@pytest.mark.parametrize("written", ["黄" * 26 + "x", "苏D12345" + "(黄" * 13 + "x"])
def test_the_colour_of_a_long_text_is_looked_for_in_no_time(written: str) -> None:
    began_s = time.process_time()  # what else the machine does is no matter here
    normal_plate(written)
    assert time.process_time() - began_s < 1.0  # tried in every way it took 20 s, and a message holds 400 plates


def test_tags_compare_without_case_and_separators() -> None:
    assert normal_tag("e2:00-47 1a") == normal_tag("E200471A") == "E200471A"


def test_a_name_that_two_trucks_bear_names_neither() -> None:
    assert unambiguous(["苏D1", None, "苏D2", "苏D1", ""]) == {"苏D2": 2}


def test_similar_plates_differ_in_one_character() -> None:
    known = SimilarPlates({"苏D·12345": "T1", "苏d12346": "T2", "苏D99999": "T3", "苏DF12345": "T4"})
    assert known.of("苏d·12347") == ["T1", "T2"]
    assert known.of("苏D12347", most=1) == ["T1"]
    assert known.of("苏D12345") == ["T2"], "itself is not similar but the same"


@given(st.lists(st.text("苏D12", max_size=4), max_size=8), st.text("苏D12", max_size=4))
def test_similar_plates_are_those_that_comparing_one_by_one_finds(plates: list[str], wanted: str) -> None:
    known = {plate: str(n) for n, plate in enumerate(plates)}
    pairs = [(normal_plate(plate), name) for plate, name in known.items()]
    expected = [name for plate, name in pairs if _differs_in_one(plate, normal_plate(wanted))]
    assert SimilarPlates(known).of(wanted, most=9) == expected


def _differs_in_one(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1

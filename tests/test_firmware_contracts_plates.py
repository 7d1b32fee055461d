"""Plates in normal form: what is written in many ways compares as one, what differs stays different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_contracts.plates import normal_plate, normal_tag, similar, unambiguous

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


def test_tags_compare_without_case_and_separators() -> None:
    assert normal_tag("e2:00-47 1a") == normal_tag("E200471A") == "E200471A"


def test_a_name_that_two_trucks_bear_names_neither() -> None:
    assert unambiguous(["苏D1", None, "苏D2", "苏D1", ""]) == {"苏D2": 2}


def test_similar_plates_differ_in_one_character() -> None:
    known = {"苏D12345": "T1", "苏D12346": "T2", "苏D99999": "T3", "苏DF12345": "T4"}
    assert similar("苏d·12347", known) == ["T1", "T2"]
    assert similar("苏D12347", known, most=1) == ["T1"]
    assert similar("苏D12345", known) == ["T2"], "itself is not similar but the same"

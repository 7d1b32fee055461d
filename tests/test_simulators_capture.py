"""A capture comes back as it was written, and a damaged one says where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.capture import CaptureError, CaptureMessage, read_capture, write_capture

GOOD = (
    '{"received_at":"2026-03-02T06:00:01.250+08:00","topic":"muck/v1/320412/truck/T1/up/report/bin","payload":"TUsB"}'
)
MESSAGES = st.builds(
    CaptureMessage,
    st.integers(0, 4_102_444_800_000),
    st.text(st.characters(codec="utf-8"), max_size=80),
    st.binary(max_size=300),
)


@pytest.mark.parametrize("name", ["capture.ndjson", "capture.ndjson.gz"])
@given(messages=st.lists(MESSAGES, max_size=20))
def test_a_capture_comes_back_as_it_was_written(
    name: str, messages: list[CaptureMessage], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("captures") / name
    with write_capture(path) as capture:
        for message in messages:
            capture.write(*message)
    assert list(read_capture(path)) == messages
    assert capture.messages == len(messages)


def test_gzipped_captures_of_the_same_messages_are_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "one.ndjson.gz", tmp_path / "two.ndjson.gz"]
    for path in paths:
        with write_capture(path) as capture:
            capture.write(1, "topic", b"payload")
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_offsets_are_understood_and_empty_lines_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_text(f"{GOOD}\n\n")
    assert list(read_capture(path)) == [
        CaptureMessage(1_772_402_401_250, "muck/v1/320412/truck/T1/up/report/bin", b"MK\x01")
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("no json", "malformed"),
        ('{"topic":"t","payload":""}', "received_at"),
        ('{"received_at":"2026-03-02T06:00:01","topic":"t","payload":""}', "expected received_at with an offset"),
        ('{"received_at":"2026-03-02T06:00:01Z","topic":"t","payload":"***"}', "base64"),
        ('{"received_at":"2026-03-02T06:00:01Z","topic":7,"payload":""}', "topic"),
    ],
)
def test_a_damaged_line_is_named(line: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_text(f"{GOOD}\n{line}\n{GOOD}\n")
    with pytest.raises(CaptureError, match=r"line 2: ") as caught:
        list(read_capture(path))
    assert caught.value.line == 2
    assert complaint in caught.value.detail


def test_a_cut_gzip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson.gz"
    with write_capture(path) as capture:
        for n in range(100):
            capture.write(n, "topic", bytes([n]))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CaptureError, match="cannot be read"):
        list(read_capture(path))

"""Requests that would be right but for one value, which is one that programs stumble over.

What a machine makes up at random seldom is a lone half of a character, or the first integer that PostgreSQL does not
hold. Here each member of a right body, each parameter of a query and each part of a path is such a value once.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.api_fuzz_cases import WORDS, Known, there_in_path, with_words

# Made of them, JSON is still JSON; "\ud800" is half a character, which UTF-8 cannot write.
IN_BODIES: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**30, 1e308, -0.5, "", "\x00", "a\x00b", "\ud800", "’" * 3000, "0" * 70_000, [],
    {}, [[]], [None], ["\ud800"], {"": None}, {"\ud800": 1}, {"\x00": 1}, {"a": [{"b": "\ud800"}]},
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-05-01T00:00:00", "2026-02-30", "NaN",
    [0] * 3000, {"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [[[1e308, -1e308], [0, 0], [1, 1], [1e308, -1e308]]]},
    {"type": "Point", "coordinates": [None, 1]}, "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
IN_ADDRESSES = (
    "", "\x00", "a\x00b", "-1", "0", "2147483648", "9223372036854775808", "1" * 400, "1e400", "nan", "inf", "null",
    "[]", "’" * 300, "../..", "a/b", "%", "%00", "\\", "'", "0001-01-01T00:00:00+23:59/..", "../9999-12-31T23:59:59Z",
    "2026-05-01T00:00:00/..", "/", "0001-01-01", "9999-12-31", "2026-02-30", "1,2,3,4,5", "0,0,1e308,1e308",
    "nan,nan,nan,nan", "W10", "WzFd", "W251bGwsIG51bGxd", "eyJhIjoxfQ", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
# Of one operation; picked at random where there are more.
MOST = 400


def edges(known: Known, rng: random.Random) -> list[dict[str, Any]]:
    """Return path, query and body of requests with one such value each."""
    made = [*_in_bodies(known, rng), *_in_queries(known, rng), *_in_paths(known, rng)]
    rng.shuffle(made)
    return made[:MOST]


def _right(known: Known, rng: random.Random) -> dict[str, Any]:
    right: dict[str, Any] = {"path_parameters": there_in_path(known.path, rng, always=True)}
    if known.bodies or known.current:
        right["body"] = _body(known, rng)
        right["media_type"] = "application/json"
    return right


def _body(known: Known, rng: random.Random) -> Any:
    bases = known.bodies or [known.current]
    return with_words(copy.deepcopy(rng.choice(bases)), rng)


def _in_bodies(known: Known, rng: random.Random) -> Iterator[dict[str, Any]]:
    if not any(media_type == "application/json" for media_type in known.media_types):
        return
    names = {name for base in known.bodies if isinstance(base, dict) for name in base} | set(known.members)
    for value in IN_BODIES:
        yield _right(known, rng) | {"body": copy.deepcopy(value), "media_type": "application/json"}
        for name in sorted(names):
            right = _right(known, rng)
            if isinstance(right.get("body"), dict):
                _put(right["body"], name, copy.deepcopy(value), rng)
                yield right


def _put(body: dict[str, Any], name: str, value: Any, rng: random.Random) -> None:
    inner = body.get(name)
    if isinstance(inner, list) and inner and rng.random() < 0.5:
        at = rng.randrange(len(inner))
        if isinstance(inner[at], dict) and inner[at]:
            inner[at][rng.choice(sorted(inner[at]))] = value
        else:
            inner[at] = value
    elif isinstance(inner, dict) and inner and rng.random() < 0.5:
        inner[rng.choice(sorted(inner))] = value
    else:
        body[name] = value


def _in_queries(known: Known, rng: random.Random) -> Iterator[dict[str, Any]]:
    names = [each["name"] for each in known.description.get("parameters", []) if each["in"] == "query"]
    for name in names:
        for value in IN_ADDRESSES:
            other = rng.choice(names)
            words = {other: rng.choice(WORDS[other])} if WORDS.get(other) and rng.random() < 0.3 else {}
            yield _right(known, rng) | {"query": {**words, name: value}}


def _in_paths(known: Known, rng: random.Random) -> Iterator[dict[str, Any]]:
    for each in known.description.get("parameters", []):
        if each["in"] == "path":
            for value in IN_ADDRESSES:
                right = _right(known, rng)
                right["path_parameters"] |= {each["name"]: value or "."}
                yield right

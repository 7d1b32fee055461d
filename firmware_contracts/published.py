"""Examples that were published decode for ever: each is named with the hashes of its bytes and of what comes of it.

`published.json` beside the examples holds name -> [SHA-256 of the payload, SHA-256 of the expectation]. Adding is fine;
changing or removing one would make a terminal that was built yesterday wrong today.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

LISTS = ("cases", "acks", "commands", "configs")
UNJUDGED = {"note", "payload"}  # words for people may be mended; the payload has a hash of its own

Published = dict[str, list[str]]
Case = Mapping[str, Any]


class PublishedChangedError(ValueError):
    """A published example is gone, or says something else now."""


def published_of(document: Mapping[str, Any], payload_of: Callable[[Case], bytes]) -> Published:
    """Return the hashes of all examples of a document, by name.

    Raises:
        ValueError: Two examples bear one name.
    """
    published: Published = {}
    for case in _cases(document):
        if case["name"] in published:
            raise ValueError(f"expected each example once, got {case['name']} again")
        published[case["name"]] = [_sha256(payload_of(case)), _sha256(_expectation(case, document))]
    return published


def changed(known: Published, now: Published) -> list[str]:
    """Return what became of published examples that are not what they were, in words."""
    gone = [f"{name} is gone" for name in known if name not in now]
    parts = ("payload", "expectation")
    return gone + [
        f"the {part} of {name} is another"
        for name, hashes in known.items()
        for part, before, after in zip(parts, hashes, now.get(name, hashes), strict=True)
        if before != after
    ]


def with_new(known: Published, document: Mapping[str, Any], payload_of: Callable[[Case], bytes]) -> Published:
    """Return the published examples with those added that are new.

    Raises:
        PublishedChangedError: A published one has changed or is gone.
    """
    now = published_of(document, payload_of)
    if complaints := changed(known, now):
        raise PublishedChangedError("; ".join(complaints))
    return known | {name: hashes for name, hashes in now.items() if name not in known}


def _cases(document: Mapping[str, Any]) -> Iterator[Case]:
    for name in LISTS:
        yield from document[name]


def _expectation(case: Case, document: Mapping[str, Any]) -> bytes:
    """Return what must come of a case, in one spelling, with the moment that it counts as received at."""
    expected = {name: value for name, value in case.items() if name not in UNJUDGED}
    expected["received_at_ms"] = document["received_at_ms"]
    return json.dumps(expected, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""What a check is: a sentence of the contract, how grave a breach is, what it needs, and how breaches are found.

The checks themselves stand in `checks/`, one table for each part of the contract; a new check is a new row there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from simulators.conform.observed import Log, Message

Severity = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach.

    Attributes:
        message: The message that shows it, None where none does.
        en: What was expected and what came.
        zh: The same in Chinese.
        offending: The bytes, cut out where they can be; empty for those of the whole message.
    """

    message: Message | None
    en: str
    zh: str
    offending: bytes = b""


Find = Callable[[Log], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a terminal is held to.

    Attributes:
        id: Its name; never changes.
        severity: Whether a breach alone makes the terminal not conform.
        needs: Keys of `needs.NEEDS`: without them it is not tried.
        part: Key of `contract_pages.PAGES`: where the contract says it.
        en: The sentence of the contract.
        zh: The same in Chinese.
        find: Yields every breach in a log.
    """

    id: str
    severity: Severity
    needs: tuple[str, ...]
    part: str
    en: str
    zh: str
    find: Find

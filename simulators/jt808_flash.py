"""What a JT/T 808 terminal keeps of its positions until they are answered: flash, and the line of those to be sent."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable


class Flash:
    """Positions by their number, which counts from 1; the oldest go first, and make room where it is full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._number = 0
        self._bodies: OrderedDict[int, bytes] = OrderedDict()
        self._waiting: deque[int] = deque()  # not in flight, the oldest first

    def __len__(self) -> int:
        return len(self._bodies)

    @property
    def is_waiting(self) -> bool:
        """Return whether something is to be sent."""
        return bool(self._waiting)

    def bodies(self) -> list[bytes]:
        """Return every position held, the oldest first."""
        return list(self._bodies.values())

    def store(self, body: bytes) -> bool:
        """Store a position; return whether the oldest was overwritten for it."""
        is_full = len(self._bodies) >= self._most
        if is_full:
            oldest, _ = self._bodies.popitem(last=False)
            if self._waiting and self._waiting[0] == oldest:  # else it is in flight
                self._waiting.popleft()
        self._number += 1
        self._bodies[self._number] = body
        self._waiting.append(self._number)
        return is_full

    def launch(self, most: int) -> dict[int, bytes]:
        """Return the next positions to be sent, by number; they wait no more."""
        numbers = [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]
        return {number: self._bodies[number] for number in numbers}

    def give_back(self, numbers: Iterable[int]) -> None:
        """Put positions that were in flight back in line, the oldest first."""
        returned = [number for number in numbers if number in self._bodies]
        if returned:
            self._waiting = deque(sorted({*returned, *self._waiting}))

    def forget(self, numbers: Iterable[int]) -> int:
        """Forget positions that are kept elsewhere; return how many were still here."""
        return sum(self._bodies.pop(number, None) is not None for number in numbers)

    def restart(self) -> None:
        """Lose the memory of what is in flight."""
        self._waiting = deque(self._bodies)

"""What is asked of a judging of the past, and what it changes: findings before and after, compared. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules_engine.event import Event
from storage.history import NEVER_MS, TRIP, Finding


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be judged again.

    Attributes:
        from_ms: Judging begins at the last checkpoint before; None is each truck's first row.
        to_ms: Only what begins before this changes; None: all that follows.
        kinds: Only events of these kinds change; None: all, and trips.
        is_dry: Nothing is written.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    kinds: frozenset[str] | None = None
    is_dry: bool = False

    @property
    def is_whole(self) -> bool:
        """Return whether everything from a checkpoint on is replaced."""
        return self.to_ms is None and self.kinds is None

    def concerns(self, finding: Finding) -> bool:
        """Return whether the change of a finding was asked for."""
        if self.is_whole:
            return True
        if self.kinds is not None and finding.kind not in self.kinds:
            return False
        after = self.from_ms is None or finding.start_ms >= self.from_ms
        return after and (self.to_ms is None or finding.start_ms < self.to_ms)


@dataclass(frozen=True, slots=True)
class Change:
    """What the world in force makes of a finding.

    Attributes:
        before: As it is stored, None where it would appear.
        after: As it was found, None where it would vanish.
        is_left: It is under way where a part ends, and stays as it is.
        vehicle_no: The truck.
    """

    before: Finding | None
    after: Finding | None
    is_left: bool = False
    vehicle_no: int = 0

    @property
    def finding(self) -> Finding:
        """Return it as it will be, or was."""
        finding = self.after or self.before
        assert finding is not None  # noqa: S101 - one of them is given
        return finding

    @property
    def is_none(self) -> bool:
        """Return whether it is found as it is stored."""
        return self.before is not None and self.after is not None and self.before.content == self.after.content

    @property
    def becomes(self) -> str:
        """Return the word for it."""
        if self.before is None:
            return "appears"
        return "vanishes" if self.after is None else "changes"


def changes_between(
    stored: list[Finding], found: list[Finding], asked: Asked, *, newest_ms: int, agrees: bool
) -> list[Change]:
    """Return what one truck's new judgement changes, of what was asked for, in order.

    Args:
        stored: What is stored of the stretch that was judged.
        found: What was found in it.
        asked: What is asked for.
        newest_ms: How far a part changes anything.
        agrees: Whether the carry was as stored where judging ended.
    """
    before, after = ({each.name: each for each in findings} for findings in (stored, found))
    newest_ms = NEVER_MS if asked.is_whole else newest_ms
    changes = []
    for name in before.keys() | after.keys():
        change = Change(before.get(name), after.get(name))
        if not asked.concerns(change.finding) or change.is_none:
            continue
        told_last_ms = max(each.told_ms[1] for each in (change.before, change.after) if each)
        if agrees and change.finding.kind == TRIP and told_last_ms > newest_ms:
            continue  # the carry agrees, so the trip that goes on after it is the same
        changes.append(replace(change, is_left=told_last_ms > newest_ms))
    return sorted(changes, key=lambda change: (change.finding.start_ms, change.finding.kind))


def keep_evidence(events: list[Event], stored: list[Finding], changes: list[Change]) -> None:
    """Let events that are found as they are stored keep the words in which they are stored: which world they were
    found by is no reason to tell every reader that they changed.
    """
    changed = {change.finding.name for change in changes}
    same = {each.name: each.document for each in stored if each.kind != TRIP and each.name not in changed}
    for event in events:
        document = same.get(event.event_id)
        if document is not None:
            event.opening = document["opening"]
            event.closing = event.closing and document["closing"]

"""The platform of one terminal, for a trial: walks through the script and answers as each step says. Pure.

    hear(content) ──> what to send down        tick(now_ms) ──> what to send down

What a step leaves unnamed is named when it has ended, so that no step spoils the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from firmware_contracts import commit_ack, config
from firmware_contracts.commit_ack import MAX_RANGES, CommitAck, Refused
from firmware_contracts.errors import ContractError, RejectReason
from simulators.conform.observed import Content, Key, StepMark
from simulators.conform.script import ORDERS, Step, own_defaults
from simulators.conform.timing import Timing

OURS = "conform-"  # ids of orders begin with it
UNREADABLE_ACKS = (b'{"v":1,"acks":[{"epoch":', b"\xff\x00", b'{"v":1,"acks":"none"}')


@dataclass(frozen=True, slots=True)
class Down:
    """One message to the terminal: the last part of its topic and its payload."""

    channel: str
    payload: bytes
    retain: bool = False


class Bench:
    """A trial's course.

    Attributes:
        marks: The steps that have ended.
        ended: The script is through.
        earlier_config: Settings that were retained before the trial; they come back after it.
    """

    def __init__(self, steps: Sequence[Step], timing: Timing, now_ms: int, earlier_config: bytes = b"") -> None:
        """Begin with the first step at `now_ms`."""
        self.marks: list[StepMark] = []
        self.ended = False
        self.earlier_config = earlier_config
        self._steps = list(steps)
        self._timing = timing
        self._name = f"{OURS}{now_ms}"
        self._at = 0
        self._settling = False
        self._began_ms = now_ms
        self._ids: dict[str, str] = {}
        self._sent: dict[str, bytes] = {}
        self._sends = list(steps[0].sends)
        self._unnamed: dict[Key, None] = {}
        self._last_ack: CommitAck | None = None
        self._refused: set[bytes] = set()
        self._refused_keys: set[Key] = set()
        self._refused_alone = False

    @property
    def step(self) -> Step:
        """The step that runs, or whose pause does."""
        return self._steps[min(self._at, len(self._steps) - 1)]

    @property
    def spent_s(self) -> float:
        """How much of the script has passed, in whole steps and pauses. [s]"""
        before = sum(step.seconds(self._timing) for step in self._steps[: self._at])
        return before + (float(getattr(self._timing, self.step.length)) if self._settling else 0.0)

    @property
    def cuts_link(self) -> bool:
        """Whether the link is to be broken now."""
        return self.step.needs_proxy and not self._settling and not self.ended

    @property
    def asks_for(self) -> str:
        """What somebody at the box is to do now: the step's name, empty for nothing."""
        return self.step.name if self.step.needs_hands and not self._settling and not self.ended else ""

    def hear(self, content: Content) -> list[Down]:
        """Answer what the terminal sent."""
        if content.message.payload in self._refused:
            return [_refusal(content)]
        if not content.records:
            return at_once(content)
        return POLICIES["all" if self._settling else self.step.policy](self, content)

    def tick(self, now_ms: int) -> list[Down]:
        """Go on with the script."""
        if self.ended:
            return []
        spent_s = (now_ms - self._began_ms) / 1000
        length_s = float(getattr(self._timing, self.step.settle if self._settling else self.step.length))
        if spent_s >= length_s:
            return self._next(now_ms)
        due = [purpose for share, purpose in self._sends if share * length_s <= spent_s and not self._settling]
        self._sends = self._sends[len(due) :]
        return [self._order(purpose, now_ms) for purpose in due]

    def _next(self, now_ms: int) -> list[Down]:
        self._settling = not self._settling
        if self._settling:
            self.marks.append(StepMark(self.step.name, self._began_ms, now_ms, dict(self._ids)))
            self._began_ms = now_ms
            return [*self._release(), *(self._restore(now_ms) if self.step.name == "config" else ())]
        self._began_ms, self._ids = now_ms, {}
        self._at += 1
        self.ended = self._at >= len(self._steps)
        self._sends = [] if self.ended else list(self.step.sends)
        return []

    def _order(self, purpose: str, now_ms: int) -> Down:
        """Return an order; one that was sent before goes out again as it was."""
        order = ORDERS[purpose]
        name = f"{self._name}-{purpose}"
        self._ids[purpose] = name
        payload = self._sent.setdefault(purpose, order.payload(name, now_ms, self._timing))
        return Down(order.channel, payload, order.retain)

    def _restore(self, now_ms: int) -> list[Down]:
        self.marks[-1].ids["restore"] = f"{self._name}-restore"
        return self.restored(now_ms)

    def restored(self, now_ms: int) -> list[Down]:
        """Take the trial's settings back; nothing of them stays with the broker."""
        if self.earlier_config:
            return [Down("config", self.earlier_config, retain=True)]
        name = f"{self._name}-restore"
        return [Down("config", own_defaults(name, now_ms), retain=True), Down("config", b"", retain=True)]

    def _release(self) -> list[Down]:
        keys, self._unnamed = list(self._unnamed), {}
        return [Down("ack", commit_ack.encode(ack)) for ack in acks_of(keys)]

    def _name_all(self, content: Content) -> list[Down]:
        acks = list(acks_of(content.keys))
        self._last_ack = acks[-1]
        return [Down("ack", commit_ack.encode(ack)) for ack in acks]

    def _name_none(self, content: Content) -> list[Down]:
        self._unnamed.update(dict.fromkeys(content.keys))
        return []

    def _name_even(self, content: Content) -> list[Down]:
        even = [key for key in content.keys if key[1] % 2 == 0]
        self._unnamed.update(dict.fromkeys(key for key in content.keys if key[1] % 2))
        return [Down("ack", commit_ack.encode(ack)) for ack in acks_of(even)]

    def _name_other_epoch(self, content: Content) -> list[Down]:
        self._unnamed.update(dict.fromkeys(content.keys))
        others = [(epoch - 1 if epoch > 1 else epoch + 1, seq) for epoch, seq in content.keys]
        return [Down("ack", commit_ack.encode(ack)) for ack in acks_of(others)]

    def _name_twice(self, content: Content) -> list[Down]:
        before = [self._last_ack] if self._last_ack is not None else []
        sound = [commit_ack.encode(ack) for ack in (*acks_of(content.keys), *before)]
        return [Down("ack", payload) for payload in (*sound, *UNREADABLE_ACKS, *sound)]

    def _refuse(self, content: Content) -> list[Down]:
        """Refuse one message, of several records where one comes in time, and then one of its records alone."""
        several = len(content.keys) > 1
        again = bool(self._refused_keys & set(content.keys))
        waited_s = (content.message.at_ms - self._began_ms) / 1000
        first = not self._refused and (several or waited_s > self._timing.refuse_s / 4)
        alone = not self._refused_alone and not several and again
        if not first and not alone:
            return self._name_all(content)
        self._refused.add(content.message.payload)
        self._refused_keys |= set(content.keys)
        self._refused_alone = not several
        return [_refusal(content)]


def is_of_a_trial(settings: bytes) -> bool:
    """Return whether retained settings were left behind by a trial that was killed: they are nobody's to get back."""
    try:
        return config.decode(settings).id.startswith(OURS)
    except ContractError:
        return False


Policy = Callable[[Bench, Content], list[Down]]
POLICIES: dict[str, Policy] = {
    "all": Bench._name_all,
    "none": Bench._name_none,
    "even": Bench._name_even,
    "other_epoch": Bench._name_other_epoch,
    "twice": Bench._name_twice,
    "refuse": Bench._refuse,
}


def at_once(content: Content) -> list[Down]:
    """Answer as a platform does that commits everything it can read."""
    has_records = content.topic is not None and content.topic.channel in {"report", "event"}
    if content.unreadable:
        return [_refusal(content)] if has_records else []
    return [Down("ack", commit_ack.encode(ack)) for ack in acks_of(content.keys)]


def _refusal(content: Content) -> Down:
    reason = content.rejected[0].reason if content.rejected else RejectReason.CONFLICT
    seq = content.keys[0][1] if content.keys else None
    return Down("ack", commit_ack.encode(CommitAck(refused=[Refused(content.checksum, reason, seq)])))


def acks_of(keys: Iterable[Key]) -> Iterable[CommitAck]:
    """Yield acknowledgements that name records, each with at most `MAX_RANGES` ranges."""
    runs: list[tuple[int, int, int]] = []
    for epoch, seq in sorted(set(keys)):
        if runs and runs[-1][0] == epoch and runs[-1][2] == seq - 1:
            runs[-1] = (epoch, runs[-1][1], seq)
        else:
            runs.append((epoch, seq, seq))
    for at in range(0, len(runs), MAX_RANGES):
        ack = CommitAck()
        for epoch, first, last in runs[at : at + MAX_RANGES]:
            ack.ranges.setdefault(epoch, []).append((first, last))
        yield ack

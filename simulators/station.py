"""A terminal where it stands: its store-and-forward part, its cab, its clock, its luck, and the topics it uses."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.cab import Cab
from simulators.clocks import ClockFault
from simulators.jt808_terminal import Jt808Terminal
from simulators.reception import Reception
from simulators.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Station:
    """One terminal and its luck.

    Attributes:
        device: Its id.
        kind: What it is: truck, washer or gate.
        terminal: Its store-and-forward part.
        reception: What its link lives through.
        state_topic: Where it says that it is there.
        ack_topic: Where the platform answers.
        cab: What it does with commands and settings.
        clock: What is wrong with its clock, None for nothing.
        jt808: It speaks JT/T 808: what stands in the place of `terminal` then, which stays empty.
    """

    device: str
    kind: str
    terminal: Terminal
    reception: Reception
    state_topic: str
    ack_topic: str
    cab: Cab = field(default_factory=Cab)
    clock: ClockFault | None = None
    jt808: Jt808Terminal | None = None

    @property
    def down_filter(self) -> str:
        """Return what it subscribes to: acknowledgements, commands and settings."""
        return self.ack_topic.removesuffix("ack") + "#"

    @property
    def reply_topic(self) -> str:
        """Return where it answers commands and settings."""
        return self.state_topic.replace("/up/state/", "/up/reply/")

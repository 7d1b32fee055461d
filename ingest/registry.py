"""Who a topic or a plate names in the world in force. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware_contracts.errors import RejectReason
from firmware_contracts.plates import PlateIndex
from firmware_contracts.reading import DeviceEvent
from firmware_contracts.topics import Topic
from rules_engine.world import World

NONE = -1


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a topic names.

    Attributes:
        topic: The topic.
        terminal: Row of the terminal in the world, -1 where it is not registered.
        refused: Why nothing of it is accepted, None where it is.
        detail: The same in words.
    """

    topic: Topic
    terminal: int
    refused: RejectReason | None = None
    detail: str = ""


class Registry:
    """The look-ups of one world.

    Attributes:
        world: The world in force.
        terminal_no: The database's number of each terminal, shape (T,).
        vehicle_no: The database's number of each truck, shape (V,).
        senders: Who each topic met so far names, K of them.
        terminal: Terminal of each, -1 for none, shape (K,).
        welcome: Whether its records are accepted, shape (K,).
        answered_as: The first topic of the same terminal, whichever its channel and encoding, shape (K,).
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.terminal_no = world.terminals.terminal_no.astype(np.int32)
        self.vehicle_no = world.vehicle_no.astype(np.int32)
        self._plates = PlateIndex.of(world.plates, world.tags)
        self._refused: frozenset[str] = frozenset()
        self._start_over([])

    def learn(self, topics: list[Topic]) -> None:
        """Look up the topics that are new: the decoder's list only grows until it begins a new one."""
        if topics is not self._topics:
            self._start_over(topics)
        if len(topics) == len(self.senders):
            return
        self.senders += [self._sender(topic) for topic in topics[len(self.senders) :]]
        first: dict[tuple[str, str, str], int] = {}
        names = ((topic.region, topic.kind, topic.device) for topic in topics)
        self.answered_as = np.array([first.setdefault(name, n) for n, name in enumerate(names)], np.int64)
        self.terminal = np.array([sender.terminal for sender in self.senders], np.int32)
        self.welcome = np.array([sender.refused is None for sender in self.senders], np.bool_)

    def refuse(self, terminals: frozenset[str]) -> None:
        """Accept nothing more of terminals, although the world in force still calls them active."""
        if terminals == self._refused:
            return
        self._refused = terminals
        self._start_over(self._topics)  # learn looks them all up anew: 10 ms in a city, at a suspension

    def vehicle_of_event(self, event: DeviceEvent, terminal: int) -> int:
        """Return the truck an event is about, -1 for none: by plate or tag as read, else the one the terminal is in."""
        tag = event.body.get("tag")
        if event.plate is not None or tag is not None:
            return self._plates.row(event.plate, tag)
        return int(self.world.vehicle_of(np.array([terminal]), np.array([event.time_ms]))[0])

    def _start_over(self, topics: list[Topic]) -> None:
        self._topics = topics
        self.senders: list[Sender] = []
        self.terminal = np.empty(0, np.int32)
        self.welcome = np.empty(0, np.bool_)
        self.answered_as = np.empty(0, np.int64)

    def _sender(self, topic: Topic) -> Sender:
        terminals = self.world.terminals
        row = terminals.terminal_rows.get(topic.device, NONE)
        if row == NONE or terminals.kinds[row] != topic.kind:
            detail = f"expected a registered {topic.kind}, got {topic.device}"
            return Sender(topic, NONE, RejectReason.UNKNOWN_DEVICE, detail)
        region = terminals.regions[row]
        if region is not None and region != topic.region:
            detail = f"expected {topic.device} in region {region}, got {topic.region}"
            return Sender(topic, NONE, RejectReason.UNKNOWN_DEVICE, detail)
        if not terminals.active[row] or topic.device in self._refused:
            detail = f"expected an active terminal, got {topic.device}, which is not"
            return Sender(topic, row, RejectReason.SUSPENDED_DEVICE, detail)
        return Sender(topic, row)

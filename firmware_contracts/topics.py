"""Topics of contract v1: what they look like, and which terminal each message of a block came from.

    muck/v1/{region}/{kind}/{device}/up/{channel}/{encoding}      terminal to platform
    muck/v1/{region}/{kind}/{device}/down/{channel}               platform to terminal
    muck/v1/{region}/alerts/{kind}                                platform to other systems

How the topics of a whole block are looked up stands in `topic_table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmware_contracts.errors import TopicError

PREFIX = "muck/v1"
KINDS = ("truck", "washer", "gate")
UP_ENCODINGS: dict[str, tuple[str, ...]] = {
    "report": ("json", "nmea", "bin"),
    "event": ("json",),
    "state": ("json",),
    "reply": ("json",),
}
DOWN_CHANNELS = ("ack", "command", "config")
MAX_TOPIC_BYTES = 80  # the longest that the grammar allows is 73, rounded up to whole words

_TERMINAL = r"muck/v1/(?P<region>[0-9]{6})/(?P<kind>truck|washer|gate)/(?P<device>[A-Za-z0-9-]{1,32})"
_UP = re.compile(_TERMINAL + r"/up/(?P<channel>[a-z]+)/(?P<encoding>[a-z]+)")
_REGION = re.compile(r"[0-9]{6}")
_ALERT_KIND = re.compile(r"[a-z][a-z0-9_]{0,40}")
_DOWN = re.compile(_TERMINAL + r"/down/(?P<channel>[a-z]+)")


@dataclass(frozen=True, slots=True)
class Topic:
    """An up topic taken apart.

    Attributes:
        region: Six-digit administrative code.
        kind: One of `KINDS`.
        device: The terminal, equal to its MQTT user name.
        channel: A key of `UP_ENCODINGS`.
        encoding: How the payload is written.
    """

    region: str
    kind: str
    device: str
    channel: str
    encoding: str

    def __str__(self) -> str:
        return f"{PREFIX}/{self.region}/{self.kind}/{self.device}/up/{self.channel}/{self.encoding}"


@dataclass(frozen=True, slots=True)
class DownTopic:
    """A down topic taken apart; `channel` is one of `DOWN_CHANNELS`."""

    region: str
    kind: str
    device: str
    channel: str

    def __str__(self) -> str:
        return f"{PREFIX}/{self.region}/{self.kind}/{self.device}/down/{self.channel}"


def parse_topic(topic: bytes | str) -> Topic:
    """Return an up topic's parts.

    Raises:
        TopicError: It is not an up topic of contract v1.
    """
    text = topic if isinstance(topic, str) else topic.decode("utf-8", "backslashreplace")
    match = _UP.fullmatch(text)
    if match is None:
        raise TopicError(f"expected {PREFIX}/REGION/KIND/DEVICE/up/CHANNEL/ENCODING, got {text[:MAX_TOPIC_BYTES]!r}")
    if match["encoding"] not in UP_ENCODINGS.get(match["channel"], ()):
        raise TopicError(f"no encoding {match['encoding']!r} of a channel {match['channel']!r} in contract v1")
    return Topic(**match.groupdict())


def parse_down_topic(topic: bytes | str) -> DownTopic:
    """Return a down topic's parts.

    Raises:
        TopicError: It is not a down topic of contract v1.
    """
    text = topic if isinstance(topic, str) else topic.decode("utf-8", "backslashreplace")
    match = _DOWN.fullmatch(text)
    if match is None or match["channel"] not in DOWN_CHANNELS:
        raise TopicError(f"expected {PREFIX}/REGION/KIND/DEVICE/down/CHANNEL, got {text[:MAX_TOPIC_BYTES]!r}")
    return DownTopic(**match.groupdict())


def down_topic(sender: Topic, channel: str) -> str:
    """Return the topic on which the sender of an up message is answered."""
    return str(DownTopic(sender.region, sender.kind, sender.device, channel))


def alert_topic(region: str, kind: str) -> str:
    """Return the topic on which other systems are told of events and cases of a kind.

    Its fourth level is `alerts`, which is no kind of terminal: no filter or grant of terminals' topics covers it.
    """
    if _REGION.fullmatch(region) is None or _ALERT_KIND.fullmatch(kind) is None:
        raise TopicError(f"expected a region of six digits and a kind in snake case, got {region!r} and {kind!r}")
    return f"{PREFIX}/{region}/alerts/{kind}"


def up_filter(region: str = "+") -> str:
    """Return the subscription filter of everything that a region's terminals send."""
    return f"{PREFIX}/{region}/+/+/up/#"

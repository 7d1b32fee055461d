"""Which phone number is which device: read from the registry's terminals whose `protocol` is `jt808`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_contracts.jt808.header import normal_phone
from firmware_contracts.jt808.vendor import VendorMapping
from firmware_contracts.topics import DownTopic, Topic, parse_down_topic

PROTOCOL = "jt808"
DEFAULT_VENDOR = "default"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A terminal that may speak.

    Attributes:
        phone: Its number, as headers give it.
        device: Its name in the registry and in topics.
        region: Its six-digit administrative code.
        mapping: What its vendor's words mean.
        maker_id: The id that it must register with, None for any: a phone number alone is no secret.
    """

    phone: str
    device: str
    region: str
    mapping: VendorMapping = field(repr=False)
    maker_id: str | None = None

    def up_topic(self, channel: str, encoding: str) -> bytes:
        """Return a topic that it publishes on."""
        return str(Topic(self.region, "truck", self.device, channel, encoding)).encode()

    @property
    def down_filter(self) -> bytes:
        """Return the filter of everything said to it."""
        return str(DownTopic(self.region, "truck", self.device, "+")).encode()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Everyone who may speak, at one time.

    Attributes:
        by_phone: The terminals in service.
        suspended: Phones that are registered and may not speak.
        problems: Terminals that could not be taken in, in words.
    """

    by_phone: Mapping[str, Enrolled] = field(default_factory=dict)
    suspended: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, terminals: Iterable[Mapping[str, Any]], mappings: Mapping[str, VendorMapping], region: str = ""
    ) -> Enrolment:
        """Return the enrolment that the registry's terminals make.

        Args:
            terminals: Documents of terminals; those of other protocols are passed over.
            mappings: Vendors' mappings by name; `default` is among them.
            region: Of terminals whose document names none.
        """
        by_phone: dict[str, Enrolled] = {}
        suspended: set[str] = set()
        problems: list[str] = []
        # Who is in service first: a card may be in another box than the one it was suspended or revoked with.
        for document in sorted(terminals, key=lambda document: document.get("status", "active") != "active"):
            if document.get("protocol") != PROTOCOL:
                continue
            try:
                enrolled = _enrolled({"region": region, **document}, mappings, problems)
            except ValueError as error:
                problems.append(f"{document.get('terminal_id')}: {error}")
                continue
            if enrolled.phone in by_phone or enrolled.phone in suspended:
                problems.append(f"{enrolled.device}: expected a phone of its own, got {enrolled.phone} again")
            elif document.get("status", "active") == "active":
                by_phone[enrolled.phone] = enrolled
            else:
                suspended.add(enrolled.phone)
        return cls(by_phone, frozenset(suspended), tuple(problems))


def _enrolled(document: Mapping[str, Any], mappings: Mapping[str, VendorMapping], problems: list[str]) -> Enrolled:
    if document.get("kind", "truck") != "truck":
        raise ValueError(f"expected a truck's terminal, got one of a {document['kind']}")
    phone, device, region = normal_phone(str(document.get("phone"))), document["terminal_id"], document["region"]
    parse_down_topic(str(DownTopic(region or "none", "truck", device, "ack")))  # a ContractError is a ValueError
    vendor = document.get("vendor") or DEFAULT_VENDOR
    if vendor not in mappings:
        # Its positions are worth having; only its vendor's own words are not understood.
        problems.append(f"{device}: expected a vendor among {', '.join(sorted(mappings))}, got {vendor}; default taken")
        vendor = DEFAULT_VENDOR
    return Enrolled(phone, device, region, mappings[vendor], document.get("maker_id"))

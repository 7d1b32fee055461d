"""One row of the message tables: the record of a message and its layout by edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from firmware_contracts.jt808.header import Version
from firmware_contracts.jt808.wire import Layout, read_layout, write_layout


@dataclass(frozen=True, slots=True)
class MessageKind:
    """How one message is read and written.

    Attributes:
        record: The dataclass.
        layout: Fields in order, as of 2013.
        layout_2011: Where 2011 differs.
        layout_2019: Where 2019 differs.
        is_2011: Whether a body without the 2019 header is of 2011; the record has a field `version` for the answer.
    """

    record: type
    layout: Layout
    layout_2011: Layout | None = None
    layout_2019: Layout | None = None
    is_2011: Callable[[bytes], bool] | None = None

    def layout_of(self, version: Version) -> Layout:
        """Return the fields of an edition."""
        if version is Version.V2019:
            return self.layout if self.layout_2019 is None else self.layout_2019
        return self.layout if version is not Version.V2011 or self.layout_2011 is None else self.layout_2011

    def read(self, body: bytes, version: Version) -> Any:
        """Return the record of a body.

        Raises:
            ContractError: The body is none.
        """
        if version is Version.V2013 and self.is_2011 is not None and self.is_2011(body):
            version = Version.V2011
        values = read_layout(self.layout_of(version), body)
        if self.is_2011 is not None:
            values["version"] = version
        return self.record(**values)

    def write(self, record: object, version: Version) -> bytes:
        """Return the body of a record.

        Raises:
            ValueError: A value does not fit.
        """
        return write_layout(self.layout_of(version), record)

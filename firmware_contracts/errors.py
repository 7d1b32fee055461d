"""What can be wrong with bytes that a terminal sent, as one tree of exceptions and one list of reasons.

    ContractError            their fault: bytes that break the contract
    ├── TopicError           the topic is not one of contract v1
    ├── MessageError         the whole message cannot be read
    └── RecordError          one record of a readable message breaks the contract

Each carries a `RejectReason`, which is stored and counted, and a detail for people. A wrong value on our own side is
no ContractError: encoders raise ValueError.
"""

from __future__ import annotations

from enum import StrEnum


class RejectReason(StrEnum):
    """Why a message or record was rejected; the value is stored, counted and told to the terminal."""

    BAD_TOPIC = "bad_topic"
    BAD_SIZE = "bad_size"
    TOO_LARGE = "too_large"
    BAD_CHECKSUM = "bad_checksum"
    BAD_VERSION = "bad_version"
    BAD_JSON = "bad_json"
    BAD_UTF8 = "bad_utf8"
    NUL_BYTE = "nul_byte"
    BAD_SENTENCE = "bad_sentence"
    MISSING_FIELD = "missing_field"
    DUPLICATE_FIELD = "duplicate_field"
    BAD_TYPE = "bad_type"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    DEVICE_MISMATCH = "device_mismatch"
    TIME_PAST = "time_past"
    TIME_FUTURE = "time_future"
    NO_IDENTITY = "no_identity"
    # The following are found behind the codec, by the registry and the database.
    UNKNOWN_DEVICE = "unknown_device"
    UNASSIGNED_TERMINAL = "unassigned_terminal"
    SUSPENDED_DEVICE = "suspended_device"
    CONFLICT = "conflict"
    REFUSED_BY_DATABASE = "refused_by_database"


class ContractError(ValueError):
    """Bytes that break the contract; says which rule and what came instead.

    Attributes:
        reason: The rule that was broken.
        detail: What was expected and what came, for people.
    """

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TopicError(ContractError):
    """A topic that contract v1 does not know."""

    def __init__(self, detail: str) -> None:
        super().__init__(RejectReason.BAD_TOPIC, detail)


class MessageError(ContractError):
    """A message of which nothing can be read."""


class RecordError(ContractError):
    """One record that breaks the contract while its neighbours may be sound."""

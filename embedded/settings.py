"""What an operator may set about the servers embedded in a checkout; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """Settings of the embedded TimescaleDB and Mosquitto.

    Attributes:
        home: Everything the embedded servers write: built extension, database cluster, broker state, logs, run files.
        database_port: TCP port of the embedded database; 0 picks a free one and keeps it.
        broker_port: Likewise of the embedded broker.
    """

    home: Path = Path(".muckline")
    database_port: int = 0
    broker_port: int = 0

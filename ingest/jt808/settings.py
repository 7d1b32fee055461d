"""What an operator may set about the bridge; `muckline/settings.py` reads it, `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """Settings of `muckline bridge jt808`.

    Attributes:
        host: Address that terminals connect to.
        port: Its port; 0 picks a free one.
        secret_file: Its first line makes the authentication codes; None keeps one in the home folder.
        vendors_folder: Vendor mappings beside the packaged ones; a file of the same name goes before.
        region: Of terminals whose document names none.
        max_connections: Most terminals connected at once.
        hello_s: A connection that has not authenticated by then is ended. [s]
        idle_s: A terminal that was not heard for so long is gone. [s]
        metrics_host: Where Prometheus counters are served.
        metrics_port: Port for them; 0 picks a free one.
    """

    host: str = "127.0.0.1"
    port: int = 8808
    secret_file: Path | None = None
    vendors_folder: Path | None = None
    region: str = ""
    max_connections: int = 10_000
    hello_s: int = 30
    idle_s: int = 300
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9465

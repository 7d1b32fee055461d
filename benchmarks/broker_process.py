"""A Mosquitto of a benchmark's own, with settings of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware_contracts.transport import BrokerAddress


@contextmanager
def broker_process(folder: Path, lines: str, core: int | None = None) -> Iterator[BrokerAddress]:
    """Yield the address of a broker without persistence, ended afterwards.

    Args:
        folder: Where its configuration goes.
        lines: Configuration beside the listener.
        core: Processor that it stays on, None for any.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_type error\n{lines}")
    command = ["mosquitto", "-c", str(config)]
    process = subprocess.Popen(command if core is None else ["taskset", "-c", str(core), *command])
    try:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield BrokerAddress(port=port)
    finally:
        process.kill()
        process.wait()

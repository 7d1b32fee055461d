"""A real Mosquitto of a test's own, which can be killed and started again on the same port."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from admission.tls import client_context
from firmware_contracts.transport import BrokerAddress

QUEUES = "max_inflight_messages 0\nmax_queued_messages 0\n"


class MosquittoProcess:
    """One broker process; `lines` are its configuration beside listener, access and persistence."""

    def __init__(self, folder: Path, lines: str = QUEUES) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.address = BrokerAddress(port=self.port)
        self._config = folder / "mosquitto.conf"
        store = f"persistence true\npersistence_location {folder}/\n"
        access = f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\n"
        self._config.write_text(access + store + lines)
        self._log = folder / "mosquitto.log"
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(["mosquitto", "-v", "-c", str(self._config)], stdout=log, stderr=log)
        deadline_s = time.monotonic() + 10
        while time.monotonic() < deadline_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(self._log.read_text())

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it in order: what it holds is written to its file."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)

    def log(self) -> str:
        return self._log.read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


class Peer:
    """A plain MQTT client at the other end: publishes with the broker's word for it, and remembers what it received.

    Under the shipped configuration it may, by default, write what any device says; one that subscribes may read what
    trucks are told, and write for these alone.
    """

    def __init__(
        self,
        address: BrokerAddress,
        subscribe: str | None = None,
        *,
        version5: bool = False,
        name: str | None = None,
    ) -> None:
        name = name or ("muckline-replay" if subscribe is None else "muckline-bridge")
        version = MQTTProtocolVersion.MQTTv5 if version5 else MQTTProtocolVersion.MQTTv311
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=version)
        self.client.max_inflight_messages_set(0)
        self.received: list[MQTTMessage] = []
        subscribed = threading.Event()
        self.client.on_message = lambda _client, _data, message: self.received.append(message)
        self.client.on_connect = lambda client, *_: client.subscribe(subscribe, 1) if subscribe else subscribed.set()
        self.client.on_subscribe = lambda *_: subscribed.set()
        context = client_context(address.as_client(name))
        if context is not None:
            self.client.tls_set_context(context)
        self.client.connect(address.host, address.port)
        self.client.loop_start()
        assert subscribed.wait(10)

    def publish(self, topic: str, payloads: list[bytes], qos: int = 1, **options: Any) -> None:
        """Publish all, and wait until the broker has taken them."""
        infos = [self.client.publish(topic, payload, qos, **options) for payload in payloads]
        for info in infos:
            info.wait_for_publish(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

"""What ingest hears of messages that the broker dropped, whether before it came or while it listens."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from mosquitto_process import MosquittoProcess
from raw_mqtt import RawMqtt
from structlog.testing import capture_logs

from ingest.broker_watch import BrokerWatch
from ingest.metrics import IngestMetrics
from ingest.settings import IngestSettings

pytestmark = pytest.mark.services

QUICK = "sys_interval 1\nmax_queued_messages 10\nmax_inflight_messages 1\n"


def drop_some(broker: MosquittoProcess) -> None:
    with RawMqtt(broker.port, None, "sender") as sender:
        for _ in range(50):
            assert sender.publish("t", b"x") == 0, "and the publisher is told that all is well"


def until_dropped(watch: BrokerWatch, least: int) -> int:
    until_s = time.monotonic() + 10
    while (dropped := int(watch.figures.get("dropped", 0))) < least:
        assert time.monotonic() < until_s, watch.figures
        time.sleep(0.05)
    return dropped


def test_every_dropped_message_is_told_once(tmp_path: Path) -> None:
    with MosquittoProcess(tmp_path, QUICK) as broker:
        with RawMqtt(broker.port, None, "away", clean=False) as away:
            away.subscribe("t", qos=1)
        drop_some(broker)
        watch = BrokerWatch(broker.address, IngestSettings(), IngestMetrics())
        with capture_logs() as logs:
            watch.start()
            try:
                first = until_dropped(watch, 1)
                drop_some(broker)
                last = until_dropped(watch, first + 50)
            finally:
                watch.close()
        told = [line for line in logs if line["event"] == "broker_dropped"]
        assert sum(line["messages"] for line in told) == last == told[-1]["since_start"]
        assert {line["log_level"] for line in told} == {"error"}

"""What an operator may set about ingest; `muckline/settings.py` reads it, `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """Settings of `muckline ingest`.

    Attributes:
        client_id: Fixed MQTT client id: the broker keeps this session, and its unacknowledged messages, for us.
        regions: Six-digit administrative codes whose topics are read; empty reads every region.
        mqtt_version: Protocol spoken with the broker.
        window: Most messages the broker may leave unacknowledged with us (receive maximum; for 3.1.1 the broker's own
            max_inflight_messages rules).
        session_expiry_s: How long the broker keeps our session while we are away; the default is MQTT's "for ever". [s]
        keepalive_s: A silent peer is noticed after 1.5 times this. [s]
        flush_age_ms: A batch is written when its oldest message is this old. [ms]
        flush_fixes: ... or when it holds this many fixes.
        read_pause_ms: Pause between reads of the socket: one read then takes hundreds of messages. [ms]
        accept_past_days: Older fixes are rejected and kept with the reason. [d]
        accept_future_s: Fixes further ahead of our clock are rejected likewise. [s]
        page_within_s: Events found later than this after their start are listed but page nobody. [s]
        metrics_host: Where Prometheus counters are served.
        metrics_port: Port for them; 0 picks a free one.
    """

    client_id: str = "muckline-ingest"
    regions: tuple[str, ...] = ()
    mqtt_version: Literal["3.1.1", "5"] = "5"
    window: int = 20_000
    session_expiry_s: int = 0xFFFFFFFF
    keepalive_s: int = 15
    flush_age_ms: int = 100
    flush_fixes: int = 40_000
    read_pause_ms: int = 10
    accept_past_days: int = 60
    accept_future_s: int = 300
    page_within_s: int = 900
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9464

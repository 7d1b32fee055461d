"""What an operator may set about the background process; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """Settings of `muckline work`.

    Attributes:
        console_url: Where people open the console, for links in notices; empty leaves them out.
        region: Six-digit administrative code of alerts about what has no terminal.
        alerts: Whether alerts are published on MQTT.
        allowed_hosts: Hosts that webhooks, mail and JSON channels may speak to although they are not of the public
            internet, also without TLS.
        concurrency: Tasks of the queue done at the same time.
        keep_days: How long notices and ended deliveries are kept. [d]
    """

    console_url: str = ""
    region: str = "000000"
    alerts: bool = True
    allowed_hosts: tuple[str, ...] = ()
    concurrency: int = 8
    keep_days: int = 180

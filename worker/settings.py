"""What an operator may set about the background process; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from supervision.notices.robots import HOSTS


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """Settings of `muckline work`.

    Attributes:
        console_url: Where people open the console, for links in notices; empty leaves them out.
        region: Six-digit administrative code of alerts about what has no terminal.
        alerts: Whether alerts are published on MQTT.
        allowed_hosts: Hosts that webhooks, mail and JSON channels may speak to although they are not of the public
            internet, also without TLS.
        robot_hosts: Where robots of a private deployment are: by scheme, the beginning of their URL.
        concurrency: Tasks of the queue done at the same time.
        keep_days: How long notices and ended deliveries are kept. [d]
    """

    console_url: str = ""
    region: str = "000000"
    alerts: bool = True
    allowed_hosts: tuple[str, ...] = ()
    robot_hosts: dict[str, str] = field(default_factory=dict)
    concurrency: int = 8
    keep_days: int = 180

    def __post_init__(self) -> None:
        """Refuse hosts of robots that are none.

        Raises:
            ValueError: A scheme is not known, or its host is no beginning of a URL.
        """
        for scheme, host in self.robot_hosts.items():
            if scheme not in HOSTS or urlsplit(host).scheme not in ("https", "http") or not urlsplit(host).hostname:
                raise ValueError(f"expected one of {', '.join(HOSTS)} = https://HOST in robot_hosts, got {scheme}")

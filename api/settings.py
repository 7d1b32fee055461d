"""What an operator may set about the API; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from api.basemap_files import find_basemap


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of `muckline api`.

    Attributes:
        host: Address to listen on.
        port: TCP port; 0 picks a free one.
        pool_size: Database connections kept for requests.
        max_track_days: Longest time range of one track request. [d]
        trusted_proxies: Addresses and networks of proxies that are believed who asks and whether by TLS; none believes
            nobody.
        max_page: Most rows of one page.
        max_streams: Most event streams open at once.
        ready_lag_s: Ingest lag above which /readyz says not ready. [s]
        secret_file: Signs access tokens, at least 32 bytes; None keeps one in the embedded home folder.
        session_idle_hours: A session that is not used for this long ends. [h]
        session_days: Every session ends after this. [d]
        requests_per_minute: Most requests of one user.
        exports_per_minute: Most exports, evidence bundles and reports of one user.
        logins_per_minute: Most log-ins from one address, right ones included.
        basemap: Folder of the map's ground; None draws the registered roads.
        basemap_crs: Datum of that file.
        basemap_attribution: Shown with the map.
        basemap_approval_no: Likewise, its approval number.
        evidence_key_file: PEM of the Ed25519 key that signs evidence; None derives one from the API's secret.
    """

    host: str = "127.0.0.1"
    port: int = 8400
    pool_size: int = 4
    max_track_days: int = 31
    trusted_proxies: tuple[str, ...] = ()
    max_page: int = 1_000
    max_streams: int = 200
    ready_lag_s: int = 120
    secret_file: Path | None = None
    session_idle_hours: int = 12
    session_days: int = 7
    requests_per_minute: int = 3_000
    exports_per_minute: int = 60
    logins_per_minute: int = 60
    basemap: Path | None = None
    basemap_crs: Literal["wgs84", "gcj02"] = "wgs84"
    basemap_attribution: str = ""
    basemap_approval_no: str = ""
    evidence_key_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a folder without a base map, and proxies that are no addresses.

        Raises:
            ValueError: It holds none, or one is a name.
        """
        for proxy in self.trusted_proxies:
            ip_network(proxy)
        if self.basemap is not None:
            find_basemap(self.basemap)

"""What an operator may set about the API; `muckline.sample.toml` explains it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of `muckline api`.

    Attributes:
        host: Address to listen on; loopback until logins exist.
        port: TCP port; 0 picks a free one.
        pool_size: Database connections kept for requests.
        max_track_days: Longest time range of one track request. [d]
        max_page: Most rows of one page.
        max_streams: Most event streams open at once.
        ready_lag_s: Ingest lag above which /readyz says not ready. [s]
    """

    host: str = "127.0.0.1"
    port: int = 8400
    pool_size: int = 4
    max_track_days: int = 31
    max_page: int = 1_000
    max_streams: int = 200
    ready_lag_s: int = 120

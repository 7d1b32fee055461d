"""Who asks, behind proxies: believed of those that are trusted, and of nobody else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from api_server import serving
from starlette.requests import HTTPConnection

from api.access.addresses import address_of
from api.settings import ApiSettings
from muckline.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("anything else", "unknown"),
    ],
)
def test_limits_count_addresses_and_networks_of_ipv6(host: str, address: str) -> None:
    assert address_of(HTTPConnection({"type": "http", "client": (host, 1), "headers": []})) == address
    assert address_of(HTTPConnection({"type": "http", "client": None, "headers": []})) == "unknown"


def test_a_proxy_is_an_address_or_a_network() -> None:
    with pytest.raises(ValueError, match="IPv4 or IPv6"):
        ApiSettings(trusted_proxies=("proxy.example",))
    with pytest.raises(SettingsError, match="trusted_proxies"):
        read_settings(None, ["api.trusted_proxies=*"])
    given = read_settings(None, ["api.trusted_proxies=127.0.0.1,10.0.0.0/8"])
    assert given.api.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")


def log_in(client: httpx.Client, forwarded_for: str) -> httpx.Response:
    return client.post(
        "/v1/session",
        json={"name": "nobody", "password": "wrong"},
        headers={"x-forwarded-for": forwarded_for, "x-forwarded-proto": "https"},
    )


@pytest.mark.services
def test_the_address_behind_a_trusted_proxy_counts_and_no_other(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # uvicorn's own, which is not asked
    settings: dict[str, Any] = {"viewer": None, "logins_per_minute": 3}
    with serving(migrated_url, **settings) as client:
        answers = [log_in(client, f"203.0.113.{number}") for number in range(5)]
    assert [answer.status_code for answer in answers][:3] == [401] * 3
    assert answers[4].status_code == 429, "whoever writes another address into a header is the same one"
    assert "strict-transport-security" not in answers[0].headers

    with serving(migrated_url, trusted_proxies=("127.0.0.0/8",), **settings) as client:
        each = [log_in(client, f"203.0.113.{number}").status_code for number in range(6, 10)]
        forged = [log_in(client, f"198.51.100.{number}, 203.0.113.77").status_code for number in range(5)]
        secure = log_in(client, "203.0.113.99").headers
    assert each == [401] * 4, "four addresses behind the proxy"
    assert forged[4] == 429, "what the client wrote itself stands before what the proxy has added"
    assert "strict-transport-security" in secure
    assert kept_addresses(migrated_url) >= {"127.0.0.1", "203.0.113.6", "203.0.113.77"}


def kept_addresses(url: str) -> set[str]:
    import psycopg

    with psycopg.connect(url) as connection:
        rows = connection.execute("select distinct detail ->> 'address' from audit_log where action = 'log_in'")
        return {row[0] for row in rows}

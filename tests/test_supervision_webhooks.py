"""Targets and signatures of webhooks: what may be spoken to, and what a receiver checks."""

from __future__ import annotations

import ipaddress
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from supervision.webhooks import (
    RETRY_AFTER_S,
    TargetRefused,
    chosen_address,
    is_public,
    new_secret,
    read_target,
    retry_after_s,
    signed_headers,
)

INNER = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104 - an address to be refused
    "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:7f00:1::1", "not an address", "",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "2400:3200::1")


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_taken(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(inner: ipaddress.IPv4Address) -> None:
    mapped = f"::ffff:{inner}"
    translated = str(ipaddress.IPv6Address((0x64FF9B << 96) | int(inner)))
    if not is_public(str(inner)):
        assert not is_public(mapped)
        assert not is_public(translated)


def test_one_inner_address_among_several_refuses_the_name() -> None:
    target = read_target("https://receiver.example/hook")
    with pytest.raises(TargetRefused, match=r"10\.0\.0\.1"):
        chosen_address(target, ["1.1.1.1", "10.0.0.1"], ())
    assert chosen_address(target, ["1.1.1.1", "8.8.8.8"], ()) == "1.1.1.1"
    assert chosen_address(target, ["10.0.0.1"], ("receiver.example",)) == "10.0.0.1"
    with pytest.raises(TargetRefused, match="found none"):
        chosen_address(target, [], ())


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/", "ftp://receiver.example/", "//receiver.example/", "https://", "https:///x", "",
        "https://user@receiver.example/", "https://user:word@receiver.example/", "https://receiver.example:22/",
        "https://receiver.example:99999/", "https://receiver.example/a b", "https://receiver.example/\r\nHost: x",
        "https://[::1/", "https://例子.example/", "https://receiver.example/" + "x" * 2_000, "file:///etc/passwd",
    ],
)  # fmt: skip
def test_urls_that_no_webhook_may_have(url: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(url)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for url in (text, f"https://{text}", f"https://receiver.example{text}"):
        try:
            target = read_target(url)
        except TargetRefused:
            continue
        assert target.scheme == "https"
        assert "\r" not in target.path + target.host
        assert 0 < target.port < 65_536


def test_plain_http_only_to_what_the_operator_names() -> None:
    target = read_target("http://127.0.0.1:8080/hook?x=1", ("127.0.0.1",))
    assert (target.host, target.port, target.path) == ("127.0.0.1", 8080, "/hook?x=1")


def test_a_receiver_verifies_what_was_signed_and_nothing_else() -> None:
    secret, body = new_secret(), '{"type":"muckline.case","data":{"plate":"苏D10001"}}'
    headers = signed_headers(secret, "msg_1", body, datetime.now(UTC))
    assert Webhook(secret).verify(body, headers) == {"type": "muckline.case", "data": {"plate": "苏D10001"}}
    for changed, by in ((body.replace("1", "2", 1), headers), (body, headers | {"webhook-id": "msg_2"})):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(changed, by)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(body, signed_headers(secret, "msg_1", body, datetime(2026, 1, 1, tzinfo=UTC)))


def test_waits_grow_with_jitter_and_end() -> None:
    rng = random.Random(5)
    waits = [retry_after_s(attempts, rng) for attempts in range(1, len(RETRY_AFTER_S) + 2)]
    assert waits[-1] is None
    kept = [wait for wait in waits if wait is not None]
    assert kept == sorted(kept)
    assert all(0.8 * base <= wait <= 1.2 * base for wait, base in zip(kept, RETRY_AFTER_S, strict=True))
    assert len({retry_after_s(1, rng) for _ in range(20)}) > 10

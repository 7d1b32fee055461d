"""Robots of WeCom, DingTalk and Feishu: URLs, signatures, and refusals that come as HTTP 200."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.notices.robots import (
    TEXT_MOST_BYTES,
    ChannelRefused,
    Robot,
    apprise_host,
    clipped,
    read_channel,
    refusal,
    robot_request,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def sent(url: str) -> tuple[str, dict[str, object]]:
    robot = read_channel(url)
    assert robot is not None
    request = robot_request(robot, "【严重】偷倒", "案号：2026-000001", NOW)
    return request.url, json.loads(request.body)


def test_wecom() -> None:
    url, body = sent("wecombot://693a91f6-7aaa-4bc4")
    assert url == "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4"
    assert body == {"msgtype": "text", "text": {"content": "【严重】偷倒\n案号：2026-000001"}}


def test_dingtalk_signs_time_and_secret() -> None:
    url, _ = sent("dingtalk://SECabcdef12@0123456789abcdef")
    query = parse_qs(urlsplit(url).query)
    text = f"{query['timestamp'][0]}\nSECabcdef12".encode()
    assert query["access_token"] == ["0123456789abcdef"]
    assert b64decode(query["sign"][0]) == hmac.new(b"SECabcdef12", text, hashlib.sha256).digest()
    assert query["timestamp"] == [str(int(NOW.timestamp() * 1000))]
    assert "sign" not in sent("dingtalk://0123456789abcdef")[0]


def test_feishu_signs_nothing_with_time_and_secret() -> None:
    url, body = sent("feishu://s3cretsecret@0123456789abcdef")
    assert url == "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef"
    key = f"{body['timestamp']}\ns3cretsecret".encode()
    assert b64decode(str(body["sign"])) == hmac.new(key, b"", hashlib.sha256).digest()
    assert "sign" not in sent("feishu://0123456789abcdef")[1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b'{"errcode":0,"errmsg":"ok"}', None),
        (b'{"code":0,"msg":"success"}', None),
        (b'{"StatusCode":0,"StatusMessage":"success"}', None),
        (b'{"errcode":45009,"errmsg":"api freq out of limit"}', "45009"),
        (b'{"code":19021,"msg":"sign match fail"}', "19021"),
        (b"<html>", "JSON"),
        (b"[]", "object"),
        (b"{}", "None"),
    ],
)
def test_a_robot_that_answers_200_may_have_refused(answer: bytes, why: str | None) -> None:
    said = refusal(answer)
    assert said is None if why is None else said is not None and why in said


@pytest.mark.parametrize(
    "url",
    ["", "wecombot://", "wecombot://a b", "wecombot://../../x", "dingtalk://x@short", "slack://abcdefgh", "mailto://"],
)
def test_urls_that_are_no_channel(url: str) -> None:
    with pytest.raises(ChannelRefused) as refused:
        read_channel(url)
    assert "expected" in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    for url in (text, f"wecombot://{text}", f"mailto://{text}"):
        try:
            channel = read_channel(url)
        except ChannelRefused:
            continue
        assert channel is None or isinstance(channel, Robot)


def test_apprise_speaks_to_allowed_hosts_only() -> None:
    url = "mailtos://user:word@mail.bureau.example/?to=a@b.example&smtp=evil.example"
    with pytest.raises(ChannelRefused, match="evil"):
        apprise_host(url, ("mail.bureau.example",))
    assert apprise_host(url.partition("&")[0], ("mail.bureau.example",)) == "mail.bureau.example"


# As apprise reads them, each asks another host, or a file of this machine.
@pytest.mark.parametrize(
    "rest",
    [
        "@good.example?sm%74p=evil.example",
        "@good.example?x=1;smtp=evil.example",
        "@good.example?to=a@b.example;SMTP=evil.example",
        "@good.example/?pgp=yes&pgpprv=/etc/passwd",
        "@evil.example@good.example",
        "@good.example:#?smtp=evil.example",
        "@good.example://?user=a@evil.example",
        "@evil.example\\@good.example",
    ],
)
def test_no_spelling_of_a_url_leads_apprise_elsewhere(rest: str) -> None:
    with pytest.raises(ChannelRefused):
        apprise_host(f"mailto://user:word{rest}", ("good.example",))


@given(st.text(max_size=4_000))
def test_a_text_is_cut_between_characters(text: str) -> None:
    cut = clipped(text).encode("utf-8", "surrogatepass")
    assert len(cut) <= TEXT_MOST_BYTES

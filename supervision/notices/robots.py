"""Channels to people: which URLs a channel may have, and what WeCom, DingTalk and Feishu robots are sent. Pure.

Robots answer HTTP 200 also when they refuse, and say so in the body only; Feishu robots with a signing secret want a
signature. Both is done here for the three, whose hosts are fixed, or named by the operator of a private deployment.
Mail and JSON go through apprise, to hosts that the operator has allowed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")
TEXT_MOST_BYTES = 2_048  # WeCom's bound of a text; the others take more
APPRISE_SCHEMES = ("mailto", "mailtos", "json", "jsons")
# Others name further hosts to ask, files of this machine, or switch the check of certificates off.
APPRISE_OPTIONS = ("to", "cc", "bcc", "from", "name", "reply", "mode", "format", "smtp")
# Two readers of URLs agree on the host of one as plain as this.
APPRISE_URL = re.compile(
    r"[a-z]+://(?:[^@:/?#\\]+(?::[^@:/?#\\]*)?@)?[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[^:?#\\]*)?(?:\?[^?#\\]*)?"
)


class ChannelRefused(ValueError):  # noqa: N818 - reads as what happened
    """A channel's URL is none that messages can be sent to; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot's token and, where its group asks for signatures, its secret."""

    scheme: str
    token: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class RobotRequest:
    """What is posted to a robot."""

    url: str
    body: bytes


def read_channel(url: str) -> Robot | None:
    """Return the robot of a channel's URL; None for one that apprise sends to.

    Raises:
        ChannelRefused: Neither; the URL itself is not repeated, it is a secret.
    """
    if len(url) > 500 or any(character <= " " for character in url):
        raise ChannelRefused("expected a URL of at most 500 characters without spaces")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise ChannelRefused("expected a URL, got one that cannot be read") from error
    if parts.scheme in ROBOTS:
        return _robot(parts.scheme, unquote(parts.netloc.rpartition("@")[2]), unquote(parts.username or "") or None)
    if parts.scheme not in APPRISE_SCHEMES or not host:
        wanted = ", ".join(f"{scheme}://" for scheme in (*ROBOTS, *APPRISE_SCHEMES))
        raise ChannelRefused(f"expected one of {wanted}, got {parts.scheme[:20] or 'no scheme'}")
    return None


def _robot(scheme: str, token: str, secret: str | None) -> Robot:
    if TOKEN.fullmatch(token) is None or (secret is not None and SECRET.fullmatch(secret) is None):
        raise ChannelRefused(f"expected {scheme}://TOKEN or {scheme}://SECRET@TOKEN as the robot's page shows them")
    return Robot(scheme, token, secret)


def apprise_host(url: str, allowed_hosts: Collection[str]) -> str:
    """Return the host that apprise would speak to.

    Raises:
        ChannelRefused: The operator has not allowed it, or the URL may be read in two ways.
    """
    if APPRISE_URL.fullmatch(url) is None:
        raise ChannelRefused("expected SCHEME://USER:PASSWORD@HOST:PORT/?to=…, other signs in them as %40")
    parts = urlsplit(url)
    named = [parts.hostname or ""]
    for pair in re.split("[&;]", parts.query) if parts.query else ():
        name, _, value = (unquote_plus(part).strip() for part in pair.partition("="))
        if name.lower() not in APPRISE_OPTIONS:
            raise ChannelRefused(f"expected only options among {', '.join(APPRISE_OPTIONS)}, got {name[:20]!r}")
        if name.lower() == "smtp":
            named.append(value)
    for host in named:
        if host not in allowed_hosts:
            raise ChannelRefused(f"expected a host of [work] allowed_hosts, got {host}")
    return parts.hostname or ""


def robot_request(
    robot: Robot, title: str, body: str, now: datetime, hosts: Mapping[str, str] = MappingProxyType({})
) -> RobotRequest:
    """Return what a robot is to be sent; `hosts` are those of private deployments, by scheme."""
    request = ROBOTS[robot.scheme](robot, clipped(f"{title}\n{body}"), now)
    host = hosts.get(robot.scheme, HOSTS[robot.scheme]).rstrip("/")
    return RobotRequest(f"{host}{request.url}", request.body)


def clipped(text: str) -> str:
    """Return a text that fits every robot."""
    raw = text.encode()
    return text if len(raw) <= TEXT_MOST_BYTES else raw[: TEXT_MOST_BYTES - 3].decode("utf-8", "ignore") + "…"


def refusal(answer: bytes) -> str | None:
    """Return why a robot did not take a message that it answered with HTTP 200; None where it took it."""
    try:
        said = json.loads(answer)
    except ValueError:
        return "expected JSON from the robot"
    if not isinstance(said, Mapping):
        return "expected a JSON object from the robot"
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    if code == 0:
        return None
    why = next((said[name] for name in ("errmsg", "msg", "StatusMessage") if name in said), "")
    return f"the robot says {code}: {str(why)[:150]}"


def _wecom(robot: Robot, text: str, now: datetime) -> RobotRequest:  # noqa: ARG001 - one shape for all robots
    url = f"/cgi-bin/webhook/send?key={quote(robot.token)}"
    return RobotRequest(url, _json({"msgtype": "text", "text": {"content": text}}))


def _dingtalk(robot: Robot, text: str, now: datetime) -> RobotRequest:
    url = f"/robot/send?access_token={quote(robot.token)}"
    if robot.secret is not None:
        at_ms = str(int(now.timestamp() * 1000))
        signature = hmac.new(robot.secret.encode(), f"{at_ms}\n{robot.secret}".encode(), hashlib.sha256).digest()
        url += f"&timestamp={at_ms}&sign={quote_plus(b64encode(signature))}"
    return RobotRequest(url, _json({"msgtype": "text", "text": {"content": text}}))


def _feishu(robot: Robot, text: str, now: datetime) -> RobotRequest:
    payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret is not None:
        at_s = str(int(now.timestamp()))
        # Feishu signs nothing with a key made of time and secret.
        signature = hmac.new(f"{at_s}\n{robot.secret}".encode(), b"", hashlib.sha256).digest()
        payload |= {"timestamp": at_s, "sign": b64encode(signature).decode()}
    return RobotRequest(f"/open-apis/bot/v2/hook/{quote(robot.token)}", _json(payload))


def _json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


# The public services.
HOSTS = {
    "wecombot": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
}
ROBOTS: dict[str, Callable[[Robot, str, datetime], RobotRequest]] = {
    "wecombot": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
}

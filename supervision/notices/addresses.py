"""What may be shown of a channel's address, and what of it must not be told by anybody who quotes it. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# The end of a token: enough to tell one's own robots apart, nothing to send with.
TOKEN_SHOWN = 4
# Shorter parts are words such as "hook" or "v1", which an answer may well hold.
SECRET_LEAST = 6
# In these a host is named, in those of robots a token stands in its place.
HOSTED = ("http", "mailto", "json")
SEPARATORS = re.compile(r"[/?&=;:@,+\s]+")


def shown_address(kind: str, url: str) -> str:
    """Return an address as its owner may see it again: the receiver's host, or the end of a robot's token."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "…"
    if kind == "webhook" or parts.scheme.startswith(HOSTED):
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}/…"
    token = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://…{token[-TOKEN_SHOWN:]}" if len(token) > 2 * TOKEN_SHOWN else f"{parts.scheme}://…"


def secret_parts(url: str, secret: str | None) -> list[str]:
    """Return what of an address nobody may repeat, the longest first: all of it but scheme and a receiver's host."""
    pieces = {piece for text in (url, unquote(url)) for piece in SEPARATORS.split(text)}
    pieces = {piece for piece in pieces if len(piece) >= SECRET_LEAST} | {url, unquote(url)}
    try:
        parts = urlsplit(url)
        pieces |= {text for word in (parts.username, parts.password) if word for text in (word, unquote(word))}
        if parts.scheme.startswith(HOSTED):
            pieces -= {parts.hostname or ""}
    except ValueError:  # no URL: nothing of it is known to be harmless
        pass
    if secret is not None:
        pieces |= {secret, secret.removeprefix("whsec_")}
    return sorted(filter(None, pieces), key=len, reverse=True)


def without_secrets(text: str, url: str, secret: str | None) -> str:
    """Return a text in which no part of an address is told: a receiver may quote what it was sent."""
    for piece in secret_parts(url, secret):
        text = text.replace(piece, "***")
    return text

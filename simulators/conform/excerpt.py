"""Offending bytes for people: text as it is, anything else as a hex dump."""

from __future__ import annotations

MOST_BYTES = 256
MOST_CHARACTERS = 600
_ROW = 16


def excerpt(payload: bytes) -> str:
    """Return the first bytes of a payload in readable form; what is left out is counted."""
    part = payload[:MOST_BYTES]
    left = f"\n... {len(payload) - len(part)} bytes more" if len(payload) > len(part) else ""
    return (_text(part) or _dump(part)) + left


def shown(text: str) -> str:
    """Return words that quote a terminal, fit for a terminal window: nothing that moves its cursor, nothing endless."""
    quoted = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text[:MOST_CHARACTERS])
    return quoted + (f"... {len(text) - MOST_CHARACTERS} characters more" if len(text) > MOST_CHARACTERS else "")


def _text(part: bytes) -> str:
    """Return bytes as text, empty where they are none; a character may be cut at the end."""
    for cut in range(4):
        try:
            text = part[: len(part) - cut].decode()
        except UnicodeDecodeError:
            continue
        return text if all(character.isprintable() or character in "\r\n\t" for character in text) else ""
    return ""


def _dump(part: bytes) -> str:
    rows = []
    for at in range(0, len(part), _ROW):
        row = part[at : at + _ROW]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        rows.append(f"{at:04x}  {row.hex(' '):<{3 * _ROW - 1}}  {letters}")
    return "\n".join(rows)

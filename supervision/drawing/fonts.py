"""Fonts of PDF files: Latin in Helvetica, everything else in a Chinese font that this machine has.

A TrueType font found in a usual place of Debian's packages is embedded, so that the page looks the same everywhere.
Where there is none, the page names STSong-Light, which PDF readers bring with their Asian font pack.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from supervision.drawing.paper import TTFError, TTFont, UnicodeCIDFont, addMapping, pdfmetrics

LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
UNEMBEDDED = "STSong-Light"
EMBEDDED = "MucklineChinese"
# Fonts with TrueType outlines; those of PostScript outlines cannot be embedded.
USUAL_PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)


@cache
def chinese_font() -> str:
    """Return the name of the font for Chinese, registered."""
    for place in map(Path, USUAL_PLACES):
        if place.is_file() and _registered(place):
            return EMBEDDED
    pdfmetrics.registerFont(UnicodeCIDFont(UNEMBEDDED))
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(UNEMBEDDED, bold, italic, UNEMBEDDED)
    return UNEMBEDDED


def _registered(place: Path) -> bool:
    try:
        pdfmetrics.registerFont(TTFont(EMBEDDED, str(place)))
    except (TTFError, OSError):
        return False
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(EMBEDDED, bold, italic, EMBEDDED)
    return True


def _is_latin(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def runs(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """Return a text as parts of one font each: (font, part)."""
    latin = LATIN_BOLD if bold else LATIN
    parts = groupby(text, key=_is_latin)
    return [(latin if is_latin else chinese_font(), "".join(part)) for is_latin, part in parts]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is. [pt]"""
    return sum(float(pdfmetrics.stringWidth(part, font, size)) for font, part in runs(text, bold=bold))


def markup(text: str) -> str:
    """Return a text as reportlab's paragraphs take it, Chinese in its own font."""
    parts = groupby(text, key=_is_latin)
    return "".join(
        escape("".join(part)) if latin else f'<font name="{chinese_font()}">{escape("".join(part))}</font>'
        for latin, part in parts
    )

"""A photo as it was sent becomes one as it is kept: a plain JPEG, a thumbnail, and what its camera wrote beside it.

What was sent is decoded and encoded anew, so that nothing but the picture is kept: no script, no second file behind the
first, no metadata. Time and place that the camera noted are facts of the photo from then on; they may be wrong.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from supervision.cases.errors import BadPhoto

FORMATS = ("JPEG", "PNG", "WEBP")
# A telephone's largest JPEG.
BYTES_MOST = 12 * 1024 * 1024
# Decoded: 150 MB. Telephones take 12 to 50 million pixels.
PIXELS_MOST = 50_000_000
# A plate over a whole truck can be read.
KEPT_SIDE_MOST = 2_560
KEPT_QUALITY = 85
THUMBNAIL_SIDE = 320
THUMBNAIL_QUALITY = 75

# Pillow's readers raise whatever a broken file makes them; it is the file's fault.
BROKEN = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_EXIF_OFFSET = re.compile(r"[+-]\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept.

    Attributes:
        image: JPEG.
        thumbnail: JPEG.
        original_sha256: Of what was sent.
        taken_at: When, by the camera's clock, where it said in which zone, or by GNSS.
        taken_local: The camera's clock, without zone.
        place: Longitude and latitude by the camera. [deg]
        camera: Its make and model.
    """

    image: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: bytes
    original_sha256: bytes
    taken_at: datetime | None
    taken_local: str | None
    place: tuple[float, float] | None
    camera: str | None


def read_photo(content: bytes) -> Photo:
    """Return a photo as it is kept.

    Raises:
        BadPhoto: No JPEG, PNG or WebP, broken, or too large.
    """
    if len(content) > BYTES_MOST:
        raise BadPhoto(f"expected a photo of at most {BYTES_MOST} bytes, got {len(content)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow: of its own, higher, bound and of odd metadata
        picture, exif = _decoded(content)
        taken_at, taken_local = _taken(exif)
        place, camera = _place(exif), _camera(exif)
    kept = picture.copy()
    kept.thumbnail((KEPT_SIDE_MOST, KEPT_SIDE_MOST), Image.Resampling.LANCZOS)
    small = kept.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    image = _jpeg(kept, KEPT_QUALITY)
    return Photo(
        image=image,
        thumbnail=_jpeg(small, THUMBNAIL_QUALITY),
        width=kept.width,
        height=kept.height,
        sha256=hashlib.sha256(image).digest(),
        original_sha256=hashlib.sha256(content).digest(),
        taken_at=taken_at,
        taken_local=taken_local,
        place=place,
        camera=camera,
    )


def _decoded(content: bytes) -> tuple[Image.Image, Image.Exif]:
    """Return the picture upright in RGB, and what stood beside it."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS_MOST:
                raise BadPhoto(f"expected at most {PIXELS_MOST} pixels, got {opened.width} x {opened.height}")
            exif = opened.getexif()
            upright = ImageOps.exif_transpose(opened)
            return upright.convert("RGB"), exif
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadPhoto("expected a JPEG, PNG or WebP, got something else") from error
    except BROKEN as error:
        raise BadPhoto("expected a photo that can be decoded, this one is broken") from error


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    # A picture made anew carries nothing along.
    plain = Image.frombytes("RGB", picture.size, picture.tobytes())
    plain.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


def _taken(exif: Image.Exif) -> tuple[datetime | None, str | None]:
    """Return when a photo was taken: as an instant where that is known, and as the camera's clock showed it."""
    tags = _ifd(exif, ExifTags.IFD.Exif)
    text = str(tags.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    match = _EXIF_TIME.match(text)
    if match is None:
        return _gnss_time(exif), None
    local = f"{match[1]}-{match[2]}-{match[3]}T{match[4]}"
    offset = str(tags.get(ExifTags.Base.OffsetTimeOriginal) or "")
    try:
        clock = datetime.fromisoformat(local)
    except ValueError:
        return _gnss_time(exif), None
    if _EXIF_OFFSET.fullmatch(offset):
        try:
            return datetime.fromisoformat(local + offset).astimezone(UTC), clock.isoformat()
        except (ValueError, OverflowError):
            pass
    return _gnss_time(exif), clock.isoformat()


def _gnss_time(exif: Image.Exif) -> datetime | None:
    gnss = _ifd(exif, ExifTags.IFD.GPSInfo)
    try:
        year, month, day = map(int, str(gnss[ExifTags.GPS.GPSDateStamp]).split(":"))
        clock = gnss[ExifTags.GPS.GPSTimeStamp]
        if not isinstance(clock, tuple):
            return None
        hour, minute, second = (int(float(part)) for part in clock)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None


def _place(exif: Image.Exif) -> tuple[float, float] | None:
    gnss = _ifd(exif, ExifTags.IFD.GPSInfo)
    try:
        lon_deg = _degrees(gnss[ExifTags.GPS.GPSLongitude], gnss.get(ExifTags.GPS.GPSLongitudeRef, "E"), "W")
        lat_deg = _degrees(gnss[ExifTags.GPS.GPSLatitude], gnss.get(ExifTags.GPS.GPSLatitudeRef, "N"), "S")
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None
    within = math.isfinite(lon_deg) and math.isfinite(lat_deg) and abs(lon_deg) <= 180 and abs(lat_deg) <= 90
    # Cameras without a fix write zeros.
    return (lon_deg, lat_deg) if within and (lon_deg, lat_deg) != (0.0, 0.0) else None


def _degrees(parts: object, side: object, negative: str) -> float:
    if not isinstance(parts, tuple):
        raise TypeError(f"expected degrees, minutes and seconds, got {parts!r}")
    degrees, minutes, seconds = (float(part) for part in parts)
    return (-1 if str(side).upper().startswith(negative) else 1) * (degrees + minutes / 60 + seconds / 3600)


def _camera(exif: Image.Exif) -> str | None:
    named = (str(exif.get(tag) or "").strip("\x00 ") for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    text = " ".join(part for part in named if part)
    return "".join(character for character in text if character.isprintable())[:100] or None


def _ifd(exif: Image.Exif, name: ExifTags.IFD) -> dict[int, object]:
    try:
        return dict(exif.get_ifd(name))
    except BROKEN:
        return {}

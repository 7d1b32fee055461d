"""Photos: what is kept of them, what is not, and what is refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from supervision.cases.errors import BadPhoto
from supervision.photos import reading
from supervision.photos.reading import KEPT_SIDE_MOST, THUMBNAIL_SIDE, read_photo


def a_photo(form: str = "JPEG", size: tuple[int, int] = (64, 48), exif: Image.Exif | None = None) -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, form, exif=exif or Image.Exif())
    return written.getvalue()


def some_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "HUAWEI\x00", "P60"
    exif[ExifTags.Base.Orientation] = 6  # lies on its side
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "2026:05:01 21:20:10",
        ExifTags.Base.OffsetTimeOriginal: "+08:00",
    }
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (31.0, 46.0, 19.56),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (119.0, 58.0, 16.32),
    }
    return exif


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_a_plain_jpeg_and_its_facts_apart(form: str) -> None:
    content = a_photo(form, exif=some_exif())
    photo = read_photo(content)
    kept = Image.open(io.BytesIO(photo.image))
    assert (kept.format, kept.size, dict(kept.getexif()), kept.info.get("exif")) == ("JPEG", (48, 64), {}, None)
    assert (photo.width, photo.height) == (48, 64)
    assert b"HUAWEI" in content
    assert b"HUAWEI" not in photo.image + photo.thumbnail
    assert photo.camera == "HUAWEI P60"
    assert photo.taken_at == datetime(2026, 5, 1, 13, 20, 10, tzinfo=UTC)
    assert photo.taken_local == "2026-05-01T21:20:10"
    assert photo.place == pytest.approx((119.9712, 31.7721), abs=1e-6)


def test_a_large_photo_is_made_smaller_and_without_metadata_nothing_is_made_up() -> None:
    photo = read_photo(a_photo(size=(4_000, 1_000)))
    assert (photo.width, photo.height) == (KEPT_SIDE_MOST, 640)
    assert max(Image.open(io.BytesIO(photo.thumbnail)).size) == THUMBNAIL_SIDE
    assert (photo.taken_at, photo.taken_local, photo.place, photo.camera) == (None, None, None, None)


def test_what_is_no_photo_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gif = io.BytesIO()
    Image.new("RGB", (4, 4)).save(gif, "GIF")
    for content in (b"", b"hello", b"<svg/>", gif.getvalue(), a_photo("PNG")[:-40]):
        with pytest.raises(BadPhoto, match="expected a"):
            read_photo(content)
    monkeypatch.setattr(reading, "PIXELS_MOST", 64 * 48 - 1)
    with pytest.raises(BadPhoto, match="64 x 48"):
        read_photo(a_photo())
    monkeypatch.setattr(reading, "BYTES_MOST", 100)
    with pytest.raises(BadPhoto, match="at most 100 bytes"):
        read_photo(a_photo())


CONTENTS = {form: a_photo(form, exif=some_exif()) for form in ("JPEG", "PNG", "WEBP")}


@settings(max_examples=100, deadline=None)
@given(
    form=st.sampled_from(sorted(CONTENTS)), at=st.integers(0, 2_000), value=st.integers(0, 255), cut=st.integers(0, 99)
)
def test_a_broken_photo_is_refused_or_kept_never_more(form: str, at: int, value: int, cut: int) -> None:
    content = bytearray(CONTENTS[form])
    content[at % len(content)] = value
    try:
        photo = read_photo(bytes(content[: len(content) - (cut if cut < 50 else 0)]))
    except BadPhoto:
        return
    assert Image.open(io.BytesIO(photo.image)).size == (photo.width, photo.height)

"""Pictures are handed out without what they tell beside their pixels, and stand as they stood."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from tests.support.campaigns import of_campaign
from tests.unit.tillroll_documents.pictures import samples
from tests.unit.tillroll_documents.pictures.samples import GPS, SECRETS
from tillroll_documents.pictures.bare import PICTURES, bare, bare_pieces
from tillroll_documents.pictures.pieces import joined, size_of

_FORMATS: dict[str, Callable[..., bytes]] = {
    "jpeg": samples.jpeg,
    "png": samples.png,
    "webp": samples.webp,
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", _FORMATS)
def test_only_how_it_stands_is_told(name: str, orientation: int) -> None:
    before = _FORMATS[name](orientation)
    after = bare(f"image/{name}", before)
    assert [secret for secret in SECRETS if secret in after] == []
    assert bare(f"image/{name}", after) == after
    with Image.open(io.BytesIO(before)) as given_picture, Image.open(io.BytesIO(after)) as kept:
        assert kept.tobytes() == given_picture.tobytes()
        assert (
            ImageOps.exif_transpose(kept).tobytes()
            == ImageOps.exif_transpose(given_picture).tobytes()
        )
        assert dict(kept.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
        assert not kept.getexif().get_ifd(GPS)
        assert (
            not {"comment", "icc_profile", "xmp", "photoshop", "Author", "Comment"}
            & kept.info.keys()
        )


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_drawn_as_before(mode: str, options: dict[str, bool]) -> None:
    before = samples.jpeg(1, mode, **options)
    with (
        Image.open(io.BytesIO(before)) as given_picture,
        Image.open(io.BytesIO(bare("image/jpeg", before))) as kept,
    ):
        assert kept.tobytes() == given_picture.tobytes()


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}])
def test_a_webp_without_anything_told_stays_as_it_is(options: dict[str, bool]) -> None:
    drawn = io.BytesIO()
    samples.drawing().save(drawn, "WEBP", **options)
    assert bare("image/webp", drawn.getvalue()) == drawn.getvalue()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_tells_nothing_stays_as_it_is(name: str) -> None:
    drawn = io.BytesIO()
    samples.drawing().save(drawn, name)
    content = drawn.getvalue()
    assert bare(f"image/{name.lower()}", content) == content


def test_a_heic_keeps_its_places_and_its_pixels() -> None:
    before = samples.heic()
    assert all(secret in before for secret in SECRETS if secret != b"SECRET-IPTC")
    after = bare("image/heic", before)
    assert [secret for secret in SECRETS if secret in after] == []
    assert len(after) == len(before)
    for kept in (b"PIXELS-ONE", b"PIXELS-TWO", b"GRID", b"irot", b"ispe"):
        assert after.index(kept) == before.index(kept)
        assert after.count(kept) == before.count(kept)
    assert bare("image/heic", after) == after


def test_of_a_heic_that_cannot_be_read_nothing_is_kept() -> None:
    before = samples.heic().replace(b"iloc", b"skip")
    after = bare("image/heic", before)
    assert [word for word in (*SECRETS, b"PIXELS") if word in after] == []


def test_what_is_no_picture_stays_as_it_is() -> None:
    assert bare("application/pdf", b"%PDF-1.7") == b"%PDF-1.7"


@pytest.mark.parametrize("media_type", sorted(PICTURES))
@given(cut=st.integers(0, 4000), at=st.integers(0, 4000), put=st.binary(max_size=12))
@settings(max_examples=of_campaign(150), deadline=None)
def test_broken_files_are_handed_out_without_what_they_tell(
    media_type: str, cut: int, at: int, put: bytes
) -> None:
    """Whatever is cut off or overwritten, it ends, adds nothing, and done again changes nothing
    more.
    """
    content = {**_FORMATS, "heic": samples.heic}[media_type.removeprefix("image/")]()
    broken = content[:at] + put + content[at + len(put) :]
    broken = broken[: len(broken) - min(cut, len(broken))]
    pieces = bare_pieces(
        media_type, len(broken), lambda offset, length: broken[offset : offset + max(0, length)]
    )
    after = joined(broken, pieces)
    assert len(after) == size_of(pieces)
    assert len(after) <= len(broken) + 12

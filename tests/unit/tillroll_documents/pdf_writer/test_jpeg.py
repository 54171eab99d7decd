"""JPEG pictures: embedded as they are, turned upright, without what they tell beside the
picture.
"""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tillroll_documents.pdf_writer.objects import NotEmbeddable, read_jpeg

_ORIENTATION, _GPS = 0x0112, 0x8825


def jpeg(mode: str = "RGB", orientation: int = 1, **options: Any) -> bytes:
    picture = Image.linear_gradient("L").resize((40, 24)).convert(mode)
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif, comment=b"taken at home", **options)
    return content.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
@pytest.mark.parametrize(("mode", "components"), [("L", 1), ("RGB", 3), ("CMYK", 4)])
def test_the_picture_stays_as_it_is(mode: str, components: int, options: dict[str, Any]) -> None:
    given_bytes = jpeg(mode, **options)
    read = read_jpeg(given_bytes)
    assert (read.width, read.height, read.components, read.is_inverted) == (
        40,
        24,
        components,
        components == 4,
    )
    with (
        Image.open(io.BytesIO(read.content)) as kept,
        Image.open(io.BytesIO(given_bytes)) as before,
    ):
        assert kept.tobytes() == before.tobytes()


def test_what_it_tells_is_left_out() -> None:
    # A preview with a place of its own stands behind the picture, as phones write it.
    read = read_jpeg(jpeg() + jpeg())
    with Image.open(io.BytesIO(read.content)) as kept:
        assert not kept.getexif()
        assert "comment" not in kept.info
    assert b"Exif" not in read.content
    assert len(read.content) < len(jpeg())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_its_orientation_is_known(orientation: int) -> None:
    read = read_jpeg(jpeg(orientation=orientation))
    assert read.orientation == orientation
    assert read.upright == ((24, 40) if orientation >= 5 else (40, 24))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        jpeg()[:-2],
        jpeg()[:300],
        jpeg().replace(b"\xff\xc0", b"\xff\xc9"),
    ],
)
def test_what_cannot_be_embedded_is_refused(content: bytes) -> None:
    with pytest.raises(NotEmbeddable):
        read_jpeg(content)


@given(st.data())
def test_a_broken_picture_is_embedded_or_refused(data: st.DataObject) -> None:
    content = bytearray(jpeg())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_jpeg(bytes(content))
    except NotEmbeddable:
        return
    assert read.width > 0
    assert read.content[-2:] == b"\xff\xd9"

"""JPEG pictures as a PDF embeds them: as they are, without what they tell beside the picture.

Markers: ITU-T T.81, annex B. Orientation: Exif 2.32, tag 0x0112.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.pictures.pieces import orientation_of

_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_ADOBE, _EXIF = 0xEE, 0xE1
# Baseline, extended and progressive, with Huffman codes: what readers of a PDF decode.
_FRAMES: Final = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES: Final = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
# What belongs to the picture: tables, frames, restarts, the end of a scan, Adobe's note of its colours.
_KEPT: Final = {*_FRAMES, _START_OF_SCAN, 0xC4, 0xDB, 0xDC, 0xDD, _ADOBE}
# Between two markers of a scan: no stuffed byte, no restart, no fill.
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


class NotEmbeddable(ValueError):
    """It is no JPEG that a PDF can hold as it is: another format, cut off, or of a rare kind."""


@dataclass(frozen=True)
class Jpeg:
    """A picture: `width` and `height` in pixels as they are stored, `components` of colour (1 grey, 3 RGB, 4 CMYK),
    `orientation` as Exif counts it (1 is upright, 6 is to be turned clockwise). `content` has no metadata: no place, no
    camera, no preview."""

    content: bytes
    width: int
    height: int
    components: int
    orientation: int = 1
    is_inverted: bool = False

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as a person sees them."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def read_jpeg(content: bytes) -> Jpeg:
    """A JPEG without its metadata and without what stands behind its picture.

    Raises:
        NotEmbeddable: it cannot be embedded as it is.
    """
    kept: list[bytes | memoryview] = [b"\xff\xd8"]
    orientation, is_adobe = 1, False
    frame: tuple[int, int, int] | None = None
    for marker, segment, raw in _segments(content):
        if marker in _OTHER_FRAMES:
            raise NotEmbeddable("its coding is one that readers of a PDF do not know")
        if marker in _FRAMES:
            frame = _frame(segment)
        elif marker == _EXIF and segment.startswith(b"Exif\0\0"):
            orientation = orientation_of(segment[6:])
        is_adobe = is_adobe or (marker == _ADOBE and segment.startswith(b"Adobe"))
        if marker in _KEPT:
            kept.append(raw)
    if frame is None:
        raise NotEmbeddable("it holds no picture")
    width, height, components = frame
    kept.append(b"\xff\xd9")
    # Adobe's programs store CMYK with the other sign.
    return Jpeg(b"".join(kept), width, height, components, orientation, components == 4 and is_adobe)


def _segments(content: bytes) -> Iterator[tuple[int, bytes, memoryview]]:
    """Each segment up to the end of the picture: its marker, what is in it, and its bytes as they are; those of a scan
    with its data."""
    if content[:2] != b"\xff\xd8":
        raise NotEmbeddable("it is no JPEG")
    at, view = 2, memoryview(content)
    while True:
        marker, at = _marker(content, at)
        if marker == _END_OF_IMAGE:
            return
        end = inner = at + _length(content, at)
        if marker == _START_OF_SCAN:
            found = _MARKER_IN_SCAN.search(content, end)
            if found is None:
                raise NotEmbeddable("it is cut off")
            end = found.start()
        yield marker, content[at + 2 : inner], view[at - 2 : end]
        at = end


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The next marker, and the place behind it."""
    if content[at : at + 1] != b"\xff":
        raise NotEmbeddable("a marker is missing")
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content):
        raise NotEmbeddable("it is cut off")
    return content[at], at + 1


def _length(content: bytes, at: int) -> int:
    """Of a segment, with the two bytes that say it."""
    length = int.from_bytes(content[at : at + 2])
    if length < 2 or at + length > len(content):
        raise NotEmbeddable("it is cut off")
    return length


def _frame(segment: bytes) -> tuple[int, int, int]:
    if len(segment) < 6:
        raise NotEmbeddable("its size is missing")
    bits, height, width, components = struct.unpack_from(">BHHB", segment)
    if bits != 8 or not width or not height or components not in {1, 3, 4}:
        raise NotEmbeddable("its size or its colours are none that readers of a PDF know")
    return width, height, components

"""A picture's file without what it tells beside its pixels: no place, no time, no camera, no owner, no preview."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tillroll.pictures.heif import heif_pieces
from tillroll.pictures.jpeg import jpeg_pieces
from tillroll.pictures.pieces import Peek, Piece, joined, tidied
from tillroll.pictures.png import png_pieces
from tillroll.pictures.webp import webp_pieces

_FORMATS: Final[Mapping[str, Callable[[int, Peek], Iterator[Piece]]]] = {
    "image/jpeg": jpeg_pieces,
    "image/png": png_pieces,
    "image/webp": webp_pieces,
    "image/heic": heif_pieces,
}
PICTURES: Final = frozenset(_FORMATS)


def bare_pieces(media_type: str, size: int, peek: Peek) -> list[Piece]:
    """What is handed out of a picture of `size` bytes, one of PICTURES by its leading bytes. How it stands is kept;
    nothing is decoded. Of what cannot be read nothing is kept. Raises KeyError for no picture."""
    return tidied(_FORMATS[media_type](size, peek))


def bare(media_type: str, content: bytes) -> bytes:
    """The same of a file in memory; what is no picture stays as it is. Done again, it changes nothing."""
    if media_type not in PICTURES:
        return content

    def peek(offset: int, length: int) -> bytes:
        return content[offset : offset + max(length, 0)]

    return joined(content, bare_pieces(media_type, len(content), peek))

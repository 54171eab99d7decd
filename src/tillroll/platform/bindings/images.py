"""Images, prepared for a model or a page."""

import math
from typing import Final, NamedTuple, Protocol

# Of a picture that is decoded at all.
MOST_PIXELS: Final = 50_000_000


class UnreadableImage(Exception):
    """The stored object could not be decoded as an image: retrying cannot help."""


class PictureSize(NamedTuple):
    """Pixels, before the picture is turned upright."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


class Images(Protocol):
    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        """The stored image as a data: URL of a JPEG: upright, then turned clockwise by `rotation` (0, 90, 180 or 270
        degrees), scaled down to at most `max_pixels`, give or take a row or column. Where its `size` is not known, it
        is looked up first, which costs reading the object twice.

        Raises:
            UnreadableImage: the object is missing, truncated, no image, or has more than MOST_PIXELS.
        """
        ...

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        """The stored image as a JPEG: upright, scaled down as above.

        Raises:
            UnreadableImage: as above.
        """
        ...


def longest_side(size: PictureSize, max_pixels: int) -> int:
    """Of the picture scaled down to `max_pixels`, in pixels; its own where it has no more than that."""
    return max(1, round(max(size) * min(1.0, math.sqrt(max_pixels / size.pixels))))

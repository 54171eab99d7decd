"""Images, prepared for a model."""

from typing import Protocol


class UnreadableImage(Exception):
    """The stored object could not be decoded as an image: retrying cannot help."""


class Images(Protocol):
    async def as_data_url(self, key: str, max_width: int, max_height: int, rotation: int = 0) -> str:
        """The stored image as a data: URL of a JPEG: upright, then turned clockwise by `rotation` (0, 90, 180 or 270
        degrees), scaled down to fit.

        Raises:
            UnreadableImage: the object is missing, truncated or no image.
        """
        ...

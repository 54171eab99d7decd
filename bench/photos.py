"""Photos for load: one synthetic picture of a wanted size, and any number of variants with bytes of
their own.
"""

import itertools
from collections.abc import Iterator

import cv2
import numpy

_HEIGHT, _WIDTH = 1400, 800
_SEED = 1


def unique_photos(size: int = 60_000) -> Iterator[bytes]:
    """JPEGs of about `size` bytes that all show the same but have different bytes, without end."""
    picture = _noise(size)
    for number in itertools.count(1):
        # What follows the end-of-image marker is ignored by decoders, but not by hashes.
        yield picture + f"{number:012d}".encode()


def _noise(size: int) -> bytes:
    """Grey noise, as paper under a phone's camera, at the highest quality that stays under `size`
    bytes.
    """
    noise = numpy.random.default_rng(_SEED).integers(190, 250, (_HEIGHT, _WIDTH), dtype=numpy.uint8)
    for quality in range(95, 4, -1):
        _, encoded = cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(encoded) <= size:
            return encoded.tobytes()
    raise ValueError(f"no JPEG of this picture is as small as {size} bytes")

"""What wear does to the picture of a receipt: print fades in blotches, lines are skipped, edges
blur; then JPEG.
"""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

_Plane = NDArray[np.float32]

_JPEG_QUALITY = 60
_BLOTCH_PIXELS = 24
_SHARP_WIDTH = 600
"""Pixels; a picture as wide, unworn, is read without a slip."""


def worn(picture: bytes, seed: int, wear: float) -> bytes:
    """The picture (any format that OpenCV reads) as a JPEG, worn: 0 not at all, 1 so that a person
    must look twice.

    Raises:
        ValueError: the bytes are no picture.
    """
    grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError("no picture")
    random = np.random.default_rng(seed)
    ink = (np.float32(255.0) - np.asarray(grey, dtype=np.float32)) / np.float32(255.0)
    height, width = ink.shape
    coarse = random.random(
        (height // _BLOTCH_PIXELS + 2, width // _BLOTCH_PIXELS + 2), dtype=np.float32
    )
    blotches = cast("_Plane", cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    grain = random.random(ink.shape, dtype=np.float32)
    # Ink is lost where the blotch is pale and, there, grain by grain.
    kept = np.clip(1.0 - wear * np.clip(1.6 * blotches - 0.4, 0.0, 1.0), 0.0, 1.0)
    ink *= np.where(grain < kept, 1.0, 0.25)
    for row in range(height):
        ink[row] *= random.random() >= 0.04 * wear
    small = max(1, round(_SHARP_WIDTH / (1.0 + 0.6 * wear)))
    scaled = cv2.resize(
        ink, (small, max(1, round(height * small / width))), interpolation=cv2.INTER_AREA
    )
    blurred = cast("_Plane", cv2.GaussianBlur(scaled, (0, 0), 0.3 + 0.5 * wear))
    noise = random.normal(0.0, 6.0 * wear, blurred.shape)
    page = np.asarray(np.clip(250.0 - 225.0 * blurred + noise, 0, 255), dtype=np.uint8)
    _, encoded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded.tobytes()

"""Pages and the lines of text on them, as pixels: decoding, scaling, cutting out. Imports
OpenCV.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cv2.typing import MatLike as Image
    from numpy.typing import NDArray

    Quad = NDArray[np.float32]
    """Four corners (x, y) in pixels: top left, top right, bottom right, bottom left."""

# The models' runtime keeps memory for every input shape it has met, for good. So they are only ever
# given a few: pages on canvases whose sides are multiples of a step, lines of text in one of these
# widths, all in pixels.
CANVAS_STEP = 256
LINE_WIDTHS = (336, 432, 576, 768, 1008, 1344)
LINE_HEIGHT = 48
PADDING = (127, 127, 127)

# Text is found on a small copy of the page and read from the page itself: a third of the time, the
# same words.
DETECTION_PIXELS = 1_200_000
DETECTION_PIXELS_AT_MOST = 4_000_000
DETECTION_SHORT_SIDE = 480
ENLARGED_AT_MOST = 2.0
# More pixels than this help no letter of a receipt, and cost memory.
PAGE_PIXELS_AT_MOST = 9_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD = 4096
"""Bytes; the pixels follow, and with them nothing about transparency."""
_WEBP = b"WEBP"

# A box this many times longer than wide shows which way its text runs.
ELONGATED = 1.5


class UndecodableImageError(Exception):
    """The bytes are not an image that can be decoded."""


def decode(image: bytes) -> Image:
    """Return the pixels of an encoded image (JPEG turned as its EXIF data says, PNG, WebP).

    Raises UndecodableImageError.
    """
    try:
        page = _on_white(image)
        if page is None:
            page = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:  # no bytes at all, or more pixels than OpenCV accepts
        raise UndecodableImageError(str(error)) from error
    if page is None:
        raise UndecodableImageError("no JPEG, PNG or WebP, or a broken one")
    scale = math.sqrt(PAGE_PIXELS_AT_MOST / (page.shape[0] * page.shape[1]))
    return (
        cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if scale < 1
        else page
    )


def _on_white(image: bytes) -> Image | None:
    """The pixels of a PNG or WebP with transparent parts, laid on white paper; None for any other.

    Without the paper, black text on a transparent ground would be black on black."""
    if not _may_be_transparent(image):
        return None
    page = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_UNCHANGED)
    if page is None or page.ndim != 3 or page.shape[2] != 4:
        return None
    largest = 255.0
    if page.dtype == np.uint16:
        largest = 65_535.0
    cover = page[:, :, 3:].astype(np.float32) / largest
    colours = page[:, :, :3].astype(np.float32) * (255 / largest)
    return np.rint(colours * cover + 255 * (1 - cover)).astype(np.uint8)


def _may_be_transparent(image: bytes) -> bool:
    """By the head of a PNG (ISO/IEC 15948, 11.2.2 and 11.3.2.1) or a WebP (RFC 9649, 2.5 to
    2.7).
    """
    if image.startswith(_PNG):
        return image[25:26] in {b"\x04", b"\x06"} or b"tRNS" in image[:_PNG_HEAD]
    if image[8:12] != _WEBP:
        return False
    has_alpha = image[12:16] == b"VP8X" and bool(image[20] & 0x10)
    return has_alpha or image[12:16] == b"VP8L"


def detection_scale(width: int, height: int) -> float:
    """Return by how much a page is scaled before text is looked for: quick, but letters stay
    legible.
    """
    pixels = width * height
    quick = min(1.0, math.sqrt(DETECTION_PIXELS / pixels))
    legible = min(ENLARGED_AT_MOST, DETECTION_SHORT_SIDE / min(width, height))
    return min(max(quick, legible), math.sqrt(DETECTION_PIXELS_AT_MOST / pixels))


def detection_canvas(page: Image, scale: float) -> Image:
    """Return the scaled page on a canvas of one of the few sizes, its own at the top left."""
    rows, columns = (max(1, round(side * scale)) for side in page.shape[:2])
    small = cv2.resize(page, (columns, rows), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(
        small, 0, -rows % CANVAS_STEP, 0, -columns % CANVAS_STEP, borderType=cv2.BORDER_REPLICATE
    )


def line_image(page: Image, quad: Quad) -> Image:
    """Cut one line of text out of the page, straightened, in one of the shapes of LINE_WIDTHS.

    A line longer than the widest is squeezed.
    """
    length, thickness = (math.ceil(side) for side in sides(quad))
    corners = np.array([(0, 0), (length, 0), (length, thickness), (0, thickness)], dtype=np.float32)
    straight = cv2.warpPerspective(
        page,
        cv2.getPerspectiveTransform(quad, corners),
        (length, thickness),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    written, width = line_widths(quad)
    line = cv2.resize(straight, (written, LINE_HEIGHT))
    return cv2.copyMakeBorder(
        line, 0, 0, 0, width - written, borderType=cv2.BORDER_CONSTANT, value=PADDING
    )


def line_widths(quad: Quad) -> tuple[int, int]:
    """Return how much of a line's image the line itself takes, and the image's width, in pixels."""
    length, thickness = (math.ceil(side) for side in sides(quad))
    natural = math.ceil(LINE_HEIGHT * length / thickness)
    width = next((width for width in LINE_WIDTHS if width >= natural), LINE_WIDTHS[-1])
    return min(natural, width), width


def sides(quad: Quad) -> tuple[float, float]:
    """Return the longer of the two horizontal edges and the longer of the two vertical ones, in
    pixels.
    """
    edges = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    return max(float(edges[0]), float(edges[2])), max(float(edges[1]), float(edges[3]))


def runs_sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the text runs up or down the page instead of across."""
    across = along = 0.0
    for quad in quads:
        length, thickness = sides(quad)
        # Which edge comes first says little: of a steep line that leans, the detector calls the
        # ends left and right.
        end = quad[1] if length > thickness else quad[3]
        if max(length, thickness) > ELONGATED * min(length, thickness):
            right, down = np.abs(end - quad[0])
            if right > down:
                across += float(right) ** 2
            else:
                along += float(down) ** 2
    return along > across

"""Pages and lines as pixels: sizes that stay few, orientation, what cannot be decoded."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from local.ai.images import (
    CANVAS_STEP,
    DETECTION_PIXELS_AT_MOST,
    LINE_HEIGHT,
    LINE_WIDTHS,
    UndecodableImageError,
    decode,
    detection_canvas,
    detection_scale,
    line_image,
    runs_sideways,
)

ORIENTATION = 0x0112
ROTATE_90 = 6


def encoded(width: int, height: int, image_format: str = "PNG", orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    content = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(content, image_format, exif=exif)
    return content.getvalue()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_decodes(image_format: Literal["JPEG", "PNG", "WEBP"]) -> None:
    assert decode(encoded(40, 30, image_format)).shape == (30, 40, 3)


def test_exif_orientation_is_honoured() -> None:
    assert decode(encoded(40, 30, "JPEG", ROTATE_90)).shape == (40, 30, 3)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", encoded(40, 30)[:20]])
def test_what_cannot_be_decoded(content: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        decode(content)


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_transparent_ground_is_white_paper(
    image_format: Literal["PNG", "WEBP"],
    mode: Literal["RGBA", "LA", "P"],
) -> None:
    picture = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (10, 10, 20, 20))
    content = io.BytesIO()
    picture.convert(mode).save(content, image_format, lossless=True)
    page = decode(content.getvalue())
    assert page.shape == (30, 40, 3)
    assert page[0, 0].tolist() == [255, 255, 255]
    assert page[15, 15].tolist() == [0, 0, 0]


def test_a_huge_page_is_scaled_down() -> None:
    height, width = decode(encoded(4000, 5000)).shape[:2]
    assert height * width <= 9_100_000
    assert abs(height / width - 1.25) < 0.01


@given(st.integers(1, 12_000), st.integers(1, 12_000))
def test_detection_stays_within_its_memory(width: int, height: int) -> None:
    scale = detection_scale(width, height)
    assert 0 < scale <= 2
    assert width * height * scale * scale <= DETECTION_PIXELS_AT_MOST * 1.001


def test_a_usual_photo_is_detected_small_and_a_long_one_stays_legible() -> None:
    assert 900 < 1280 * detection_scale(1280, 1707) < 960
    assert round(800 * detection_scale(800, 6000)) == 480
    assert detection_scale(300, 500) == 1.6


@pytest.mark.parametrize(("width", "height"), [(1, 1), (256, 256), (937, 3556), (1280, 300)])
def test_canvases_have_few_sizes(width: int, height: int) -> None:
    canvas = detection_canvas(np.zeros((height, width, 3), np.uint8), 1.0)
    assert all(side % CANVAS_STEP == 0 for side in canvas.shape[:2])
    assert canvas.shape[0] >= height
    assert canvas.shape[1] >= width


@given(st.integers(2, 500), st.integers(2, 60))
def test_lines_have_few_sizes(length: int, thickness: int) -> None:
    page = np.zeros((100, 600, 3), np.uint8)
    quad = np.array(
        [(5, 5), (5 + length, 5), (5 + length, 5 + thickness), (5, 5 + thickness)], np.float32
    )
    height, width = line_image(page, quad).shape[:2]
    assert height == LINE_HEIGHT
    assert width in LINE_WIDTHS


def rectangle(width: float, height: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def test_text_that_runs_up_the_page_is_sideways() -> None:
    assert runs_sideways([rectangle(20, 200), rectangle(20, 150), rectangle(30, 20)])
    assert not runs_sideways([rectangle(200, 20), rectangle(150, 20), rectangle(20, 60)])
    assert not runs_sideways([])


def test_steep_lines_that_lean_are_sideways_whatever_their_edges_are_called() -> None:
    # As the detector tells a line that runs down the page, and somewhat to the left: its end is
    # called left.
    down = np.array([(60, 400), (90, 100), (110, 103), (80, 403)], dtype=np.float32)
    assert runs_sideways([down])
    level = np.array([(100, 90), (400, 60), (403, 80), (103, 110)], dtype=np.float32)
    assert not runs_sideways([level])

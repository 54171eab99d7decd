"""Text recognition: the bytes of a photo in, a transcript with the places of its words out.

Slow to import: OpenCV and the models' runtime.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, cast

import cv2
import numpy as np
from rapidocr import EngineType, RapidOCR
from rapidocr.ch_ppocr_det import TextDetOutput

from local.ai.boxes import word_boxes
from local.ai.cleaning import cleaned
from local.ai.images import (
    LINE_HEIGHT,
    LINE_WIDTHS,
    decode,
    detection_canvas,
    detection_scale,
    line_image,
    line_widths,
    runs_sideways,
    sides,
)
from local.ai.layout import Point, TextBox, lay_out
from local.ai.spacing import with_lost_spaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidocr.ch_ppocr_rec.typings import WordInfo

    from local.ai.images import Image, Quad

# Below this the recogniser has guessed: of upright receipts it is 0.9 sure and more, of upside-down
# ones 0.7 and less.
SURE = 0.8
# Lines it is less sure of than this are noise: creases, logos, the table under the receipt.
READABLE = 0.5
# Width and height in pixels of a usual photo of a receipt, scaled.
WARM_UP_PAGE = (768, 1536)
# Lines are read by so many readers of one thread each: a sixth faster than by one reader of two
# threads.
READERS = 2
_PARAMETERS = {
    "Global.log_level": "error",
    "Global.use_preprocess_img": False,  # sizes are chosen in images.py
    "Global.use_vertical_padding": False,
    "Global.return_word_box": True,
    "Det.engine_type": EngineType.OPENVINO,
    "Det.limit_side_len": 32,
    # a little more air around the letters: fewer spaces between words are lost
    "Det.unclip_ratio": 2.0,
    "Rec.engine_type": EngineType.OPENVINO,
    "Rec.rec_batch_num": 1,  # the size of a batch is part of its shape
    "EngineConfig.openvino.enable_cpu_pinning": False,  # it would put all readers on one core
}


class Line(NamedTuple):
    """Recognised text, where it stands, how sure the recogniser is of it (0 to 1), and how far
    along the box each visible character stands (0 to 1).
    """

    quad: Quad
    text: str
    confidence: float
    middles: tuple[float, ...] = ()


class Reading(NamedTuple):
    """A transcript, and where its words stand in the picture as it came, upright by its EXIF data
    (see boxes.py).
    """

    text: str
    words: list[list[int]]


class Recogniser:
    """Reads photos of receipts, in any of the four orientations. One at a time; not for several
    threads.
    """

    def __init__(self) -> None:
        self._ocr = RapidOCR(params=_PARAMETERS)
        alone = {**_PARAMETERS, "EngineConfig.openvino.inference_num_threads": 1}
        self._readers = [RapidOCR(params=alone) for _ in range(READERS)]
        self._pool = ThreadPoolExecutor(READERS)
        self._load()

    def _load(self) -> None:
        """Load the models, which come with their first input, and meet the commonest shapes."""
        width, height = WARM_UP_PAGE
        self._detect(np.zeros((height, width, 3), dtype=np.uint8))
        lines = [np.zeros((LINE_HEIGHT, width, 3), dtype=np.uint8) for width in LINE_WIDTHS]
        for reader in self._readers:
            reader.recognize_txt(lines)

    def read(self, image: bytes) -> Reading:
        """Return what an encoded image says; no text where it shows none.
        Raises UndecodableImageError.
        """
        page = decode(image)
        quarter_turns = 0
        quads = self._detect(page)
        if runs_sideways(quads):
            page = cv2.rotate(page, cv2.ROTATE_90_CLOCKWISE)
            quarter_turns = 1
            quads = self._detect(page)
        lines = self._recognise(page, quads)
        if lines and _confidence(lines) < SURE:
            turned = cv2.rotate(page, cv2.ROTATE_180)
            read_turned = self._recognise(turned, self._detect(turned))
            if _confidence(read_turned) > _confidence(lines):
                lines = read_turned
                quarter_turns += 2
        text, placed = lay_out(_text_box(line) for line in lines if line.confidence >= READABLE)
        height, width = page.shape[:2]
        return Reading(text, word_boxes(placed, (width, height), quarter_turns))

    def _detect(self, page: Image) -> list[Quad]:
        height, width = page.shape[:2]
        scale = detection_scale(width, height)
        found = self._ocr(detection_canvas(page, scale), use_det=True, use_cls=False, use_rec=False)
        # another type means: no text
        if not isinstance(found, TextDetOutput) or found.boxes is None:
            return []
        quads = np.clip(found.boxes / scale, 0, (width - 1, height - 1)).astype(np.float32)
        return [quad for quad in quads if min(sides(quad)) >= 1]

    def _recognise(self, page: Image, quads: Sequence[Quad]) -> list[Line]:
        if not quads:
            return []
        images = [line_image(page, quad) for quad in quads]
        # By turns from the longest on, so that all readers end at about the same time.
        order = sorted(range(len(images)), key=lambda number: -images[number].shape[1])
        shares = [order[first::READERS] for first in range(min(READERS, len(order)))]

        def read(reader: RapidOCR, share: list[int]) -> list[tuple[int, Line]]:
            result = reader.recognize_txt([images[number] for number in share])
            # RapidOCR declares what it makes of them later
            words = cast("tuple[WordInfo, ...]", result.word_results)
            found = zip(share, result.txts or (), result.scores, words, strict=True)
            return [
                (number, _line(quads[number], text, sure, word))
                for number, text, sure, word in found
            ]

        lines = dict(line for some in self._pool.map(read, self._readers, shares) for line in some)
        return [lines[number] for number in range(len(quads))]


def _line(quad: Quad, text: str, confidence: float, words: WordInfo) -> Line:
    columns = [column for columns in words.word_cols for column in columns]
    written, width = line_widths(quad)
    # The recogniser's columns go over the line's whole image, which the line itself may fill in
    # part only.
    of_image = [(column + 0.5) / words.line_txt_len for column in columns]
    middles = tuple(min(1.0, part * width / written) for part in of_image)
    return Line(quad, with_lost_spaces(text, columns), confidence, middles)


def _confidence(lines: Sequence[Line]) -> float:
    """Return the mean confidence of a character, 0 where there is none."""
    characters = sum(len(line.text) for line in lines)
    return (
        sum(line.confidence * len(line.text) for line in lines) / characters if characters else 0.0
    )


def _text_box(line: Line) -> TextBox:
    top_left, top_right, bottom_right, bottom_left = (
        Point(float(x), float(y)) for x, y in line.quad
    )
    return TextBox(
        (top_left, top_right, bottom_right, bottom_left), cleaned(line.text), line.middles
    )

"""What is refused at the door, of an upload and by mail: leading bytes, size and header facts only, nothing is
decoded."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.api.problems import (
    EMPTY_UPLOAD,
    HIDDEN_SIZE,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
)
from tillroll.platform.bindings.http import IncomingFile
from tillroll.platform.bindings.models import MOST_PIXELS, PictureSize
from tillroll.reading.files import HiddenSize, picture_size, sniff

LARGEST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Checked:
    """What the leading bytes tell of a file that may come in; `picture` is None where they do not say its size."""

    media_type: str
    picture: PictureSize | None


def check_upload(file: IncomingFile) -> Checked:
    """What a file is that may come in.

    Raises:
        Problem: 400 empty, 413 too large, 415 no picture, PDF or e-invoice, 422 too many pixels or a hidden size.
    """
    if file.size == 0:
        raise Problem(EMPTY_UPLOAD, "The file has no bytes. Choose the photo or PDF again.")
    if file.size > LARGEST_BYTES:
        raise too_large()
    media_type = sniff(file.peek)
    if media_type is None:
        raise Problem(
            UNSUPPORTED_MEDIA_TYPE,
            "The file's content is no JPEG, PNG, WebP, HEIC or PDF, and no e-invoice in XML (UBL or CII), whatever its "
            "name says. Save it as one of these.",
        )
    try:
        picture = picture_size(media_type, file.peek)
    except HiddenSize as error:
        raise Problem(
            HIDDEN_SIZE, "So much stands before the picture's size that it was not looked for. Save the picture anew."
        ) from error
    if picture and picture.pixels > MOST_PIXELS:
        raise Problem(
            TOO_MANY_PIXELS,
            f"The picture has {picture.pixels / 1e6:.0f} megapixels; at most {MOST_PIXELS / 1e6:.0f} are taken. "
            "Scale it down.",
        )
    return Checked(media_type, picture)


def too_large() -> Problem:
    """413, for what is larger than LARGEST_BYTES."""
    return Problem(
        TOO_LARGE,
        f"The file has more than {LARGEST_BYTES // 1024 // 1024} MB. Photograph it with fewer megapixels, or compress "
        "it.",
    )


@dataclass(frozen=True)
class MayComeIn:
    """What the leading bytes tell of a file; `picture` is None where they do not say its size."""

    media_type: str
    picture: PictureSize | None


class MayNot(Exception):
    """The file does not come in; the message says why, and how to put it right."""


Check = Callable[[IncomingFile], MayComeIn]
"""Raises MayNot."""


def check_paper(file: IncomingFile) -> MayComeIn:
    """Raises MayNot: an upload of it would be refused."""
    try:
        checked = check_upload(file)
    except Problem as problem:
        raise MayNot(problem.detail) from problem
    return MayComeIn(checked.media_type, checked.picture)

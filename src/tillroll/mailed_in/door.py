"""What an upload must be to come in, as whoever wires this room has it: the same checks as by HTTP."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.platform.bindings.http import IncomingFile
from tillroll.platform.bindings.models import PictureSize


@dataclass(frozen=True)
class MayComeIn:
    """What the leading bytes tell of a file; `picture` is None where they do not say its size."""

    media_type: str
    picture: PictureSize | None


class MayNot(Exception):
    """The file does not come in; the message says why, and how to put it right."""


Check = Callable[[IncomingFile], MayComeIn]
"""Raises MayNot."""

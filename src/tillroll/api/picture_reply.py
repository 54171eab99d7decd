"""The answer with a picture that is made smaller."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PictureReply:
    """200 with a stored image, scaled down to `width` pixels, as a JPEG."""

    key: str
    width: int
    headers: Mapping[str, str]
    account: str

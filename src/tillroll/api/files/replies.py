"""Answers of the handlers that do not go through FastAPI, because bytes pass there that Python must not copy.

`account` is that of whoever asked, `run` and `subject` what was made for them, for the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tillroll.platform.json import JsonObject


@dataclass(frozen=True)
class JsonReply:
    status: int
    body: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    account: str | None = None
    run: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class ObjectReply:
    """200 with the bytes of a stored object, or 404 that calls it `what`."""

    key: str
    headers: Mapping[str, str]
    account: str
    what: str = "image"


@dataclass(frozen=True)
class PictureReply:
    """200 with a stored image, scaled down to `width` pixels, as a JPEG."""

    key: str
    width: int
    headers: Mapping[str, str]
    account: str

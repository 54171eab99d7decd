"""Answers of the handlers that do not go through FastAPI, because bytes pass there that Python must not copy.

`account` is that of whoever asked, `run` and `subject` what was made for them, for the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tillroll.api.picture_reply import PictureReply
from tillroll.platform.json import JsonObject

# What every answer has unless its route says otherwise: what belongs to an account is kept by no cache, JSON is taken
# for nothing else, nothing of it is run or framed, and whoever came by https comes by it again.
SAFE_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}


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
    """200 with the bytes of a stored object, or 404 that calls it `what`. Of a picture (a media type of PICTURES) what
    its file tells beside its pixels is left out."""

    key: str
    headers: Mapping[str, str]
    account: str
    what: str = "image"
    picture: str | None = None


Reply = JsonReply | ObjectReply | PictureReply

"""An upload as it arrives: its bytes stay where the runtime has them, and only facts about them come into Python."""

from collections.abc import Sequence
from typing import Protocol


class BrokenUpload(Exception):
    """The request's body is not what its headers say, or was cut off."""


class BodyTooLong(Exception):
    """The body has more bytes than are taken. No more than that many were kept, and none are now."""


class IncomingFile(Protocol):
    @property
    def name(self) -> str | None:
        """The file's name as the sender gave it; never used as a path."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def peek(self, offset: int, length: int) -> bytes:
        """A few bytes; fewer, or none, where the file ends."""
        ...

    async def sha256(self) -> str:
        """SHA-256 of all bytes, in hexadecimal digits."""
        ...

    async def store(self, key: str, media_type: str) -> None:
        """Put the bytes into the object store; the same key with the same bytes again changes nothing."""
        ...


class IncomingUpload(Protocol):
    def header(self, name: str) -> str | None: ...

    @property
    def is_secure(self) -> bool:
        """True where the request came over https."""
        ...

    @property
    def has_body(self) -> bool:
        """True where bytes may follow the headers."""
        ...

    async def form_files(self, field: str, most_bytes: int) -> Sequence[IncomingFile]:
        """The files of a multipart field, in order; text values do not count. Of many, the first two.

        Raises:
            BrokenUpload: the body is no multipart form, or was cut off.
            BodyTooLong: the whole form has more than `most_bytes`.
        """
        ...

    async def discard(self) -> None:
        """Read on for some seconds and keep nothing: a client that is still sending would not see the answer."""
        ...

    async def body(self, most_bytes: int) -> IncomingFile:
        """The whole body as one file.

        Raises:
            BrokenUpload: it was cut off.
            BodyTooLong: it has more than `most_bytes`.
        """
        ...

"""An upload as it arrives: its bytes stay where the runtime has them, and only facts about them come into Python."""

from collections.abc import Sequence
from typing import Protocol


class BrokenUpload(Exception):
    """The request's body is not what its headers say, or was cut off."""


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

    async def form_files(self, field: str) -> Sequence[IncomingFile]:
        """The files of a multipart field, in order; text values do not count.

        Raises:
            BrokenUpload: the body is no multipart form.
        """
        ...

    async def discard(self) -> None:
        """Read the body to its end and keep nothing: a client that is still sending would not see the answer."""
        ...

    async def body(self) -> IncomingFile:
        """The whole body as one file.

        Raises:
            BrokenUpload: it was cut off.
        """
        ...

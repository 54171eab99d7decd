"""Stores by key: objects for what is large, sessions for what lives briefly. Uploaded bytes pass
natively, not here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final, Protocol

from tillroll_durable.platform import log

# R2 takes pieces of at least 5 MiB, all of one size but the last. One is in memory at a time, which
# never shrinks.
PIECE_BYTES = 5 * 2**20

# The folder of an account in which a large upload lies until its sum is known, and the answer sent.
PASSING: Final = "uploads"


class ObjectsUnavailable(Exception):
    """The store did not answer; whether it acted is unknown."""


def missing(key: str) -> str:
    """Say to a person that an object is not in the store, though rows refer to it, and what puts
    that right."""
    return f"the object {key} is missing in the bucket: put it back from a backup, then retry"


@dataclass(frozen=True)
class StoredObject:
    """An object without its bytes. `uploaded_at` is UTC; `etag` changes with the content."""

    key: str
    uploaded_at: datetime
    etag: str


class LargeObject(Protocol):
    """An object that is written piece by piece and is there once it is complete, in the place of an
    earlier one. Both raise ObjectsUnavailable where the store did not answer; what was not
    completed, the store drops by itself."""

    async def add(self, piece: bytes | memoryview) -> None:
        """The next piece: all but the last are of one size, at least 5 MiB. A view is not kept."""
        ...

    async def complete(self) -> None: ...


class Objects(Protocol):
    """Each of these but `page` raises ObjectsUnavailable where the store did not answer."""

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        """Write an object; an existing one is replaced."""
        ...

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        """Write an object; an existing one is replaced."""
        ...

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        """Begin an object that is too large for memory."""
        ...

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        """Write an object where there is none under its key; false, and nothing changed, where
        there is one."""
        ...

    async def get_text(self, key: str) -> str | None:
        """The object as UTF-8 text, or None where there is none."""
        ...

    async def get_bytes(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none."""
        ...

    async def get_piece(self, key: str, offset: int, length: int) -> bytes | None:
        """Get `length` bytes of an object, fewer where it ends; None where there is none. `offset`
        lies within it."""
        ...

    async def head(self, key: str) -> StoredObject | None:
        """The object as it is now, or None where there is none."""
        ...

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        """Up to `limit` objects behind the key `after`, in the order of their keys."""
        ...

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        ...


@dataclass(frozen=True)
class Stored:
    """`size` is in bytes, `sha256` hexadecimal."""

    key: str
    size: int
    sha256: str


class ObjectWriter:
    """Where an object's bytes go; what was not closed is not there. Its methods raise
    ObjectsUnavailable."""

    def __init__(self, objects: Objects, key: str, media_type: str) -> None:
        self._objects = objects
        self._key = key
        self._media_type = media_type
        # Written over from its beginning for each piece: the bytes lie behind each other once, and
        # are not copied.
        self._waiting = BytesIO()
        self._digest = hashlib.sha256()
        self._size = 0
        self._large: LargeObject | None = None

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._size

    async def add(self, content: bytes) -> None:
        self._digest.update(content)
        self._size += len(content)
        remaining = memoryview(content)
        while len(remaining) > (room := PIECE_BYTES - self._waiting.tell()):
            self._waiting.write(remaining[:room])
            remaining = remaining[room:]
            self._large = self._large or await self._objects.begin_large(
                self._key, self._media_type
            )
            with self._waiting.getbuffer() as piece:
                await self._large.add(piece)
            self._waiting.seek(0)
        self._waiting.write(remaining)

    async def close(self) -> Stored:
        """Complete the object."""
        self._waiting.truncate()
        if self._large is None:
            await self._objects.put_bytes(self._key, self._waiting.getvalue(), self._media_type)
        else:
            await self._large.add(self._waiting.getvalue())
            await self._large.complete()
        return Stored(self._key, self._size, self._digest.hexdigest())


class AssetMissing(Exception):
    """The file was not deployed, or did not come."""


class Assets(Protocol):
    async def read(self, path: str) -> bytes:
        """A static file by its path, such as /icon.svg. Raises AssetMissing: it was not deployed,
        or did not come."""
        ...


class AttemptsUnavailable(Exception):
    """The counter did not answer: how many attempts there were is unknown."""


class Attempts(Protocol):
    async def may_try(self, key: str) -> bool:
        """Count an attempt of `key`; False where there were too many within the last minute.
        Raises AttemptsUnavailable.
        """
        ...


async def may_try(limit: Attempts, key: str) -> bool:
    """Count an attempt of `key`. Return False where there were too many within the last minute.

    A counter that does not answer refuses nobody: the log says so. Tokens and codes cannot be
    guessed, so the limit protects the database and no secret.
    """
    try:
        return await limit.may_try(key)
    except AttemptsUnavailable as error:
        log.warning("limit.not_counted", error=error)
        return True


class Unlimited:
    """`Attempts` without an end."""

    async def may_try(self, key: str) -> bool:
        del key
        return True


@dataclass(frozen=True)
class Limits:
    """How many requests may come within a minute from an address, of an actor (a token or a
    person), of an account."""

    by_address: Attempts
    by_actor: Attempts
    by_account: Attempts


NO_LIMITS = Limits(Unlimited(), Unlimited(), Unlimited())

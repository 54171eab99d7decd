"""The object store: large things by key. Uploaded bytes go in and out in the Worker's native handlers, not here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ObjectsUnavailable(Exception):
    """The store did not answer; whether it acted is unknown."""


@dataclass(frozen=True)
class StoredObject:
    """An object without its bytes. `uploaded_at` is UTC; `etag` changes with the content."""

    key: str
    uploaded_at: datetime
    etag: str


class Objects(Protocol):
    """Each of these but `page` and `delete` raises ObjectsUnavailable where the store did not answer."""

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        """Write an object; an existing one is replaced."""
        ...

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        """Write an object; an existing one is replaced."""
        ...

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        """Write an object where there is none under its key; false, and nothing changed, where there is one."""
        ...

    async def get_text(self, key: str) -> str | None:
        """The object as UTF-8 text, or None where there is none."""
        ...

    async def get_bytes(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none."""
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

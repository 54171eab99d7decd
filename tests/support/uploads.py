"""Uploads in memory: what the Worker's native request is to the upload handler."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tillroll_durable.platform.bindings.http import BeyondHead, BodyTooLong, UnknownFields
from tillroll_testing.host.memory import MemoryObjects

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


@dataclass
class MemoryFile:
    """A file that, as a large one of the Worker's, shows its beginning alone, and nothing once it
    is stored.
    """

    content: bytes
    objects: MemoryObjects
    name: str | None = "receipt.jpg"
    is_stored: bool = False
    head_bytes: int = 128 * 1024

    @property
    def size(self) -> int:
        return len(self.content)

    def peek(self, offset: int, length: int) -> bytes:
        assert not self.is_stored
        end = min(offset + length, self.size)
        if end > self.head_bytes:
            raise BeyondHead(end)
        return self.content[offset:end]

    async def read_head(self, size: int) -> None:
        assert not self.is_stored
        self.head_bytes = max(size, self.head_bytes)

    async def sha256(self, folder: str) -> str:
        del folder
        assert not self.is_stored
        return hashlib.sha256(self.content).hexdigest()

    async def store(self, key: str, media_type: str) -> None:
        del media_type
        assert not self.is_stored
        self.objects.content[key] = self.content
        self.is_stored = True


@dataclass
class MemoryUpload:
    """An upload of `files` in the field that is `named`; the form has `others` beside it."""

    files: Sequence[MemoryFile]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    is_secure: bool = True
    named: str = "receipt"
    others: Sequence[str] = ()

    def header(self, name: str) -> str | None:
        return {"content-type": "multipart/form-data", **self.headers}.get(name)

    @property
    def has_body(self) -> bool:
        return bool(self.files)

    async def form_files(
        self, field: str, most_bytes: int, most_files: int
    ) -> Sequence[MemoryFile]:
        if sum(file.size for file in self.files) > most_bytes:
            raise BodyTooLong
        if self.others:
            raise UnknownFields(self.others)
        if field != self.named:
            return []
        return [replace(file, head_bytes=file.size) for file in self.files[:most_files]]

    async def discard(self) -> None:
        """There is nothing on its way."""

    async def body(self, most_bytes: int) -> MemoryFile:
        if self.files[0].size > most_bytes:
            raise BodyTooLong
        file = self.files[0]
        return replace(file, head_bytes=file.size)

    async def file(self, most_bytes: int) -> MemoryFile:
        if self.files[0].size > most_bytes:
            raise BodyTooLong
        return replace(self.files[0])

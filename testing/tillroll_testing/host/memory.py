"""Objects, queue, webhooks and clock in memory, each as simple as the protocol allows."""

import hashlib
from collections.abc import Mapping, MutableSequence, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.bindings.http import (
    BodyTooLong,
    Download,
    HttpAnswer,
    HttpFailed,
    ResolvingFailed,
    checked_answer,
)
from tillroll_durable.platform.bindings.objects import LargeObject, StoredObject
from tillroll_durable.platform.json import JsonObject

_SMALLEST_PIECE_BYTES = 5 * 2**20


class MemoryObjects:
    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.uploaded_at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        del content_type
        self.content[key] = content.encode()

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        del content_type
        self.content[key] = content

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        return MemoryLargeObject(self, key, content_type)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        del content_type
        if key in self.content:
            return False
        self.content[key] = content.encode()
        return True

    async def get_text(self, key: str) -> str | None:
        found = self.content.get(key)
        return None if found is None else found.decode()

    async def get_bytes(self, key: str) -> bytes | None:
        return self.content.get(key)

    async def get_piece(self, key: str, offset: int, length: int) -> bytes | None:
        found = self.content.get(key)
        return None if found is None else found[offset : offset + length]

    async def head(self, key: str) -> StoredObject | None:
        return self._stored(key) if key in self.content else None

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        keys = sorted(key for key in self.content if key > after)[:limit]
        return [self._stored(key) for key in keys]

    async def delete(self, key: str) -> None:
        self.content.pop(key, None)

    def _stored(self, key: str) -> StoredObject:
        etag = hashlib.md5(self.content[key], usedforsecurity=False).hexdigest()
        return StoredObject(key, self.uploaded_at, etag)


class MemoryLargeObject:
    """As strict about its pieces as R2 is."""

    def __init__(self, objects: MemoryObjects, key: str, content_type: str) -> None:
        self._objects = objects
        self._key = key
        self._content_type = content_type
        self._pieces: list[bytes] = []

    async def add(self, piece: bytes | memoryview) -> None:
        self._pieces.append(bytes(piece))

    async def complete(self) -> None:
        sizes = {len(piece) for piece in self._pieces[:-1]}
        if len(sizes) > 1 or any(size < _SMALLEST_PIECE_BYTES for size in sizes):
            raise ValueError(
                "all pieces but the last have one size of at least 5 MiB; these have "
                f"{sorted(sizes)}"
            )
        await self._objects.put_bytes(self._key, b"".join(self._pieces), self._content_type)


class MemoryQueue:
    """Messages that wait; `lose_all` is what a crash does to them."""

    def __init__(self) -> None:
        self.messages: list[JsonObject] = []
        self.is_down = False

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        """At once, whatever the delay: who takes it early finds nothing due."""
        del delay_seconds
        if self.is_down:
            raise QueueUnavailable("the queue is down")
        self.messages.append(message)

    def lose_all(self) -> None:
        self.messages.clear()


class WebhookReceiver:
    """A receiver that remembers what it got; `answers` are given first (a status, an answer, or
    None for none), then
    200. `answers_of` has those of one address.

    `pages` are what it has for a GET, by address; elsewhere nobody answers. `asked` remembers the
    addresses.
    """

    def __init__(self, answers: Sequence[int | HttpAnswer | None] = ()) -> None:
        self.answers: MutableSequence[Any] = list(answers)
        self.answers_of: dict[str, MutableSequence[Any]] = {}
        self.posted_to: list[str] = []
        self.received: list[tuple[Mapping[str, str], str]] = []
        self.pages: dict[str, HttpAnswer] = {}
        self.asked: list[str] = []

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes, headers
        self.asked.append(url)
        if url not in self.pages:
            raise HttpFailed(f"{url} did not answer")
        return self.pages[url]

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        self.received.append((headers, body))
        self.posted_to.append(url)
        answers = self.answers_of.get(url, self.answers)
        answer = answers.pop(0) if answers else 200
        if answer is None:
            raise HttpFailed(f"{url} did not answer")
        if isinstance(answer, int):
            return HttpAnswer(answer, "")
        return checked_answer(answer)

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        """It has nothing that could be deleted."""
        del headers, timeout_seconds
        self.asked.append(url)
        raise HttpFailed(f"{url} did not answer")


class MemoryFile:
    """`IncomingFile` over bytes."""

    def __init__(self, objects: MemoryObjects, content: bytes, name: str | None = None) -> None:
        self.name = name
        self.content = content
        self._objects = objects

    @property
    def size(self) -> int:
        return len(self.content)

    def peek(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]

    async def read_head(self, size: int) -> None:
        """All bytes are ready as they are."""
        del size

    async def sha256(self, folder: str) -> str:
        del folder
        return hashlib.sha256(self.content).hexdigest()

    async def store(self, key: str, media_type: str) -> None:
        await self._objects.put_bytes(key, self.content, media_type)


class MemoryDownloads:
    """`Downloads` of the files that it is given, by address; elsewhere nobody answers."""

    def __init__(self, objects: MemoryObjects) -> None:
        self.files: dict[str, bytes] = {}
        self._objects = objects

    async def get(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, most_bytes: int
    ) -> Download:
        del headers, timeout_seconds
        if url not in self.files:
            raise HttpFailed(f"{url} did not answer")
        if len(self.files[url]) > most_bytes:
            raise BodyTooLong
        return Download(200, MemoryFile(self._objects, self.files[url]))


class MemoryAttempts:
    """`Attempts` that never forget: so many for each key."""

    def __init__(self, most: int = 1000) -> None:
        self._left: dict[str, int] = {}
        self._most = most

    async def may_try(self, key: str) -> bool:
        self._left[key] = self._left.get(key, self._most) - 1
        return self._left[key] >= 0


class MemoryResolver:
    """`Resolver` of the names that it is given; nobody answers for another."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self.names = dict(names)

    async def addresses(self, name: str) -> Sequence[str]:
        if name not in self.names:
            raise ResolvingFailed(f"nobody answers for {name}")
        return self.names[name]


class ManualClock:
    """Stands still until it is moved.

    Attributes:
        passed: how much time went by. Another system's clock goes on where this one is put back.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
        self.passed = timedelta()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
        if by > timedelta():
            self.passed += by

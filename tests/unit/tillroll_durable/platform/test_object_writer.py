"""An object of any size is written with little of it in memory, which in a Worker never shrinks."""

import hashlib
import tracemalloc

from tillroll_durable.platform.bindings.objects import PIECE_BYTES, LargeObject, ObjectWriter
from tillroll_testing.host.memory import MemoryObjects


class _Counted(MemoryObjects):
    """Keeps nothing of large objects but their digest."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.digest = hashlib.sha256()

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        del key, content_type
        return self

    async def add(self, piece: bytes | memoryview) -> None:
        self.sizes.append(len(piece))
        self.digest.update(piece)

    async def complete(self) -> None:
        """All of it is there."""


async def test_large_documents_are_not_gathered_before_they_are_sent() -> None:
    objects = _Counted()
    writer = ObjectWriter(objects, "report", "application/pdf")
    document = bytes(range(256)) * (40 * 1024)
    tracemalloc.start()
    try:
        for _ in range(4):
            await writer.add(document)
        stored = await writer.close()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2.5 * PIECE_BYTES
    assert (stored.size, sum(objects.sizes)) == (4 * len(document), 4 * len(document))
    assert {*objects.sizes[:-1]} == {PIECE_BYTES}
    assert stored.sha256 == objects.digest.hexdigest()

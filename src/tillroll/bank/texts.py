"""Rows as JSON, in texts that D1 takes."""

from collections.abc import Iterable, Iterator
from typing import Final

from tillroll_durable.platform.json import Json, dump

_BYTES: Final = 1_000_000
"""So many bytes the rows of one statement have: D1 binds texts of up to two million."""


def in_texts(rows: Iterable[Json]) -> Iterator[str]:
    """The rows as JSON arrays: as many texts as are needed, none of which is empty."""
    chunk: list[str] = []
    size = 0
    for row in rows:
        written = dump(row)
        if chunk and size + len(written) > _BYTES:
            yield f"[{','.join(chunk)}]"
            chunk = []
            size = 0
        chunk.append(written)
        size += 4 * len(written) if not written.isascii() else len(written)
    if chunk:
        yield f"[{','.join(chunk)}]"

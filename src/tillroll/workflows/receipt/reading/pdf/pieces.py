"""A PDF is read piece by piece: each is a synchronous call into pypdf with its limits, and then everybody else of the
isolate has their turn. Nothing of pypdf runs outside of a piece, and no piece waits for anything."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, ParamSpec, TypeVar

from tillroll.platform.clock import Pause
from tillroll.workflows.receipt.reading.pdf.ciphers import ciphers
from tillroll.workflows.receipt.reading.pdf.work import Work, counted

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

# What pypdf may unpack at once, where it is no picture; the pages of an invoice have some 100 KB.
LARGEST_STREAM_BYTES: Final = 4_000_000
# Bytes of plain pixels; an A4 page in colour at 200 dpi has 11.6 million.
LARGEST_PICTURE_BYTES: Final = 30_000_000
# Steps of a page tree; a document of more pages is nobody's receipt.
_MOST_TREE_ENTRIES: Final = 5_000
# Tokens of a content stream; a dense page has some 20,000.
_MOST_TOKENS: Final = 500_000

_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": LARGEST_STREAM_BYTES,
    # Broken streams are mended byte by byte.
    "zlib_maximum_recovery_input_length": 100_000,
    "array_based_stream_maximum_output_length": LARGEST_STREAM_BYTES,
    "lzw_maximum_output_length": LARGEST_STREAM_BYTES,
    "run_length_maximum_output_length": LARGEST_STREAM_BYTES,
    "stream_decoding_work_maximum_length": 4 * LARGEST_STREAM_BYTES,
    "maximum_declared_stream_length": LARGEST_PICTURE_BYTES,
    "stream_parsing_work_maximum_count": _MOST_TOKENS,
    "page_tree_maximum_entries": _MOST_TREE_ENTRIES,
    "page_tree_maximum_page_entries": 50 * _MOST_TREE_ENTRIES,
}

_WAIT_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 60.0
# Somebody who rests for so long does not come back: the engine has given up that attempt, and nothing tells us.
_GONE_SECONDS: Final = 5.0

_reading: list[Work] = []


async def piece(work: Work, do: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
    """What `do` returns, done in one go; afterwards the others have their turn.

    Raises:
        TooMuchWork: it is more work than a piece, or the file, may take.
    """
    from pypdf import apply_configuration  # noqa: PLC0415 - a PDF's reader is imported only when one comes

    with apply_configuration(**_LIMITS), ciphers(work), counted(work):
        found = do(*args, **kwargs)
    await work.rest()
    return found


@asynccontextmanager
async def turn(pause: Pause) -> AsyncGenerator[Work]:
    """One file at a time: two would hold twice the memory.

    Raises:
        TimeoutError: another file took too long; another attempt helps.
    """
    waited = 0.0
    # No lock: its waiters would be woken in another request's turn, whose bindings are not theirs.
    while any(other.rests_since < _GONE_SECONDS for other in _reading):
        if waited >= _LONGEST_WAIT_SECONDS:
            raise TimeoutError("another PDF is being read")
        await asyncio.sleep(_WAIT_SECONDS)
        waited += _WAIT_SECONDS
    work = Work(pause)
    _reading.append(work)
    try:
        yield work
    finally:
        _reading.remove(work)

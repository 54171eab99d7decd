"""The PDF reader, imported in pieces when the first PDF comes, and called piece by piece with its limits, so that
others' requests go on."""

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, ParamSpec, TypeVar, cast

from tillroll.platform.clock import Pause
from tillroll.receipts.pdf.encryption import ciphers
from tillroll.receipts.pdf.work import Work, counted

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


READER: Final = "pypdf"


async def import_reader(rest: Callable[[], Awaitable[None]]) -> None:
    """Import pypdf, with a pause after each of its modules is compiled."""
    if READER in sys.modules:
        return
    # WebAssembly's memory grows and never shrinks, so garbage makes room first: without this, the first PDF took the
    # heap beyond the 128 MB of an isolate.
    gc.collect()
    await rest()
    codes: dict[str, CodeType] = {}
    for name, path in _modules():
        code = SourceFileLoader(name, str(path)).get_code(name)
        if code is not None:
            codes[name] = code
        await rest()
    finder = _Compiled(codes)
    sys.meta_path.insert(0, finder)
    try:
        import_module(READER)
    finally:
        sys.meta_path.remove(finder)
    await rest()


def _modules() -> Iterator[tuple[str, Path]]:
    """Names and files of all that lies in the package."""
    package = PathFinder.find_spec(READER)
    for folder in (package and package.submodule_search_locations) or ():
        root = Path(folder)
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join((READER, *(part for part in parts if part != "__init__"))), path


class _Compiled(MetaPathFinder):
    """Finds what is compiled, and is asked first."""

    def __init__(self, codes: Mapping[str, CodeType]) -> None:
        self._codes = codes

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._codes else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self._codes[fullname])
        return spec


class _Loader(SourceFileLoader):
    """Loads a module whose code is there already."""

    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - its signature
        return self._code


def object_of(reference: Any) -> Any:
    """What it leads to; None where there is nothing."""
    return None if reference is None else reference.get_object()


def dictionary_of(reference: Any) -> dict[str, Any]:
    """Empty where it is none."""
    found = object_of(reference)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def array_of(reference: Any) -> list[Any]:
    """A list of its own; empty where it is none."""
    found = object_of(reference)
    return cast("list[Any]", [*found]) if isinstance(found, list) else []

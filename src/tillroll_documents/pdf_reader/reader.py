"""The PDF reader, imported in pieces when the first PDF comes, and called piece by piece within
bounds of work, so that others' requests go on.

A few kilobytes of PDF can ask for hours of work, and pypdf does it in long synchronous calls. While
a piece is done, the interpreter tells of each of pypdf's functions that it enters and each turn of
a loop (`sys.monitoring`, PEP 669). They are counted, since a Worker's clock stands still while it
computes. Beyond the bound the count raises. It never waits: a stack that is set aside under a
library's frames can end the whole interpreter.
"""

import asyncio
import gc
import logging
import re
import sys
import time
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, cast

from tillroll_documents.pdf_reader.encryption import ciphers

Pause: TypeAlias = Callable[[], Awaitable[None]]
"""Let all others run that can; returns when it is this computation's turn again."""


async def no_pause() -> None:
    """Where there is nobody else to wait."""


_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

# Units that one file may take. The page of an invoice takes 5,000 to 300,000, in two pieces.
MOST_WORK: Final = 3_000_000
# Units of one piece: about half a second in the Worker, at 1 to 2.5 microseconds each.
LARGEST_PIECE: Final = 300_000
# Bytes of pictures, unpacked; packed again they are held until the last page is read, in 128 MB
# that are everybody's.
MOST_PICTURE_BYTES: Final = 48_000_000
# Encrypted bytes of a file; a scan of twenty pages has some 10 MB.
MOST_ENCRYPTED_BYTES: Final = 16_000_000

# sys.monitoring has six places; 0 to 2 and 5 are a debugger's, coverage's, a profiler's, an
# optimizer's.
_TOOL: Final = 4
READER: Final = "pypdf"

# pypdf logs each thing it stumbles over, thousands of times a file. How the reading ends says what
# matters.
logging.getLogger(READER).setLevel(logging.CRITICAL)


class TooMuchWork(BaseException):
    """The file is not worth reading on. No Exception, since the reader takes those for a broken
    file and goes on.
    """


class Work:
    """What one file has cost so far."""

    def __init__(
        self, pause: Pause, most: int = MOST_WORK, largest_piece: int = LARGEST_PIECE
    ) -> None:
        self._pause = pause
        self._left = most
        self._largest_piece = largest_piece
        self._left_in_piece = largest_piece
        self._picture_bytes = MOST_PICTURE_BYTES
        self._encrypted_bytes = MOST_ENCRYPTED_BYTES
        self._rested_at = time.monotonic()
        # Hashes that were made for it, by what they are made of.
        self.hashes: dict[object, bytes] = {}

    async def rest(self) -> None:
        """The end of a piece: everybody else has their turn, and the next piece begins."""
        self._rested_at = time.monotonic()
        self._left_in_piece = self._largest_piece
        await self._pause()

    @property
    def rests_since(self) -> float:
        """Seconds since the last piece ended, as the others see it."""
        return time.monotonic() - self._rested_at

    def spend(self, units: int = 1) -> None:
        """Spend units of work. Raises TooMuchWork beyond the bounds, again at each further unit."""
        self._left -= units
        self._left_in_piece -= units
        if self._left_in_piece < 0:
            raise TooMuchWork("one part of it asks for more work than a receipt can be worth")
        if self._left < 0:
            raise TooMuchWork("it asks for more work than a receipt can be worth")

    def unpack(self, picture_bytes: int) -> None:
        """Before a picture of so many bytes is unpacked."""
        self._picture_bytes -= picture_bytes
        if self._picture_bytes < 0:
            raise TooMuchWork("its pictures take too much memory")

    def decrypt(self, encrypted_bytes: int, bytes_a_unit: int) -> None:
        """Before so many bytes are decrypted."""
        self._encrypted_bytes -= encrypted_bytes
        if self._encrypted_bytes < 0:
            raise TooMuchWork("too much of it is encrypted")
        self.spend(encrypted_bytes // bytes_a_unit + 1)


def counted(work: Work) -> AbstractContextManager[None]:
    """Count what the reader does meanwhile."""
    if hasattr(sys, "monitoring"):
        return _monitored(work)
    return _profiled(work)


@contextmanager
def _monitored(work: Work) -> Generator[None]:
    monitoring = cast("Any", sys).monitoring
    events = monitoring.events

    def seen(code: CodeType, *_: object) -> object:
        if READER not in code.co_filename:
            return monitoring.DISABLE
        work.spend()
        return None

    monitoring.use_tool_id(_TOOL, "tillroll")
    for event in (events.PY_START, events.JUMP):
        monitoring.register_callback(_TOOL, event, seen)
    monitoring.set_events(_TOOL, events.PY_START | events.JUMP)
    try:
        yield
    finally:
        monitoring.set_events(_TOOL, 0)
        monitoring.free_tool_id(_TOOL)


@contextmanager
def _profiled(work: Work) -> Generator[None]:
    """Count units on a Python without monitoring, where only tests read: two or three calls for
    each unit.
    """
    count = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event in {"call", "c_call"} and READER in frame.f_code.co_filename:
            count += 1
            if count % 3 == 0:
                work.spend()

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield
    finally:
        sys.setprofile(before)


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
# Somebody who rests for so long does not come back: the engine has given up that attempt, and
# nothing tells us.
_GONE_SECONDS: Final = 5.0

_reading: list[Work] = []


async def piece(
    work: Work,
    do: Callable[_Parameters, _Result],
    *args: _Parameters.args,
    **kwargs: _Parameters.kwargs,
) -> _Result:
    """What `do` returns, done in one go; then the others have their turn. Raises TooMuchWork."""
    # A PDF's reader is imported only when one comes.
    from pypdf import apply_configuration  # noqa: PLC0415

    with apply_configuration(**_LIMITS), ciphers(work), counted(work):
        result = do(*args, **kwargs)
    await work.rest()
    return result


@asynccontextmanager
async def turn(pause: Pause) -> AsyncGenerator[Work]:
    """Wait for the turn of one file: two would hold twice the memory. Raises TimeoutError: another
    file took too long.
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


async def import_reader(rest: Callable[[], Awaitable[None]]) -> None:
    """Import pypdf, with a pause after each of its modules is compiled."""
    if READER in sys.modules:
        return
    # WebAssembly's memory grows and never shrinks, so garbage makes room first.
    gc.collect()
    await rest()
    codes: dict[str, list[CodeType]] = {}
    for name, path in _modules():
        codes[name] = []
        for code in _compiled(name, path):
            codes[name].append(code)
            await rest()
    finder = _Compiled(codes)
    sys.meta_path.insert(0, finder)
    try:
        import_module(READER)
    finally:
        sys.meta_path.remove(finder)
    await rest()


def _modules() -> Iterator[tuple[str, Path]]:
    package = PathFinder.find_spec(READER)
    for folder in (package and package.submodule_search_locations) or ():
        root = Path(folder)
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join((READER, *(part for part in parts if part != "__init__"))), path


# A table with an entry a line. Pypdf has one of 17,000 glyphs: compiled in one, it takes 36 MB.
_TABLE: Final = re.compile(r"^(\w+) = \{\n", re.MULTILINE)
_TABLE_ENDS: Final = "\n}\n"
_LARGE_TABLE: Final = 100_000
_ENTRIES: Final = 1_000


def _compiled(name: str, path: Path) -> Iterator[CodeType]:
    """What a module executes, in order: one code, or several where it has a large table."""
    source = path.read_text(encoding="utf-8")
    table = _TABLE.search(source)
    begins = table.end() if table else 0
    ends = source.find(_TABLE_ENDS, begins)
    if table is None or ends - begins < _LARGE_TABLE:
        code = SourceFileLoader(name, str(path)).get_code(name)
        if code is not None:
            yield code
        return
    lines = source[begins:ends].splitlines()
    parts = ["\n".join(lines[start : start + _ENTRIES]) for start in range(0, len(lines), _ENTRIES)]
    adding = [f"{table[1]}.update({{\n{part}\n}})\n" for part in parts]
    for part in (
        f"{source[: table.start()]}{table[1]} = {{}}\n",
        *adding,
        source[ends + len(_TABLE_ENDS) :],
    ):
        yield compile(part, str(path), "exec", dont_inherit=True)


class _Compiled(MetaPathFinder):
    """Finds what is compiled, and is asked first."""

    def __init__(self, codes: Mapping[str, Sequence[CodeType]]) -> None:
        self._codes = codes

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname in self._codes:
            spec = PathFinder.find_spec(fullname, path, target)
        else:
            spec = None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self._codes[fullname])
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, codes: Sequence[CodeType]) -> None:
        super().__init__(fullname, path)
        self._codes = codes

    def exec_module(self, module: ModuleType) -> None:
        for code in self._codes:
            exec(code, module.__dict__)  # noqa: S102 - the module's own


def object_of(reference: Any) -> Any:
    """What it leads to; None where there is nothing."""
    if reference is None:
        return None
    return reference.get_object()


def dictionary_of(reference: Any) -> dict[str, Any]:
    """Empty where it is none."""
    value = object_of(reference)
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    return {}


def array_of(reference: Any) -> list[Any]:
    """A list of its own; empty where it is none."""
    value = object_of(reference)
    if isinstance(value, list):
        return cast("list[Any]", [*value])
    return []


def filters_of(stream: Any) -> list[str]:
    """The names of what a stream is compressed by, in order."""
    named = object_of(stream.get("/Filter"))
    return [
        str(name)
        for name in array_of(named) or ([] if named is None or isinstance(named, list) else [named])
    ]

"""What a start of workerd is about to load: the modules of its Python Worker, read from the
configuration that wrangler hands it, a Cap'n Proto message (node_modules/workerd/workerd.capnp).

Every start waits for this, so it reads the few fields that it needs itself: a library alone takes a
tenth of a second.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

_WORD = 8
_STRUCT, _LIST, _FAR = 0, 1, 2
_BYTES, _POINTERS, _STRUCTS = 2, 6, 7
# Fields by their place among a struct's pointers, and members of its union by their number, as
# workerd.capnp has them.
_CONFIG_SERVICES, _CONFIG_V8_FLAGS = 0, 2
_SERVICE_IS_WORKER, _SERVICE_VALUE = 1, 1
_WORKER_HAS_MODULES, _WORKER_MODULES, _WORKER_DATE, _WORKER_FLAGS = 0, 0, 1, 2
_MODULE_NAME, _MODULE_VALUE = 0, 1
_KINDS = {
    0: "esModule",
    1: "commonJsModule",
    2: "text",
    3: "data",
    4: "wasm",
    5: "json",
    7: "pythonModule",
}
PYTHON = "pythonModule"


class UnreadableConfig(Exception):
    """The message is not what workerd.capnp says: this workerd is another one."""


class Module(NamedTuple):
    """`kind` is the field of workerd.capnp that holds the content."""

    name: str
    kind: str
    content: bytes


class PythonWorker(NamedTuple):
    """All that workerd makes a Python Worker's memory of, before its first request. Bindings are no
    part of it.
    """

    modules: Sequence[Module]
    compatibility_date: str
    compatibility_flags: Sequence[str]
    v8_flags: Sequence[str]


def python_worker(message: bytes) -> PythonWorker | None:
    """The one Python Worker of a configuration; None where there is none, or are several, which
    share no memory.

    Raises:
        UnreadableConfig: it is no such configuration.
    """
    if b"python_workers" not in message:
        return None  # wrangler's own proxy, for instance
    try:
        return _find(message)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise UnreadableConfig(f"{type(error).__name__}: {error}") from error


def _find(message: bytes) -> PythonWorker | None:
    config = _Message(message).root()
    found: list[PythonWorker] = []
    for service in config.structs(_CONFIG_SERVICES):
        if service.union() != _SERVICE_IS_WORKER:
            continue
        worker = service.struct(_SERVICE_VALUE)
        if worker is None or worker.union() != _WORKER_HAS_MODULES:
            continue
        modules = worker.structs(_WORKER_MODULES)
        if any(_KINDS.get(module.union()) == PYTHON for module in modules):
            found.append(
                PythonWorker(
                    [_module(module) for module in modules],
                    worker.text(_WORKER_DATE),
                    worker.texts(_WORKER_FLAGS),
                    config.texts(_CONFIG_V8_FLAGS),
                )
            )
    return found[0] if len(found) == 1 else None


def _module(module: "_Struct") -> Module:
    kind = _KINDS[module.union()]
    content = module.content(_MODULE_VALUE)
    is_text = kind not in {"data", "wasm"}
    # a text ends with a zero
    return Module(module.text(_MODULE_NAME), kind, content[:-1] if is_text else content)


class _Message:
    """The segments of a message (https://capnproto.org/encoding.html)."""

    def __init__(self, message: bytes) -> None:
        count = struct.unpack_from("<I", message)[0] + 1
        sizes = struct.unpack_from(f"<{count}I", message, 4)
        at = (4 + 4 * count + _WORD - 1) // _WORD * _WORD
        self.segments: list[memoryview] = []
        for size in sizes:
            self.segments.append(memoryview(message)[at : at + size * _WORD])
            at += size * _WORD
        if at > len(message):
            raise IndexError("the message ends too soon")

    def root(self) -> "_Struct":
        root = self.struct_at(0, 0)
        if root is None:
            raise IndexError("the message is empty")
        return root

    def _resolve(self, segment: int, at: int) -> tuple[int, int, int]:
        """A pointer, the segment of what it points to, and that place, in words: far pointers have
        been followed.
        """
        pointer: int = struct.unpack_from("<Q", self.segments[segment], at * _WORD)[0]
        if pointer & 3 != _FAR:
            return pointer, segment, at + 1 + _signed(pointer)
        pad, there = (pointer >> 3) & 0x1FFFFFFF, pointer >> 32
        if not pointer & 4:
            return self._resolve(there, pad)
        place, tag = struct.unpack_from("<QQ", self.segments[there], pad * _WORD)
        return tag, place >> 32, (place >> 3) & 0x1FFFFFFF

    def struct_at(self, segment: int, at: int) -> "_Struct | None":
        pointer, segment, at = self._resolve(segment, at)
        if pointer == 0:
            return None
        if pointer & 3 != _STRUCT:
            raise IndexError("no struct")
        return _Struct(self, segment, at, (pointer >> 32) & 0xFFFF, pointer >> 48)

    def list_at(self, segment: int, at: int, size: int) -> tuple[int, int, int]:
        """The segment of a list, its place in words and its length; `size` is the kind of its
        elements.
        """
        pointer, segment, at = self._resolve(segment, at)
        if pointer == 0:
            return segment, at, 0
        if pointer & 3 != _LIST or (pointer >> 32) & 7 != size:
            raise IndexError("no such list")
        return segment, at, pointer >> 35


def _signed(pointer: int) -> int:
    offset = (pointer & 0xFFFFFFFF) >> 2
    return offset - (1 << 30) if offset & (1 << 29) else offset


class _Struct(NamedTuple):
    message: _Message
    segment: int
    at: int
    data_words: int
    pointers: int

    def union(self) -> int:
        """Which member is set, of a struct whose union's number is its first data."""
        if not self.data_words:
            return 0
        return int(
            struct.unpack_from("<H", self.message.segments[self.segment], self.at * _WORD)[0]
        )

    def _place(self, field: int) -> int | None:
        return self.at + self.data_words + field if field < self.pointers else None

    def struct(self, field: int) -> "_Struct | None":
        place = self._place(field)
        return None if place is None else self.message.struct_at(self.segment, place)

    def content(self, field: int) -> bytes:
        place = self._place(field)
        if place is None:
            return b""
        segment, at, length = self.message.list_at(self.segment, place, _BYTES)
        return bytes(self.message.segments[segment][at * _WORD : at * _WORD + length])

    def text(self, field: int) -> str:
        return self.content(field)[:-1].decode()

    def texts(self, field: int) -> list[str]:
        place = self._place(field)
        if place is None:
            return []
        segment, at, length = self.message.list_at(self.segment, place, _POINTERS)
        return [_Struct(self.message, segment, at + each, 0, 1).text(0) for each in range(length)]

    def structs(self, field: int) -> "list[_Struct]":
        place = self._place(field)
        if place is None:
            return []
        segment, at, words = self.message.list_at(self.segment, place, _STRUCTS)
        if not words:
            return []
        tag: int = struct.unpack_from("<Q", self.message.segments[segment], at * _WORD)[0]
        data, pointers = (tag >> 32) & 0xFFFF, tag >> 48
        return [
            _Struct(self.message, segment, at + 1 + each * (data + pointers), data, pointers)
            for each in range(_signed(tag))
        ]

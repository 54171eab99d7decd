"""A file as the pieces that are handed out of it, so that whoever holds its bytes need not copy them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Peek = Callable[[int, int], bytes]
"""Some bytes from an offset; fewer, or none, where the file ends."""


@dataclass(frozen=True)
class Span:
    """Bytes of the file from `start` up to `stop`, as they are."""

    start: int
    stop: int


@dataclass(frozen=True)
class Zeros:
    """So many zeros, where the file's places must stay as they are."""

    length: int


Piece = Span | Zeros | bytes


def tidied(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with spans that touch made one, and nothing empty."""
    kept: list[Piece] = []
    for piece in pieces:
        last = kept[-1] if kept else None
        match piece:
            case Span(start, stop) if start >= stop:
                continue
            case Span(start, stop) if isinstance(last, Span) and last.stop == start:
                kept[-1] = Span(last.start, stop)
            case Zeros(0) | b"":
                continue
            case _:
                kept.append(piece)
    return kept


def size_of(pieces: Sequence[Piece]) -> int:
    """Bytes of all of them."""
    return sum(
        piece.stop - piece.start
        if isinstance(piece, Span)
        else piece.length
        if isinstance(piece, Zeros)
        else len(piece)
        for piece in pieces
    )


def joined(content: bytes, pieces: Sequence[Piece]) -> bytes:
    """The bytes that they make of a file's content."""
    view = memoryview(content)
    return b"".join(
        view[piece.start : piece.stop]
        if isinstance(piece, Span)
        else bytes(piece.length)
        if isinstance(piece, Zeros)
        else piece
        for piece in pieces
    )

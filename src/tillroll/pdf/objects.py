"""Objects that a PDF is made of (ISO 32000-1, 7.3), and the file that they are written into one by one."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_DELIMITERS = b"()<>[]{}/%#"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to the object of that number."""

    number: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name, without its slash."""

    value: str


Value = bool | int | float | str | bytes | Ref | Name | Sequence["Value"] | Mapping[str, "Value"] | None


def written(value: Value) -> bytes:
    """A value as it stands in a file. A str is text for people; bytes are a string of these bytes."""
    match value:
        case None | bool():
            return {None: b"null", True: b"true", False: b"false"}[value]
        case int() | float():
            return number(value)
        case str() | bytes():
            return _string(value)
        case Mapping():
            return b"<<" + b"".join(_name(key) + b" " + written(each) for key, each in value.items()) + b">>"
        case Ref() | Name():
            return b"%d 0 R" % value.number if isinstance(value, Ref) else _name(value.value)
        case _:
            return b"[" + b" ".join(map(written, value)) + b"]"


def number(value: float) -> bytes:
    """A number with at most three digits behind its point, and never with an exponent, which no reader takes."""
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return b"0" if text == "-0" else text.encode()


def stream(content: bytes, entries: Mapping[str, Value] | None = None, *, deflate: bool = True) -> list[bytes]:
    """A stream of `content`, deflated unless it is to stand as it is, in pieces: a large one is not copied."""
    told = dict(entries or {})
    if deflate:
        content = zlib.compress(content, 6)
        told["Filter"] = Name("FlateDecode")
    told["Length"] = len(content)
    return [written(told), b"\nstream\n", content, b"\nendstream"]


def _name(value: str) -> bytes:
    return b"/" + b"".join(
        bytes([byte]) if 33 <= byte <= 126 and byte not in _DELIMITERS else b"#%02x" % byte for byte in value.encode()
    )


def _string(value: str | bytes) -> bytes:
    """Bytes as they are; text as UTF-16 behind its mark, which every reader knows. Lone surrogates are replaced."""
    content = value if isinstance(value, bytes) else b"\xfe\xff" + value.encode("utf-16-be", "replace")
    return b"<" + content.hex().encode() + b">"


# The second line says to programs that guess that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfFile:
    """`new` gives out a reference, under which an object is written once, now or later; `take` gives the bytes since
    the last one; `end` writes the table of places. The same objects in the same order give the same bytes."""

    def __init__(self) -> None:
        self._waiting = [_HEADER]
        self._size = len(_HEADER)
        self._digest = hashlib.sha256()
        # The place of each object by its number; object 0 is none.
        self._places: list[int | None] = [None]

    def new(self) -> Ref:
        self._places.append(None)
        return Ref(len(self._places) - 1)

    def write(self, value: Value, ref: Ref | None = None) -> Ref:
        """Write an object under its reference, or a new one."""
        return self._put([written(value)], ref)

    def write_stream(
        self,
        content: bytes,
        entries: Mapping[str, Value] | None = None,
        ref: Ref | None = None,
        *,
        deflate: bool = True,
    ) -> Ref:
        """Write a stream under its reference, or a new one."""
        return self._put(stream(content, entries, deflate=deflate), ref)

    def take(self) -> bytes:
        content = b"".join(self._waiting)
        self._waiting.clear()
        self._digest.update(content)
        return content

    def end(self, root: Ref, info: Ref) -> bytes:
        """The rest of the file, with its catalogue and what it says of itself.

        Raises:
            ValueError: a reference was given out, and no object written under it.
        """
        place = self._size
        table = [b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places)]
        for number, at in enumerate(self._places[1:], start=1):
            if at is None:
                raise ValueError(f"object {number} was never written")
            table.append(b"%010d 00000 n \n" % at)
        content = self.take()
        # The file's own name, which stays the same for the same file.
        name = self._digest.digest()[:16]
        trailer = written({"Size": len(self._places), "Root": root, "Info": info, "ID": [name, name]})
        return b"".join([content, *table, b"trailer\n", trailer, b"\nstartxref\n%d\n%%%%EOF\n" % place])

    def _put(self, content: Sequence[bytes], ref: Ref | None) -> Ref:
        ref = ref or self.new()
        if self._places[ref.number] is not None:
            raise ValueError(f"object {ref.number} was written already")
        self._places[ref.number] = self._size
        pieces = [b"%d 0 obj\n" % ref.number, *content, b"\nendobj\n"]
        self._waiting += pieces
        self._size += sum(map(len, pieces))
        return ref

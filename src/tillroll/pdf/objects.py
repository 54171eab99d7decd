"""The kinds of objects a PDF is made of, as bytes (ISO 32000-1, 7.3)."""

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

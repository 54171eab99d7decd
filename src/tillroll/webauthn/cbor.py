"""CBOR (RFC 8949) as authenticators write it: the canonical form of CTAP2, section 8, and nothing beside it.

Lengths are definite and as short as they can be, nesting is at most four levels deep, keys are numbers or texts and
stand once. Tags, floats and other simple values than false, true and null do not occur. The order of keys is not looked
at: browsers put attestation objects together, and nothing depends on it.
"""

from typing import Final, TypeAlias

from tillroll.webauthn.errors import Refused

Cbor: TypeAlias = "int | str | bytes | bool | list[Cbor] | dict[int | str, Cbor] | None"

_DEEPEST: Final = 4
_ARRAY, _SIMPLE = 4, 7
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}
_SHORTEST: Final = {1: 24, 2: 2**8, 4: 2**16, 8: 2**32}
"""The least number that needs so many bytes of its own."""


def read(content: bytes) -> Cbor:
    """The one value that the bytes are.

    Raises:
        Refused: they are not one value in that form.
    """
    value, end = read_first(content)
    if end != len(content):
        raise Refused("there are bytes behind the CBOR")
    return value


def read_first(content: bytes) -> tuple[Cbor, int]:
    """The value that the bytes begin with, and where it ends. Raises Refused."""
    reader = _Reader(content)
    return reader.value(0), reader.place


def _simple(major: int, number: int) -> bool | None:
    if major != _SIMPLE or number not in _SIMPLE_VALUES:
        raise Refused("the CBOR has a tag, or a simple value that is not false, true or null")
    return _SIMPLE_VALUES[number]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    def value(self, depth: int) -> Cbor:
        major, number = self._head()
        match major:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self._take(number)
            case 3:
                return self._text(number)
            case 4 | 5:
                return self._nested(major, number, depth)
            case _:
                return _simple(major, number)

    def _nested(self, major: int, size: int, depth: int) -> Cbor:
        if depth == _DEEPEST:
            raise Refused("the CBOR is nested too deeply")
        if size > len(self._content) - self.place:  # each item has a byte at least
            raise Refused("the CBOR is cut off")
        return [self.value(depth + 1) for _ in range(size)] if major == _ARRAY else self._map(size, depth + 1)

    def _map(self, size: int, depth: int) -> dict[int | str, Cbor]:
        found: dict[int | str, Cbor] = {}
        for _ in range(size):
            key = self.value(depth)
            if isinstance(key, bool) or not isinstance(key, int | str) or key in found:
                raise Refused("a key of the CBOR stands twice, or is neither a number nor a text")
            found[key] = self.value(depth)
        return found

    def _head(self) -> tuple[int, int]:
        """The major type, and the number that comes with it."""
        first = self._take(1)[0]
        major, low = first >> 5, first & 0x1F
        if low < _SHORTEST[1]:
            return major, low
        if low > 27 or major == _SIMPLE:
            raise Refused("the CBOR has a float, a length that is not definite, or a reserved value")
        width = 1 << (low - 24)
        number = int.from_bytes(self._take(width))
        if number < _SHORTEST[width]:
            raise Refused("a number of the CBOR is longer than it has to be")
        return major, number

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise Refused("a text of the CBOR is no UTF-8") from error

    def _take(self, size: int) -> bytes:
        end = self.place + size
        if end > len(self._content):
            raise Refused("the CBOR is cut off")
        taken, self.place = self._content[self.place : end], end
        return taken

"""A signed envelope (CMS SignedData, `.p7m`): what it holds, and whose certificate signed it.
Pure.

Source: RFC 5652 for the syntax, X.690 for its encoding (BER, which FatturaPA's signers write with
lengths left open), RFC 5280 for names in certificates. The signature itself is not verified."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll_documents.signed_files import SIGNED_DATA, begins_signed, binary_of

MOST_BYTES: Final = 14 * 1024 * 1024
_COMMON_NAME: Final = bytes.fromhex("550403")
_MOST_PIECES: Final = 200_000
_DEEPEST: Final = 24
# Tags of X.690: universal types, and [0] and [1] as constructed.
_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_OBJECT_ID: Final = 0x06
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_OCTETS_IN_PIECES: Final = 0x24
_TAGGED_0: Final = 0xA0
_OPEN_LENGTH: Final = 0x80
_LONG_TAG: Final = 0x1F
_MOST_LENGTH_BYTES: Final = 4
_UNTIL_SUBJECT: Final = 4
"""Sequences of a certificate's body: algorithm, issuer, validity, subject."""


class UnreadableEnvelope(ValueError):
    """The bytes begin as a signed envelope, and cannot be followed to the content."""


@dataclass(frozen=True)
class Signed:
    """What lies in an envelope. `signer` is the name in the certificate of the first signature,
    None where it has none that is found."""

    content: bytes
    signer: str | None


@dataclass(frozen=True)
class _Value:
    """A value of BER: its tag, and where its content begins and ends. Of an open length, the end
    is that of the bytes that hold it, and two zero bytes end it before."""

    tag: int
    begin: int
    end: int
    is_open: bool


class _Reader:
    """Reads values of BER in order, a bounded number of them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._pieces = 0

    def value_at(self, place: int, end: int) -> _Value:
        """The value that begins at a place. Raises UnreadableEnvelope."""
        self._pieces += 1
        if self._pieces > _MOST_PIECES or place + 2 > end:
            raise UnreadableEnvelope("the envelope is broken, or has too many parts")
        tag = self._content[place]
        first = self._content[place + 1]
        begin = place + 2
        if tag & _LONG_TAG == _LONG_TAG:
            raise UnreadableEnvelope("the envelope has a tag that no signature has")
        if first == _OPEN_LENGTH:
            return _Value(tag, begin, end, is_open=True)
        if first < _OPEN_LENGTH:
            length = first
        else:
            count = first - _OPEN_LENGTH
            if count > _MOST_LENGTH_BYTES:
                raise UnreadableEnvelope("the envelope states a length beyond any file")
            length = int.from_bytes(self._content[begin : begin + count], "big")
            begin += count
        if begin + length > end:
            raise UnreadableEnvelope("the envelope is cut off")
        return _Value(tag, begin, begin + length, is_open=False)

    def inner(self, outer: _Value, depth: int = 0) -> Iterator[_Value]:
        """The values in one, each with its true end."""
        place = outer.begin
        while place < outer.end:
            if outer.is_open and self._content[place : place + 2] == b"\0\0":
                return
            value = self.value_at(place, outer.end)
            if value.is_open:
                value = _Value(
                    value.tag, value.begin, self._end_of(value, depth + 1), is_open=False
                )
                place = value.end + 2
            else:
                place = value.end
            yield value

    def _end_of(self, value: _Value, depth: int) -> int:
        """Where the content of an open length ends: before its two zero bytes."""
        if depth > _DEEPEST:
            raise UnreadableEnvelope("the envelope is nested too deep")
        place = value.begin
        while self._content[place : place + 2] != b"\0\0":
            each = self.value_at(place, value.end)
            place = each.end
            if each.is_open:
                place = self._end_of(each, depth + 1) + 2
        return place

    def octets(self, value: _Value, depth: int = 0) -> bytes:
        """A string of octets, which may come in pieces, and these in pieces again."""
        if value.tag == _OCTETS:
            return self._content[value.begin : value.end]
        if value.tag != _OCTETS_IN_PIECES or depth > _DEEPEST:
            raise UnreadableEnvelope("the envelope holds no octets")
        return b"".join(self.octets(each, depth + 1) for each in self.inner(value))

    def bytes_of(self, value: _Value) -> bytes:
        return self._content[value.begin : value.end]


def open_signed(content: bytes) -> Signed:
    """What a signed envelope holds; an envelope in an envelope is opened too.
    Raises UnreadableEnvelope."""
    opened = _opened(content)
    for _ in range(3):
        if not begins_signed(opened.content[:100]):
            return opened
        opened = _opened(opened.content)
    raise UnreadableEnvelope("the envelope holds more than three others")


def _opened(content: bytes) -> Signed:
    if len(content) > MOST_BYTES:
        raise UnreadableEnvelope("the envelope is too large")
    binary = binary_of(content)
    reader = _Reader(binary)
    whole = _Value(_SEQUENCE, 0, len(binary), is_open=False)
    information = next(reader.inner(whole), None)
    parts = _parts(reader, information)
    if len(parts) < 2 or reader.bytes_of(parts[0]) != SIGNED_DATA:
        raise UnreadableEnvelope("the envelope is no signed data")
    signed = _parts(reader, next(reader.inner(parts[1]), None))
    # Version, digest algorithms, the content, certificates, revocations, signatures.
    encapsulated = next((part for part in signed if part.tag == _SEQUENCE), None)
    inside = _parts(reader, encapsulated)
    if len(inside) < 2:
        raise UnreadableEnvelope("the signature stands apart from what it signs")
    octets = next(reader.inner(inside[1]), None)
    if octets is None:
        raise UnreadableEnvelope("the envelope is empty")
    return Signed(reader.octets(octets), _signer(reader, signed))


def _parts(reader: _Reader, value: _Value | None) -> list[_Value]:
    if value is None:
        return []
    return [*reader.inner(value)]


def _signer(reader: _Reader, signed: list[_Value]) -> str | None:
    """The common name in the certificate whose number the first signature has, or in the first
    certificate."""
    certificates = [each for part in signed if part.tag == _TAGGED_0 for each in reader.inner(part)]
    first: _Value | None = None
    if signed and signed[-1].tag == _SET:
        first = next(reader.inner(signed[-1]), None)
    serial: bytes | None = None
    for part in _parts(reader, first):
        if part.tag == _SEQUENCE:
            numbers = [reader.bytes_of(each) for each in reader.inner(part) if each.tag == _INTEGER]
            serial = next(iter(numbers), None)
            break
    named: list[str] = []
    for certificate in certificates:
        body = next(iter(_parts(reader, certificate)), None)
        fields = _parts(reader, body)
        number = next((reader.bytes_of(each) for each in fields if each.tag == _INTEGER), None)
        # Without version and number: algorithm, issuer, validity, subject.
        sequences = [each for each in fields if each.tag == _SEQUENCE]
        name = _subject_name(reader, sequences)
        if name is not None and number == serial:
            return name
        if name is not None:
            named.append(name)
    return next(iter(named), None)


def _subject_name(reader: _Reader, sequences: list[_Value]) -> str | None:
    if len(sequences) < _UNTIL_SUBJECT:
        return None
    return _common_name(reader, sequences[_UNTIL_SUBJECT - 1])


def _common_name(reader: _Reader, subject: _Value) -> str | None:
    for relative in reader.inner(subject):
        for pair in reader.inner(relative):
            parts = _parts(reader, pair)
            if len(parts) == 2 and reader.bytes_of(parts[0]) == _COMMON_NAME:
                text = reader.bytes_of(parts[1]).decode("utf-8", "replace")
                return "".join(sign for sign in text if sign.isprintable())[:200] or None
    return None

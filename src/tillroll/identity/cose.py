"""What authenticators write: base64url, CBOR (RFC 8949), and keys and signatures as COSE (RFC 9052,
RFC 9053).
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.crypto import Algorithm, PublicKey


class CeremonyRefused(ValueError):
    """An answer of an authenticator or a browser cannot be believed; the message says what of it,
    for developers.
    """


Cbor: TypeAlias = "int | str | bytes | bool | list[Cbor] | dict[int | str, Cbor] | None"

_ARRAY = 4
_SIMPLE = 7
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}
_SHORTEST: Final = {1: 24, 2: 2**8, 4: 2**16, 8: 2**32}
"""The least number that needs so many bytes of its own."""


def read_cbor(content: bytes) -> Cbor:
    """The one value that the bytes are."""
    value, end = read_first_cbor(content)
    if end != len(content):
        raise CeremonyRefused("there are bytes behind the CBOR")
    return value


def read_first_cbor(content: bytes) -> tuple[Cbor, int]:
    """The value that the bytes begin with, and where it ends."""
    reader = _Reader(content)
    return reader.value(0), reader.place


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
            case 7 if number in _SIMPLE_VALUES:
                return _SIMPLE_VALUES[number]
            case _:
                raise CeremonyRefused(
                    "the CBOR has a tag, or a simple value that is not false, true or null"
                )

    def _nested(self, major: int, size: int, depth: int) -> Cbor:
        if depth == 4:
            raise CeremonyRefused("the CBOR is nested too deeply")
        if size > len(self._content) - self.place:  # each item has a byte at least
            raise CeremonyRefused("the CBOR is cut off")
        if major == _ARRAY:
            return [self.value(depth + 1) for _ in range(size)]
        return self._map(size, depth + 1)

    def _map(self, size: int, depth: int) -> dict[int | str, Cbor]:
        entries: dict[int | str, Cbor] = {}
        for _ in range(size):
            key = self.value(depth)
            if isinstance(key, bool) or not isinstance(key, int | str) or key in entries:
                raise CeremonyRefused(
                    "a key of the CBOR stands twice, or is neither a number nor a text"
                )
            entries[key] = self.value(depth)
        return entries

    def _head(self) -> tuple[int, int]:
        """The major type, and the number that comes with it."""
        first = self._take(1)[0]
        major = first >> 5
        low = first & 0x1F
        if low < _SHORTEST[1]:
            return major, low
        if low > 27 or major == _SIMPLE:
            raise CeremonyRefused(
                "the CBOR has a float, a length that is not definite, or a reserved value"
            )
        width = 1 << (low - 24)
        number = int.from_bytes(self._take(width))
        if number < _SHORTEST[width]:
            raise CeremonyRefused("a number of the CBOR is longer than it has to be")
        return major, number

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise CeremonyRefused("a text of the CBOR is no UTF-8") from error

    def _take(self, size: int) -> bytes:
        end = self.place + size
        if end > len(self._content):
            raise CeremonyRefused("the CBOR is cut off")
        piece = self._content[self.place : end]
        self.place = end
        return piece


_TYPE = 1
_ALGORITHM = 3
_CURVE = -1
_X = -2
_Y = -3
_MODULUS = -1
_EXPONENT = -2
_OKP = 1
_EC2 = 2
_RSA = 3
_RSA_BYTES: Final = range(256, 1025)


# COSE's number of a curve, and how many bytes a coordinate has.
_CURVES: Final[Mapping[Algorithm, tuple[int, int]]] = {
    "ES256": (1, 32),
    "ES384": (2, 48),
    "ES512": (3, 66),
}

# As https://www.iana.org/assignments/cose/ numbers them; the order is that in which they are
# offered.
ALGORITHMS: Final[Mapping[int, Algorithm]] = {
    -7: "ES256",
    -8: "EdDSA",
    -257: "RS256",
    -35: "ES384",
    -36: "ES512",
}


def read_key(content: bytes) -> PublicKey:
    """A key from its COSE form. WebAuthn wants ES256 on P-256, ES384 on P-384, ES512 on P-521,
    EdDSA on Ed25519.
    """
    key = read_cbor(content)
    if not isinstance(key, dict):
        raise CeremonyRefused("the public key is no COSE key")
    number = key.get(_ALGORITHM)
    if isinstance(number, int):
        algorithm = ALGORITHMS.get(number)
    else:
        algorithm = None
    if algorithm is None:
        raise CeremonyRefused(
            f"the public key is of the algorithm {number!r}, which was not offered"
        )
    if algorithm in _CURVES:
        curve, width = _CURVES[algorithm]
        _check(key, _EC2, members={_TYPE, _ALGORITHM, _CURVE, _X, _Y}, curve=curve)
        return PublicKey(algorithm, {"x": _exactly(key, _X, width), "y": _exactly(key, _Y, width)})
    if algorithm == "EdDSA":
        _check(key, _OKP, members={_TYPE, _ALGORITHM, _CURVE, _X}, curve=6)  # Ed25519
        return PublicKey(algorithm, {"x": _exactly(key, _X, 32)})
    _check(key, _RSA, {_TYPE, _ALGORITHM, _MODULUS, _EXPONENT})
    modulus = _number(key, _MODULUS)
    exponent = _number(key, _EXPONENT)
    if len(modulus) not in _RSA_BYTES or len(exponent) > 4:
        raise CeremonyRefused(
            "the RSA key does not have 2048 to 8192 bits, or its exponent is too long"
        )
    return PublicKey(algorithm, {"n": modulus, "e": exponent})


def signature_of(key: PublicKey, signature: bytes) -> bytes:
    """A signature as the platform checks it: WebAuthn has two DER integers of ECDSA, which come to
    their full width.
    """
    if key.algorithm not in _CURVES:
        return signature
    _, width = _CURVES[key.algorithm]
    body, rest = _der(signature, 0x30)
    first, body = _der(body, 0x02)
    second, body = _der(body, 0x02)
    if rest or body:
        raise CeremonyRefused("there are bytes behind the signature")
    return _at_width(first, width) + _at_width(second, width)


def _check(
    key: dict[int | str, Cbor], kind: int, members: set[int], curve: int | None = None
) -> None:
    """WebAuthn, section 6.5.1.1: the members that the key's type needs, and no others."""
    if (
        key.get(_TYPE) != kind
        or set(key) != members
        or (curve is not None and key.get(_CURVE) != curve)
    ):
        raise CeremonyRefused(
            "the public key does not have the type, curve or members of its algorithm"
        )


def _exactly(key: dict[int | str, Cbor], member: int, width: int) -> bytes:
    value = key.get(member)
    if not isinstance(value, bytes) or len(value) != width:
        raise CeremonyRefused(f"a coordinate of the public key is not {width} bytes")
    return value


def _number(key: dict[int | str, Cbor], member: int) -> bytes:
    value = key.get(member)
    if not isinstance(value, bytes) or not value or value[0] == 0:
        raise CeremonyRefused("a number of the public key is empty, or begins with zero")
    return value


def _der(content: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of a DER value of up to 255 bytes (X.690, section 8.1.3, in its shortest form),
    and what follows.
    """
    if len(content) < 2 or content[0] != tag:
        raise CeremonyRefused("the signature is not in DER")
    start = 2
    size = content[1]
    if size == 0x81 and len(content) > 2:
        start = 3
        size = content[2]
        if size < 0x80:
            raise CeremonyRefused("a length of the signature is longer than it has to be")
    elif size >= 0x80:
        raise CeremonyRefused("a length of the signature is too long")
    if len(content) < start + size:
        raise CeremonyRefused("the signature is cut off")
    return content[start : start + size], content[start + size :]


def _at_width(integer: bytes, width: int) -> bytes:
    """A DER integer above zero, in its shortest form, as so many bytes."""
    if (
        not integer
        or integer[0] & 0x80
        or (integer[0] == 0 and (len(integer) == 1 or not integer[1] & 0x80))
    ):
        raise CeremonyRefused(
            "a number of the signature is not above zero, or longer than it has to be"
        )
    number = integer.removeprefix(b"\0")
    if len(number) > width:
        raise CeremonyRefused("a number of the signature is too large")
    return number.rjust(width, b"\0")


def from_base64url(text: str) -> bytes:
    """The bytes of a text that is the one form that they have."""
    try:
        return base64url.decoded(text)
    except ValueError as error:
        raise CeremonyRefused(str(error)) from error

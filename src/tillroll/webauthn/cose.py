"""Public keys as COSE has them (RFC 9052, RFC 9053, RFC 8230), and signatures as WebAuthn has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tillroll.platform.bindings.crypto import Algorithm, PublicKey
from tillroll.webauthn.cbor import Cbor, read
from tillroll.webauthn.errors import Refused

_TYPE, _ALGORITHM, _CURVE, _X, _Y = 1, 3, -1, -2, -3
_MODULUS, _EXPONENT = -1, -2
_OKP, _EC2, _RSA = 1, 2, 3
_ED25519: Final = 6
_RSA_BYTES: Final = range(256, 1025)
_LONGEST_EXPONENT: Final = 4


@dataclass(frozen=True)
class _Curve:
    """COSE's number of a curve, and how many bytes a coordinate has."""

    number: int
    width: int


_CURVES: Final[Mapping[Algorithm, _Curve]] = {
    "ES256": _Curve(1, 32),
    "ES384": _Curve(2, 48),
    "ES512": _Curve(3, 66),
}

# As https://www.iana.org/assignments/cose/ numbers them; the order is that in which they are offered.
ALGORITHMS: Final[Mapping[int, Algorithm]] = {-7: "ES256", -8: "EdDSA", -257: "RS256", -35: "ES384", -36: "ES512"}


def read_key(content: bytes) -> PublicKey:
    """A key from its COSE form. WebAuthn wants ES256 on P-256, ES384 on P-384, ES512 on P-521, EdDSA on Ed25519.

    Raises:
        Refused: it is none, or of an algorithm that is not offered.
    """
    key = read(content)
    if not isinstance(key, dict):
        raise Refused("the public key is no COSE key")
    number = key.get(_ALGORITHM)
    algorithm = ALGORITHMS.get(number) if isinstance(number, int) else None
    if algorithm is None:
        raise Refused(f"the public key is of the algorithm {number!r}, which was not offered")
    if algorithm in _CURVES:
        curve = _CURVES[algorithm]
        _check(key, _EC2, {_TYPE, _ALGORITHM, _CURVE, _X, _Y}, curve.number)
        return PublicKey(algorithm, {"x": _exactly(key, _X, curve.width), "y": _exactly(key, _Y, curve.width)})
    if algorithm == "EdDSA":
        _check(key, _OKP, {_TYPE, _ALGORITHM, _CURVE, _X}, _ED25519)
        return PublicKey(algorithm, {"x": _exactly(key, _X, 32)})
    _check(key, _RSA, {_TYPE, _ALGORITHM, _MODULUS, _EXPONENT})
    modulus, exponent = _number(key, _MODULUS), _number(key, _EXPONENT)
    if len(modulus) not in _RSA_BYTES or len(exponent) > _LONGEST_EXPONENT:
        raise Refused("the RSA key does not have 2048 to 8192 bits, or its exponent is too long")
    return PublicKey(algorithm, {"n": modulus, "e": exponent})


def signature_of(key: PublicKey, signature: bytes) -> bytes:
    """A signature as the platform checks it: by ECDSA, WebAuthn has two DER integers, which come to their full width.

    Raises:
        Refused: it is no signature of that form.
    """
    curve = _CURVES.get(key.algorithm)
    if curve is None:
        return signature
    body, rest = _der(signature, 0x30)
    first, body = _der(body, 0x02)
    second, body = _der(body, 0x02)
    if rest or body:
        raise Refused("there are bytes behind the signature")
    return _at_width(first, curve.width) + _at_width(second, curve.width)


def _check(key: dict[int | str, Cbor], kind: int, members: set[int], curve: int | None = None) -> None:
    """WebAuthn, section 6.5.1.1: the members that the key's type needs, and no others."""
    if key.get(_TYPE) != kind or set(key) != members or (curve is not None and key.get(_CURVE) != curve):
        raise Refused("the public key does not have the type, curve or members of its algorithm")


def _exactly(key: dict[int | str, Cbor], member: int, width: int) -> bytes:
    value = key.get(member)
    if not isinstance(value, bytes) or len(value) != width:
        raise Refused(f"a coordinate of the public key is not {width} bytes")
    return value


def _number(key: dict[int | str, Cbor], member: int) -> bytes:
    value = key.get(member)
    if not isinstance(value, bytes) or not value or value[0] == 0:
        raise Refused("a number of the public key is empty, or begins with zero")
    return value


def _der(content: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of a DER value of up to 255 bytes (X.690, section 8.1.3, in its shortest form), and what follows."""
    if len(content) < 2 or content[0] != tag:
        raise Refused("the signature is not in DER")
    start, size = 2, content[1]
    if size == 0x81 and len(content) > 2:
        start, size = 3, content[2]
        if size < 0x80:
            raise Refused("a length of the signature is longer than it has to be")
    elif size >= 0x80:
        raise Refused("a length of the signature is too long")
    if len(content) < start + size:
        raise Refused("the signature is cut off")
    return content[start : start + size], content[start + size :]


def _at_width(integer: bytes, width: int) -> bytes:
    """A DER integer above zero, in its shortest form, as so many bytes."""
    if not integer or integer[0] & 0x80 or (integer[0] == 0 and (len(integer) == 1 or not integer[1] & 0x80)):
        raise Refused("a number of the signature is not above zero, or longer than it has to be")
    number = integer.removeprefix(b"\0")
    if len(number) > width:
        raise Refused("a number of the signature is too large")
    return number.rjust(width, b"\0")

"""Signatures by keys of others, by the package cryptography."""

from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tillroll_durable.platform.bindings.crypto import Algorithm, PublicKey

_CURVES: Final[dict[Algorithm, tuple[ec.EllipticCurve, hashes.HashAlgorithm]]] = {
    "ES256": (ec.SECP256R1(), hashes.SHA256()),
    "ES384": (ec.SECP384R1(), hashes.SHA384()),
    "ES512": (ec.SECP521R1(), hashes.SHA512()),
}

_Key: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | Ed25519PublicKey


class HostVerifier:
    """`Verifier` as WebCrypto fulfils it."""

    async def is_usable(self, key: PublicKey) -> bool:
        return _loaded(key) is not None

    async def is_signed(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        loaded = _loaded(key)
        try:
            match loaded:
                case ec.EllipticCurvePublicKey():
                    width = (loaded.curve.key_size + 7) // 8
                    if len(signature) != 2 * width:
                        return False
                    numbers = (
                        int.from_bytes(part) for part in (signature[:width], signature[width:])
                    )
                    loaded.verify(
                        encode_dss_signature(*numbers), message, ec.ECDSA(_CURVES[key.algorithm][1])
                    )
                case rsa.RSAPublicKey():
                    loaded.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
                case Ed25519PublicKey():
                    loaded.verify(signature, message)
                case None:
                    return False
        except InvalidSignature:
            return False
        return True


def _loaded(key: PublicKey) -> _Key | None:
    members = {name: int.from_bytes(number) for name, number in key.members.items()}
    try:
        if key.algorithm in _CURVES:
            curve = _CURVES[key.algorithm][0]
            return ec.EllipticCurvePublicNumbers(members["x"], members["y"], curve).public_key()
        if key.algorithm == "RS256":
            return rsa.RSAPublicNumbers(members["e"], members["n"]).public_key()
        return Ed25519PublicKey.from_public_bytes(key.members["x"])
    except (UnsupportedAlgorithm, ValueError):
        return None

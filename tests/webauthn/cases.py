"""The ceremonies by the standard's own test vectors, run on the host and in workerd.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but what is
deployed.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tillroll.identity.cose import CeremonyRefused
from tillroll.identity.webauthn import Expected, Known, Registered, assert_known, register
from tillroll_durable.platform.bindings.crypto import PublicKey, Verifier

Vector = Mapping[str, Mapping[str, str]]
Case = Callable[[Verifier, Mapping[str, Vector]], Awaitable[None]]

# Where the page of these stands in another's frame, which ours never does.
FRAMED = ("none-es256-crossOrigin", "none-es256-topOrigin")
# Its curve is offered by no WebCrypto.
NOT_OFFERED = ("packed-ed448",)


def expected(part: Mapping[str, str], **others: Any) -> Expected:
    values: dict[str, Any] = {
        "origin": "https://example.org",
        "rp_id": "example.org",
        "must_verify": False,
    } | others
    return Expected(bytes.fromhex(part["challenge"]), **values)


async def registered(verifier: Verifier, vector: Vector) -> Registered:
    part = vector["registration"]
    client, attestation = (
        bytes.fromhex(part[name]) for name in ("clientDataJSON", "attestationObject")
    )
    return await register(verifier, client, attestation, expected(part))


async def asserted(verifier: Verifier, vector: Vector, known: Known, spoilt: str = "") -> None:
    """The vector's authentication; `spoilt` names the part whose last bit is turned."""
    part = vector["authentication"]
    values = {
        name: bytearray.fromhex(part[name])
        for name in ("clientDataJSON", "authenticatorData", "signature")
    }
    if spoilt:
        values[spoilt][-1] ^= 1
    client, authenticator, signature = map(bytes, values.values())
    await assert_known(verifier, known, client, authenticator, signature, expected(part))


def known(found: Registered) -> Known:
    return Known(found.public_key, found.sign_count, found.backup_eligible)


async def each_vector_is_registered_and_signs_in(
    verifier: Verifier, vectors: Mapping[str, Vector]
) -> None:
    names = vectors.keys() - {*FRAMED, *NOT_OFFERED}
    assert len(names) == 12
    for name in names:
        found = await registered(verifier, vectors[name])
        assert found.credential_id.hex() == vectors[name]["registration"]["credentialId"], name
        await asserted(verifier, vectors[name], known(found))


async def a_turned_bit_is_noticed(verifier: Verifier, vectors: Mapping[str, Vector]) -> None:
    for name in ("none-es256", "packed-es384", "packed-es512", "packed-rs256", "packed-eddsa"):
        found = known(await registered(verifier, vectors[name]))
        for part in ("authenticatorData", "signature"):
            assert await is_refused(asserted(verifier, vectors[name], found, part)), (name, part)


async def another_passkey_signs_nothing(verifier: Verifier, vectors: Mapping[str, Vector]) -> None:
    other = await registered(verifier, vectors["packed-es256"])
    backup_eligible = (await registered(verifier, vectors["none-es256"])).backup_eligible
    stranger = Known(other.public_key, 0, backup_eligible)
    assert await is_refused(asserted(verifier, vectors["none-es256"], stranger))


async def a_frame_is_refused(verifier: Verifier, vectors: Mapping[str, Vector]) -> None:
    for name in FRAMED:
        assert await is_refused(registered(verifier, vectors[name]), "frame")


async def a_curve_that_was_not_offered_is_refused(
    verifier: Verifier, vectors: Mapping[str, Vector]
) -> None:
    for name in NOT_OFFERED:
        assert await is_refused(registered(verifier, vectors[name]))


async def what_is_no_key_is_not_usable(verifier: Verifier, _: Mapping[str, Vector]) -> None:
    beside_the_curve = PublicKey("ES256", {"x": bytes(31) + b"\x01", "y": bytes(31) + b"\x01"})
    assert await verifier.is_usable(beside_the_curve) is False
    assert await verifier.is_signed(beside_the_curve, bytes(64), b"") is False
    no_point = PublicKey("EdDSA", {"x": b"short"})
    assert await verifier.is_usable(no_point) is False
    assert await verifier.is_signed(no_point, bytes(64), b"") is False


async def a_signature_of_another_size_does_not_pass(
    verifier: Verifier, vectors: Mapping[str, Vector]
) -> None:
    # The generator of P-256 is a point of it.
    x = bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
    y = bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
    key = PublicKey("ES256", {"x": x, "y": y})
    assert vectors
    assert await verifier.is_usable(key) is True
    for size in (0, 1, 63, 64, 65, 128):
        assert await verifier.is_signed(key, b"\x01" * size, b"") is False


async def is_refused(ceremony: Awaitable[object], says: str = "") -> bool:
    try:
        await ceremony
    except CeremonyRefused as error:
        return says in str(error)
    return False


CASES: tuple[Case, ...] = (
    each_vector_is_registered_and_signs_in,
    a_turned_bit_is_noticed,
    another_passkey_signs_nothing,
    a_frame_is_refused,
    a_curve_that_was_not_offered_is_refused,
    what_is_no_key_is_not_usable,
    a_signature_of_another_size_does_not_pass,
)

"""What Tillroll relies on in its object store and in signatures: one suite of cases, run on the
host and in workerd.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but the
platform's protocols.
"""

import base64
from collections.abc import Awaitable, Callable

from tillroll_durable.platform.bindings.crypto import Signer, UnusableKey
from tillroll_durable.platform.bindings.objects import Objects

# The first test of RFC 8032, section 7.1, as PKCS #8.
SECRET = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SIGNATURE = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)
# Of 2,048 bits, as PKCS #8; and what `openssl dgst -sha256` signs of "tillroll" by it.
RSA_KEY = base64.b64decode(
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDN/USUqU2geItbDiVnX54rmxSQuPZNfEO+KTjmKQAsACdPWJ5Qe/Jf4MO7"
    "q3juqQB6t5r7touxPwAOQKoGMosSiReHa+77UTJgqkW3GNzZpKS8akm8MSeU5kRELDhVa7ekuz61qhpL5SE74o+84h1ITU7xMzbRbGFmzGnF"
    "ZlVEJZGxF4TCLw0sG9ZYOwhcdzQ5FRllysNBpaK5SY+FToewW5Xl59b3qarALgIYWyFN0DzCquIMwZzYkbZE5ruu96Y98a3FfjUIAc79Q503"
    "7Kx2yS2sQVjzacHP+C63m2IUwmA+brWkyBiKSqo7CfNlfMvj8CzV0wgjEh5JAbLSMIsPAgMBAAECggEAD8RxsfFtrDld7WfdTBbhHBRgVB2c"
    "WN0IsG8mWFPOHBAc8jFl2OJL8LPbN6vN83LDQyF3vwm/kp8waWbgvN20kIQm5WpJHjqeYRDXikbgbNZx96wpHbsjfP3NPuylmUBIC9d7Wtt8"
    "7M9KpnNWrk4ekLC+OK9DZG9n2z8NX5tQLomQf1W1tAArsREyF/YVxDxKSjuteaifnCQpiWdSU17E/ywRG28Dieh9xD8E+pHwg4+bExuoV/3S"
    "G4Hl27cDmmxfYSAEA0vtkTZf5nkJyiytY7ZSEqN6VqDztcHlmeFX69hm2QSg9JgIkrj/+7fxjJ3ls5fo7b8RR7VWF4vwyhYDbQKBgQDoktcs"
    "5etr8qeyjzoUAYYR4H6cqhqOGOl84bfSomB35fYsRWXvEa3rK7hN6avyEUvdgI2H+hno+i6jeNE1EHRmVonENRi/U2St8V8btSKQx7p44sDp"
    "3c3aRk1abVr6C040UPkfJCyhz/8YapOWtac6EQBk6rwWfxFf6xpKb8X7WwKBgQDivOxreKgtf4aa4okyftBydub6nGahxDBWckDXT59To90x"
    "7Qx1QocUymK1Zw2Jo4s0ExpK25vvTcNgfK940X6XHfbLNbdY0IFpxjZL0Ja916RxobHIW9bUIpP5bUmgsqh4GKileAJPN1gp9DAuEQBK1ulT"
    "BcD61nebPM7rw5ChXQKBgDD/VqPX4IxCeAAPWq4CUCuN/z6kO6n6J56usxqGKQq5gO58xGfkcp6b/F01wIrkB/ancanXEARcSN0ZxAGI8Ozq"
    "iGW0xfzw5cIbmuzscVbNLUTwiLH8j7TPoNZPOZ56KUSuVn2wElMYzeZn9aYHqS57jHi2V1/p71Ak6MoL2EsHAoGAF1ex00KhtcVqOynVTBCI"
    "LzCUiPpvCnpjK5Mpn8D/uyGklQ49eRj3RSmszdYlK6VdoGfTDh/bxuAvnBBaFEslCDO6g6MtFASrPhN85YM88aBwuo4V+nWSAVbp+wTITrX1"
    "6B9JxXc8baFZ/z+3chan/AxyCu0NuAU6XQ3+k4EXs7UCgYBl1buNRLZpFnfamPxN0bjvCvHahP4F8BGpjLQtAJ8FHVopQEEqNl9HawwuHlO0"
    "LlbV2ca4TofCuD8psSY86dXu8LR02/gvBYwdSSIRingWR9QSrFhQI/luYTtkKcPUfdigSc6AzLHlzabb2r25bB9hTNMK3vNg7tCn4bON4Kps"
    "zQ=="
)
RSA_SIGNATURE = base64.b64decode(
    "Jm5WohxlYSAyTnSAvYp4caGlrEMz3Hj06pgCIvI2htuzeI9j8/vOt/vC5pKzm7tKjJ4A52ja3/A1QohToTYho1SmKN2EyXZ+NVtufLSh1P1F"
    "h1/ft87Y2wyoL3g+fxoRqVzRs7e4VaKR4pLLC2EeXXfTzm4NGQ77R0baps4r0S45CupMTlYrU4ASgDF0atJnGoyK9V1I3S5dvzMc0vZypSoi"
    "JU7IU9qe17Rq8BSI0qrPgJ6mqK3fW+wnJhQ9n3RR2SXVWJVUUNry78s91rlPAbF9qe7Uk1Cyo1aK9Lh0uOX0Gg+akjNmZcbYDTNjsJu2+KZd"
    "AwXoYklG4spkT2jbPQ=="
)
OF_ANOTHER_CURVE = bytes.fromhex("02" + "ff" * 31)

Case = Callable[[Objects, Signer], Awaitable[None]]


async def what_is_absent_is_written_once(objects: Objects, _: Signer) -> None:
    assert await objects.put_text_if_absent("audit/1", "first 收據", "text/plain") is True
    assert await objects.put_text_if_absent("audit/1", "second", "text/plain") is False
    assert await objects.get_text("audit/1") == "first 收據"


async def what_was_put_otherwise_is_not_absent(objects: Objects, _: Signer) -> None:
    await objects.put_text("audit/2", "first", "text/plain")
    assert await objects.put_text_if_absent("audit/2", "second", "text/plain") is False
    await objects.delete("audit/2")
    assert await objects.put_text_if_absent("audit/2", "second", "text/plain") is True


async def a_large_object_is_there_once_it_is_complete(objects: Objects, _: Signer) -> None:
    pieces = [b"a" * (5 * 2**20), b"b" * (5 * 2**20), "end 收據".encode()]
    for _again in range(2):
        large = await objects.begin_large("large/1", "text/csv")
        for piece in pieces:
            written_over = bytearray(piece)
            with memoryview(written_over) as view:
                await large.add(view)
            written_over[:] = bytes(len(piece))
        await large.complete()
    assert await objects.get_bytes("large/1") == b"".join(pieces)
    await (await objects.begin_large("large/2", "text/csv")).add(pieces[0])
    assert await objects.head("large/2") is None
    await objects.delete("large/1")


async def a_page_begins_behind_a_key_that_need_not_be_there(objects: Objects, _: Signer) -> None:
    for key in ("audit/10", "audit/11", "b/1", "audit0"):
        await objects.put_text(key, "x", "text/plain")
    assert [item.key for item in await objects.page("audit/09", 2)] == ["audit/10", "audit/11"]
    assert [item.key for item in await objects.page("audit/11", 5)] == ["audit0", "b/1"]
    assert [item.key for item in await objects.page("audit0", 5)] == ["b/1"]


async def a_head_is_what_the_listing_says(objects: Objects, _: Signer) -> None:
    await objects.put_text("b/1", "first", "text/plain")
    (listed,) = await objects.page("", 5)
    assert await objects.head("b/1") == listed
    await objects.put_text("b/1", "second", "text/plain")
    anew = await objects.head("b/1")
    assert anew is not None
    assert anew.etag != listed.etag
    assert anew.uploaded_at >= listed.uploaded_at
    assert await objects.head("b/2") is None


async def a_signature_is_that_of_the_standard(_: Objects, signer: Signer) -> None:
    assert await signer.public_key() == PUBLIC
    assert await signer.sign(b"") == SIGNATURE
    assert await signer.is_signed(PUBLIC, SIGNATURE, b"") is True


async def another_message_signature_or_key_does_not_pass(_: Objects, signer: Signer) -> None:
    assert await signer.is_signed(PUBLIC, SIGNATURE, b"x") is False
    assert await signer.is_signed(PUBLIC, SIGNATURE[:-1] + b"\x00", b"") is False
    assert await signer.is_signed(bytes(31) + b"\x01", SIGNATURE, b"") is False


async def what_is_no_signature_or_no_key_does_not_pass(_: Objects, signer: Signer) -> None:
    for key, signature in (
        (PUBLIC, b""),
        (PUBLIC, b"short"),
        (b"", SIGNATURE),
        (OF_ANOTHER_CURVE, SIGNATURE),
    ):
        assert await signer.is_signed(key, signature, b"") is False


async def a_key_of_rsa_that_is_handed_in_signs(_: Objects, signer: Signer) -> None:
    assert await signer.sign_rs256(RSA_KEY, b"tillroll") == RSA_SIGNATURE
    for key in (b"", RSA_KEY[:-9], base64.b64decode(SECRET)):
        try:
            await signer.sign_rs256(key, b"tillroll")
        except UnusableKey:
            continue
        raise AssertionError(key[:20].hex())


CASES = (
    what_is_absent_is_written_once,
    what_was_put_otherwise_is_not_absent,
    a_page_begins_behind_a_key_that_need_not_be_there,
    a_head_is_what_the_listing_says,
    a_signature_is_that_of_the_standard,
    another_message_signature_or_key_does_not_pass,
    what_is_no_signature_or_no_key_does_not_pass,
    a_key_of_rsa_that_is_handed_in_signs,
)


async def empty(objects: Objects) -> None:
    """Empty the store between two cases."""
    for item in await objects.page("", 100):
        await objects.delete(item.key)

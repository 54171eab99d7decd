"""What Tillroll relies on in its object store and in signatures: one suite of cases, run on the host and in workerd.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but the platform's protocols.
"""

from collections.abc import Awaitable, Callable

from tillroll.platform.bindings.crypto import Signer
from tillroll.platform.bindings.objects import Objects

# The first test of RFC 8032, section 7.1, as PKCS #8.
SECRET = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SIGNATURE = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
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
            await large.add(piece)
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
    for key, signature in ((PUBLIC, b""), (PUBLIC, b"short"), (b"", SIGNATURE), (OF_ANOTHER_CURVE, SIGNATURE)):
        assert await signer.is_signed(key, signature, b"") is False


CASES = (
    what_is_absent_is_written_once,
    what_was_put_otherwise_is_not_absent,
    a_page_begins_behind_a_key_that_need_not_be_there,
    a_head_is_what_the_listing_says,
    a_signature_is_that_of_the_standard,
    another_message_signature_or_key_does_not_pass,
    what_is_no_signature_or_no_key_does_not_pass,
)


async def empty(objects: Objects) -> None:
    """Empty the store between two cases."""
    for item in await objects.page("", 100):
        await objects.delete(item.key)

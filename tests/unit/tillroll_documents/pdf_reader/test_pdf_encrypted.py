"""A PDF that is locked against changes only opens with an empty password, and is read as any
other.
"""

import io

import pytest
from pypdf import (
    PdfReader,
    PdfWriter,
    _encryption,  # pyright: ignore[reportPrivateUsage] - its own test vectors' maker
)

from tests.support.drawing import draw_receipt
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.scans import jpeg_scan, scanned_pdf
from tillroll_documents.pdf_reader import reader
from tillroll_documents.pdf_reader.pages import EncryptedPdf, PdfTooLarge, read_pdf

LINES = clear_receipt("PAPER SHOP SDN BHD", "12.90")
ALGORITHMS = ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]


def locked(content: bytes, algorithm: str, password: str = "") -> bytes:
    """The same pages, which the owner's password alone may change; `password` opens them."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(password, "only the owner knows this", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_without_a_password_it_is_read(algorithm: str) -> None:
    content = locked(invoice_pdf(LINES), algorithm)
    assert PdfReader(io.BytesIO(content)).is_encrypted
    [page] = (await read_pdf(content)).pages
    assert page.text == (await read_pdf(invoice_pdf(LINES))).pages[0].text


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
async def test_a_scan_in_it_is_taken_as_it_is(algorithm: str) -> None:
    photo = draw_receipt(LINES)
    [page] = (await read_pdf(locked(scanned_pdf([jpeg_scan(photo)]), algorithm))).pages
    assert page.picture is not None
    assert page.picture.content == photo


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_with_a_password_it_is_locked(algorithm: str) -> None:
    with pytest.raises(EncryptedPdf, match="with a password only"):
        await read_pdf(locked(invoice_pdf(LINES), algorithm, "sesame"))


async def test_what_it_encrypts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = locked(scanned_pdf([jpeg_scan(draw_receipt(LINES))]), "AES-128")
    monkeypatch.setattr(reader, "MOST_ENCRYPTED_BYTES", 10_000)
    with pytest.raises(PdfTooLarge):
        await read_pdf(content)


async def test_others_have_their_turn_while_the_key_is_made() -> None:
    pauses: list[int] = []

    async def pause() -> None:
        pauses.append(1)

    await read_pdf(locked(invoice_pdf(LINES), "AES-256"), pause)
    assert len(pauses) >= 20


async def test_the_reader_has_its_own_ciphers_back() -> None:
    before = {
        name: getattr(_encryption, name)
        for name in ("CryptAES", "CryptRC4", "aes_cbc_decrypt", "rc4_encrypt")
    }
    await read_pdf(locked(invoice_pdf(LINES), "AES-128"))
    assert {name: getattr(_encryption, name) for name in before} == before

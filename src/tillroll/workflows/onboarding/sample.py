"""A receipt to learn by: a real one that waits for its person, since it bears no date. It says on its face that it is a
sample; whoever rejects it has no expense of it, and whoever approves it has to type a date in first."""

import hashlib
from functools import cache
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.platform.bindings.objects import Objects
from tillroll.workflows.receipt.service.uploading import original_key

_NAME: Final = "sample-receipt.pdf"
_MEDIA_TYPE: Final = "application/pdf"
_FONTS: Final = b"<< /Font << /F 5 0 R >> >>"
_LINES: Final = (
    "SAMPLE CAFE",
    "This is a sample: nobody paid it.",
    "",
    "Coffee                 3.00 EUR",
    "Sandwich               5.90 EUR",
    "",
    "Subtotal               8.90 EUR",
    "TOTAL                  8.90 EUR",
    "",
    "It has no date, so it waits for you.",
    "Reject it, and nothing is left of it.",
)


@cache
def sample_receipt() -> bytes:
    """The same bytes always: an account has them once."""
    shown = "".join(f"({line}) Tj T*\n" for line in _LINES)
    content = f"BT /F 11 Tf 16 TL 28 372 Td\n{shown}ET".encode()
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 280 400] /Contents 4 0 R /Resources %s >>" % _FONTS,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    )
    written = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table)
    return bytes(written)


async def store_sample(objects: Objects, account_id: str) -> None:
    """Put the file where a receipt's bytes lie; again, it changes nothing."""
    content = sample_receipt()
    await objects.put_bytes(original_key(account_id, _sha256()), content, _MEDIA_TYPE)


def insert_sample(receipt_id: str, user_id: str, run_id: str, now: str) -> Statement:
    """The sample as a receipt of the account of its run, handed in by a person."""
    return statement(
        """
        INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, object_key, run_id, uploaded_by,
                              created_at)
        SELECT ?1, account_id, ?2, ?3, CAST(?4 AS INTEGER), ?5, account_id || ?6, id, ?7, ?8 FROM runs WHERE id = ?9
        """,
        receipt_id,
        _sha256(),
        _MEDIA_TYPE,
        len(sample_receipt()),
        _NAME,
        original_key("", _sha256()),
        user_id,
        now,
        run_id,
    )


@cache
def _sha256() -> str:
    return hashlib.sha256(sample_receipt()).hexdigest()

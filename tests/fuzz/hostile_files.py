"""Hostile files made by code: pictures, PDFs and e-invoices, then damaged in every way."""

import random
import struct

from tests.fuzz.hostile_invoices import hostile_invoices
from tests.support.drawing import draw_receipt
from tests.support.files import heic, jpeg, pdf, png, webp
from tests.support.hostile_pdfs import (
    far_startxref,
    jpeg_behind_flate,
    many_operators,
    nested_arrays,
    noisy_table,
)
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.scans import jpeg_scan, scanned_pdf

_INVOICES = 25
_NUMBERS = (0, 1, 2**15, 2**31 - 1, 2**31, 2**32 - 1)
_DELIMITERS = (b"<<", b">>", b"[", b"(", b"stream", b"endobj", b"%%EOF", b"\xff\xd9", b"\0" * 50)


def hostile_files(random_: random.Random, count: int) -> list[bytes]:
    """So many files, no two alike, in an order of their own."""
    whole = [*_whole(), *hostile_invoices(random_, _INVOICES)]
    return [_damaged(random_, whole[number % len(whole)], number) for number in range(count)]


def _whole() -> list[bytes]:
    photo = draw_receipt(clear_receipt("HOSTILE SDN BHD", "1.00"))
    pictures = [
        jpeg(100, 100),
        jpeg(60_000, 60_000),
        jpeg(9, 9, segments=600),
        png(10, 10),
        png(2**31 - 1, 1),
    ]
    heads = [
        webp(10, 10),
        heic((10, 10)),
        heic((2**31, 2**31)),
        b"GIF89a",
        b"II*\0",
        b"",
        b"%PDF-",
        b"\xff\xd8\xff",
    ]
    documents = [
        *(
            pdf(encrypted=True),
            pdf(encrypted=False, padding=900),
            pdf(encrypted=False, table=False),
        ),
        *(far_startxref(2**31), far_startxref(2**63), nested_arrays(5_000), noisy_table(300)),
        *(many_operators(2, 20_000), jpeg_behind_flate(20), scanned_pdf([jpeg_scan(photo)])),
        *(
            invoice_pdf(clear_receipt("HOSTILE SDN BHD", "1.00")),
            invoice_pdf(["A" * 5_000, "TOTAL 1.00"]),
        ),
    ]
    return [photo, *pictures, *heads, *documents]


def _damaged(random_: random.Random, content: bytes, number: int) -> bytes:
    place = random_.randrange(len(content) + 1)
    match random_.randrange(7):
        case 0:
            damaged = content
        case 1:
            damaged = content[:place]
        case 2:
            damaged = content[:place] + random_.randbytes(8) + content[place + 8 :]
        case 3:
            damaged = (
                content[:place] + struct.pack(">I", random_.choice(_NUMBERS)) + content[place + 4 :]
            )
        case 4:
            damaged = content[:place] + random_.choice(_DELIMITERS) + content[place:]
        case 5:
            damaged = content[:place] + content[place // 2 :]
        case _:
            damaged = content[:place] + content[place:] * 2
    return damaged + b"\n%%%d" % number

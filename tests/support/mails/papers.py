"""What the mail in these tests brings: receipts and invoices of invented shops."""

import io
import zipfile

from tests.support.drawing import draw_receipt
from tests.support.files import heic, png
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt

LOGO = png(180, 60)
ICON = png(24, 24)
PHONE_PHOTO_HEIC = heic((4032, 3024))

RECEIPT_HTML = """
<!doctype html><html><head><title>Receipt</title><style>td{{padding:4px}}</style></head><body>
<div style="display:none; max-height:0">Your receipt from {shop} no. 2210-4471</div>
<table width="600"><tr><td>
  <table><tr><td><b>{shop}</b></td></tr></table>
  <p>Receipt from {shop}</p>
  <table>
    <tr><td>Receipt number</td><td align="right">2210-4471</td></tr>
    <tr><td>Date paid</td><td align="right">{day}</td></tr>
    <tr><td>Payment method</td><td align="right">Visa - 4242</td></tr>
  </table>
  <table>
    <tr><td>{what}</td><td align="right">{net}</td></tr>
    <tr><td>VAT (20%)</td><td align="right">{tax}</td></tr>
    <tr><td><strong>Total</strong></td><td align="right"><strong>{total}</strong></td></tr>
    <tr><td>Amount paid</td><td align="right">{total}</td></tr>
  </table>
  <p>If you have any questions, visit our support site.</p>
</td></tr></table></body></html>
"""


def receipt_html(shop: str, **said: str) -> str:
    values = {
        "day": "2 November 2026",
        "what": "Team plan, November",
        "net": "€40.00",
        "tax": "€8.00",
        "total": "€48.00",
    }
    return RECEIPT_HTML.format(shop=shop, **{**values, **said})


RECEIPT_TEXT = """
{shop}
12 Harbour Lane, Dublin
VAT: IE6388047V

Receipt 2210-4471
Date: 02/11/2026

Team plan, November      EUR 40.00
VAT 20%                  EUR 8.00
Total                    EUR 48.00

Thank you for your business
"""


def receipt_text(shop: str) -> str:
    return RECEIPT_TEXT.format(shop=shop)


def photo(shop: str, total: str = "42.10") -> bytes:
    """A photo of a till's receipt, with the bytes that a small phone picture has."""
    return draw_receipt(clear_receipt(shop, total), width=800, noise_seed=len(shop))


def screenshot(shop: str) -> bytes:
    return draw_receipt(clear_receipt(shop, "18.40"), width=700, image_format="PNG", noise_seed=7)


def invoice(shop: str, number: str = "2026-118") -> bytes:
    return invoice_pdf(
        [
            shop,
            "4 Mill Street, London",
            "VAT: GB 980 7806 84",
            "",
            f"Invoice number: {number}",
            "Invoice date: 2 November 2026",
            "",
            "Consulting, 2 hours              160.00",
            "VAT 20%                           32.00",
            "Total                        GBP 192.00",
        ]
    )


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 11, 2, 9, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return packed.getvalue()


def locked(archive: bytes) -> bytes:
    """The same archive, whose files say that they are encrypted."""
    changed = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)

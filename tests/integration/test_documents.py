"""Photos as phones take them and PDFs as scanners write them, on the genuine stack: from upload to
expense.
"""

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from tests.support.drawing import draw_receipt
from tests.support.invoice import invoice_pdf
from tests.support.national_invoices import National, Row, fattura, ksef
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scans import jpeg_scan, plain_scan, scanned_pdf
from tests.support.signed_envelopes import signed
from tests.unit.tillroll_documents.pdf_reader.test_pdf_encrypted import locked

ORIENTATION = 0x0112
TWELVE_MEGAPIXELS = (3024, 4032)


SIGNED = signed(fattura(National()), is_open=True)
POLAND = National(
    currency="PLN",
    seller="Przykład Sp. z o.o.",
    seller_id="5260250274",
    rows=(Row(Decimal(23), Decimal("100.00")),),
)


def lines_of(total: str) -> list[str]:
    return clear_receipt("PAPER SHOP SDN BHD", total)


def phone_photo(total: str) -> bytes:
    """12 megapixels, held sideways: the pixels lie, and the EXIF data says how to turn them."""
    upright = Image.open(io.BytesIO(draw_receipt(lines_of(total)))).resize(TWELVE_MEGAPIXELS)
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned clockwise by 90 degrees
    content = io.BytesIO()
    upright.rotate(90, expand=True).save(content, "JPEG", exif=exif)
    return content.getvalue()


def long_scan(total: str) -> bytes:
    """The receipt begins on a digital page and ends on a scanned one."""
    lines = lines_of(total)
    return scanned_pdf("\n".join(lines[:6]), [jpeg_scan(draw_receipt(lines[6:]))])


def turned_scan(total: str) -> bytes:
    """The picture lies; the page says that it is to be turned."""
    return scanned_pdf([jpeg_scan(draw_receipt(lines_of(total), rotate=270), rotate=90)])


def two_in_one(*, beside: bool) -> bytes:
    """Two receipts in one picture, beside or below each other."""
    shops = (
        clear_receipt("PAPER SHOP SDN BHD", "12.80"),
        clear_receipt("GREEN CAFE SDN BHD", "7.40"),
    )
    first, second = (Image.open(io.BytesIO(draw_receipt(lines))) for lines in shops)
    place = (first.width + 40, 0) if beside else (0, first.height + 40)
    both = Image.new("RGB", (place[0] + second.width, place[1] + second.height), "dimgray")
    both.paste(first, (0, 0))
    both.paste(second, place)
    content = io.BytesIO()
    both.save(content, "JPEG", quality=90)
    return content.getvalue()


def read(stack: RunningStack, content: bytes) -> dict[str, Any]:
    run_id = stack.upload(content).raise_for_status().json()["runId"]
    return stack.wait_for_status(run_id, "complete", "needs_review", "failed")


@pytest.mark.parametrize(
    ("content", "total"),
    [
        pytest.param(phone_photo("12.10"), "12.10", id="a phone's photo"),
        pytest.param(draw_receipt(lines_of("12.20"), image_format="WEBP"), "12.20", id="a WebP"),
        pytest.param(
            scanned_pdf([jpeg_scan(draw_receipt(lines_of("12.30")))]), "12.30", id="a scan as JPEG"
        ),
        pytest.param(
            scanned_pdf([plain_scan(draw_receipt(lines_of("12.40")))]),
            "12.40",
            id="a scan as pixels",
        ),
        pytest.param(turned_scan("12.50"), "12.50", id="a scan that lies"),
        pytest.param(long_scan("12.60"), "12.60", id="a digital page and a scanned one"),
    ],
)
def test_it_becomes_an_expense(stack: RunningStack, content: bytes, total: str) -> None:
    run = read(stack, content)
    assert run["status"] == "complete", run
    assert (run["expense"]["total"], run["expense"]["merchant"]) == (total, "PAPER SHOP SDN BHD")


@pytest.mark.parametrize(
    ("content", "total", "seller"),
    [
        pytest.param(
            signed(fattura(National()), is_open=True),
            "122.00",
            "Officine Esempio S.r.l.",
            id="FatturaPA, signed",
        ),
        pytest.param(ksef(POLAND), "123.00", "Przykład Sp. z o.o.", id="KSeF"),
    ],
)
def test_a_national_e_invoice_becomes_an_expense(
    stack: RunningStack, content: bytes, total: str, seller: str
) -> None:
    run = read(stack, content)
    assert run["status"] == "complete", run
    assert (run["expense"]["total"], run["expense"]["merchant"]) == (total, seller)


def test_each_scanned_page_is_a_call_of_its_own(stack: RunningStack) -> None:
    lines = lines_of("12.70")
    pages = [[jpeg_scan(draw_receipt(part))] for part in (lines[:6], lines[6:])]
    run = read(stack, scanned_pdf(*pages))
    assert run["status"] == "complete", run
    assert "\f" in run["transcript"]["lines"]
    calls = stack.d1(f"SELECT purpose, state FROM ai_calls WHERE run_id = '{run['id']}'")
    assert calls == [{"purpose": "ocr-extract", "state": "completed"}] * 2


@pytest.mark.parametrize("beside", [True, False])
def test_two_receipts_in_one_picture_are_a_persons(stack: RunningStack, *, beside: bool) -> None:
    run = read(stack, two_in_one(beside=beside))
    assert (run["status"], run["reason"]) == ("needs_review", "several_receipts"), run


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_locked_pdf_is_read_where_it_wants_no_password(
    stack: RunningStack, algorithm: str
) -> None:
    content = invoice_pdf(clear_receipt(f"{algorithm.replace('-', ' ')} SUPPLIES SDN BHD", "64.30"))
    run = read(stack, locked(content, algorithm))
    assert (run["status"], run["expense"]["total"]) == ("complete", "64.30"), run
    run = read(stack, locked(content, algorithm, "sesame"))
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", ["encrypted_pdf"])
    assert "password" in run["review"]["sentences"][0]


def test_a_journey_is_claimed_once_and_its_statement_can_be_read(stack: RunningStack) -> None:
    asked = {
        "date": "2026-02-14",
        "from": "Bonn",
        "to": "Mainz",
        "km": "150",
        "purpose": "Fair",
        "country": "DE",
    }
    with stack.client() as client:
        first, again = (client.post("/api/mileage", json=asked) for _ in range(2))
        assert (first.status_code, again.status_code) == (202, 200), first.text
        assert again.json()["runId"] == first.json()["runId"]
        run = stack.wait_for_status(first.json()["runId"], "complete", "needs_review", "failed")
        assert (run["status"], run["expense"]["origin"], run["expense"]["total"]) == (
            "complete",
            "mileage",
            "45.00",
        )
        document = client.get(run["receipt"]["imageUrl"])
        assert document.headers["content-type"] == "text/plain; charset=utf-8"
        assert "Rate: 0.30 EUR/km (§ 9 Abs. 1 Satz 3 Nr. 4a EStG" in document.text
        assert client.get(run["receipt"]["imageUrl"], params={"width": "320"}).status_code == 404

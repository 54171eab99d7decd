"""The report in PDF on the genuine stack: fonts by the ASSETS binding, pictures by the Images
binding.
"""

import hashlib
import io
from typing import Any

import httpx
from PIL import Image

from tests.support.drawing import draw_receipt
from tests.support.invoice import invoice_pdf
from tests.support.pdf_reading import attached_to, darkest, drawn, pictures_of, texts_of
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scans import jpeg_scan, scanned_pdf

_ORIENTATION = 0x0112


def photo(total: str) -> bytes:
    """Twelve megapixels of a noisy camera, held sideways."""
    upright = Image.open(
        io.BytesIO(draw_receipt(clear_receipt("PAPER SHOP SDN BHD", total)))
    ).convert("L")
    upright = upright.resize((3024, 2580)).crop((0, -726, 3024, 3306))
    noisy = Image.blend(upright, Image.effect_noise(upright.size, 60), 0.15)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6  # to be turned clockwise by 90 degrees
    content = io.BytesIO()
    noisy.rotate(90, expand=True).save(content, "JPEG", exif=exif, quality=80)
    return content.getvalue()


def test_a_report_with_photos_and_a_pdf(stack: RunningStack) -> None:
    mine = stack.with_own_account()
    uploads = {
        "photo.jpg": photo("12.10"),
        "small.jpg": draw_receipt(clear_receipt("SMALL SHOP", "4.80")),
        "scan.png": draw_receipt(clear_receipt("SCAN SHOP", "5.80"), image_format="PNG"),
        "scan.pdf": scanned_pdf([jpeg_scan(draw_receipt(clear_receipt("SCANNED WORKS", "7.80")))]),
        "Rechnung März.pdf": invoice_pdf(clear_receipt("PAPER WORKS", "6.80")),
    }
    for name, content in uploads.items():
        read(mine, content, name)
    stated = {
        "reason": "The machine was out of paper",
        "date": "2026-02-01",
        "currency": "MYR",
        "category": "Travel",
    }
    made = mine.ask("/api/vouchers", merchant="Παρκινγκ", total="3.00", **stated).raise_for_status()
    assert mine.wait_for_status(made.json()["runId"], "complete", "failed")["status"] == "complete"
    export = _exported(mine)
    content = file_of(mine, export["files"][0])
    assert export["count"] == 6
    assert [file["remarks"] for file in export["files"]] == [[]]
    texts = texts_of(content)
    assert len(texts) == 1 + 1 + 6
    assert "Παρκινγκ" in texts[1]
    assert any("No receipt because The machine was out of paper" in text for text in texts)
    assert len(uploads["photo.jpg"]) > 600 * 1024
    pictures = [size for page in pictures_of(content) for size in page]
    assert sorted(pictures)[:3] == [(600, 512)] * 3
    # The photo has two megapixels left, and stands upright.
    [(width, height)] = sorted(pictures)[3:]
    assert width < height
    assert 1_900_000 < width * height <= 2_010_000
    attached = {name[4:]: files for name, files in attached_to(content).items()}
    assert attached == {name: [uploads[name]] for name in ("scan.pdf", "Rechnung März.pdf")}
    assert sum("Page 1, as it was scanned" in text for text in texts) == 1
    assert all(darkest(drawn(content, page)) < 128 for page in range(len(texts)))


def read(stack: RunningStack, content: bytes, name: str) -> None:
    run_id = stack.upload(content, name).raise_for_status().json()["runId"]
    run = stack.wait_for_status(run_id, "complete", "needs_review", "failed")
    assert run["status"] == "complete", run


def _exported(stack: RunningStack) -> dict[str, Any]:
    asked = stack.ask("/api/exports", format="pdf").raise_for_status()
    run = stack.wait_for_status(asked.json()["runId"], "complete", "failed")
    assert run["status"] == "complete", run
    with stack.client() as client:
        return client.get(asked.headers["location"]).json()


def file_of(stack: RunningStack, file: dict[str, Any]) -> bytes:
    with stack.client() as client:
        answer = client.get(file["url"])
    assert answer.status_code == httpx.codes.OK
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    return answer.content

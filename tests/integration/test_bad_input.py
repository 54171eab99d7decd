"""Bad input on the genuine stack: a clear problem at the door, nothing stored, never a 500; and
what decoding shows.
"""

import io

import httpx
import pytest
from pypdf import PdfWriter

from tests.support.drawing import draw_receipt
from tests.support.files import heic, jpeg, png
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scans import Scan, jpeg_scan, scanned_pdf

pytestmark = pytest.mark.essential

FAX = ("/CCITTFaxDecode",)
BOUNDARY = "multipart/form-data; boundary=X"


def part(name: str, content: str, file_name: str | None = "a.jpg") -> str:
    disposition = f'form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name else "")
    return f"--X\r\nContent-Disposition: {disposition}\r\n\r\n{content}\r\n"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"", 400, "empty-upload", id="empty"),
        pytest.param(
            b"just text, whatever its name says", 415, "unsupported-media-type", id="text"
        ),
        pytest.param(
            jpeg(100, 100) + bytes(10 * 1024 * 1024), 413, "too-large", id="just over 10 MB"
        ),
        pytest.param(jpeg(100, 100) + bytes(30 * 1024 * 1024), 413, "too-large", id="30 MB"),
        pytest.param(jpeg(9000, 9000), 422, "too-many-pixels", id="81 megapixels"),
        pytest.param(png(60_000, 60_000), 422, "too-many-pixels", id="a PNG bomb"),
    ],
)
def test_a_bad_file_is_refused_and_not_stored(
    stack: RunningStack, content: bytes, status: int, code: str
) -> None:
    stack = stack.with_own_account()
    with stack.client() as client:
        answers = [
            client.post("/api/receipts", files={"receipt": ("photo.jpg", content, "image/jpeg")}),
            client.post("/api/receipts", content=content, headers={"content-type": "image/jpeg"}),
        ]
    for answer in answers:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == f"urn:tillroll:problem:{code}"
        assert answer.json()["detail"]
    account_id = stack.account_id()
    assert stack.d1(f"SELECT id FROM runs WHERE account_id = '{account_id}'") == []
    assert stack.stored_objects(prefix=f"{account_id}/") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            part("receipt", "x", file_name=None) + "--X--\r\n",
            "no-file-field",
            id="text in the field",
        ),
        pytest.param(
            part("receipt", "x") + part("receipt", "y") + "--X--\r\n",
            "several-files",
            id="two files",
        ),
        pytest.param("no boundary anywhere", "broken-multipart", id="no boundary"),
        pytest.param(
            '--X\r\nContent-Disposition: form-data; name="receipt"',
            "broken-multipart",
            id="cut off",
        ),
        pytest.param("", "broken-multipart", id="no body"),
    ],
)
def test_a_bad_form_is_refused(stack: RunningStack, body: str, code: str) -> None:
    with stack.client() as client:
        answer = client.post("/api/receipts", content=body, headers={"content-type": BOUNDARY})
    assert answer.status_code == httpx.codes.BAD_REQUEST, answer.text
    assert answer.json()["type"] == f"urn:tillroll:problem:{code}"


def test_another_field_of_a_form_is_named(stack: RunningStack) -> None:
    with stack.client() as client:
        body = part("photo", "x") + "--X--\r\n"
        answer = client.post("/api/receipts", content=body, headers={"content-type": BOUNDARY})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == ["photo"]


def empty_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(
            draw_receipt(clear_receipt("CUT OFF SDN BHD", "1.00"))[:3000],
            "unreadable",
            id="a cut photo",
        ),
        pytest.param(jpeg(300, 300), "unreadable", id="headers without a picture"),
        pytest.param(
            scanned_pdf([jpeg_scan(draw_receipt([""]))]), "unreadable", id="a scan of nothing"
        ),
        pytest.param(
            scanned_pdf([Scan(b"fax", 900, 900, FAX)]), "pdf_without_text", id="a scan as a fax"
        ),
        pytest.param(scanned_pdf(*["Page"] * 21), "too_many_pages", id="21 pages"),
        pytest.param(heic((4032, 3024)), "unreadable", id="a HEIC, which cannot be decoded here"),
        pytest.param(empty_pdf(), "pdf_without_text", id="an empty page"),
        pytest.param(b"%PDF-1.7\nbroken behind its first line", "unreadable", id="a broken PDF"),
        pytest.param(draw_receipt([""]), "unreadable", id="a blank photo"),
    ],
)
def test_what_only_decoding_shows_waits_for_a_person(
    stack: RunningStack, content: bytes, reason: str
) -> None:
    answer = stack.upload(content)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    run = stack.wait_for_status(answer.json()["runId"], "needs_review", "complete", "failed")
    assert (run["status"], run["reason"]) == ("needs_review", reason), run
    assert run["review"]["sentences"]


def test_a_digital_pdf_is_read_by_its_text(stack: RunningStack) -> None:
    run_id = stack.upload(
        invoice_pdf(clear_receipt("PAPERLESS SUPPLIES SDN BHD", "64.20")), "invoice.pdf"
    ).json()["runId"]
    run = stack.wait_for_status(run_id, "complete", "needs_review", "failed")
    assert run["status"] == "complete", run
    assert run["expense"]["total"] == "64.20"
    assert run["receipt"]["mediaType"] == "application/pdf"

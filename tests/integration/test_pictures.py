"""Small pictures of receipts on the genuine stack, made by the Images binding."""

import io

import httpx
import pytest
from PIL import Image

from tests.support.drawing import draw_receipt
from tests.support.files import jpeg
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import OTHER_TOKEN, TOKEN, RunningStack
from tests.unit.tillroll_documents.pictures import samples
from tillroll_documents.pictures.bare import bare


def picture(
    stack: RunningStack, content: bytes, width: str, token: str | None = TOKEN
) -> httpx.Response:
    """Upload it, and ask for its picture."""
    receipt_id = stack.upload(content).raise_for_status().json()["receiptId"]
    with stack.client_of(token) as client:
        return client.get(f"/api/receipts/{receipt_id}/image", params={"width": width})


def photo(rotation: int = 1) -> bytes:
    """A receipt of 900 x 1200 pixels; `rotation` is its EXIF orientation."""
    drawn = Image.open(
        io.BytesIO(draw_receipt(clear_receipt("SMALL PICTURE SHOP", "4.80")))
    ).resize((900, 1200))
    exif = Image.Exif()
    exif[0x0112] = rotation
    content = io.BytesIO()
    drawn.save(content, "JPEG", exif=exif)
    return content.getvalue()


@pytest.mark.parametrize(("width", "height"), [(160, 213), (320, 427), (640, 853)])
def test_a_picture_is_scaled_and_kept_by_the_browser(
    stack: RunningStack, width: int, height: int
) -> None:
    answer = picture(stack, photo(), str(width))
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    scaled = Image.open(io.BytesIO(answer.content))
    assert (scaled.format, scaled.width) == ("JPEG", width)
    assert abs(scaled.height - height) <= 1
    assert len(answer.content) < len(photo())


def test_a_picture_taken_sideways_stands_upright(stack: RunningStack) -> None:
    answer = picture(stack, photo(rotation=6), "160")
    assert Image.open(io.BytesIO(answer.content)).size == (160, 120)


def test_a_small_image_is_not_blown_up(stack: RunningStack) -> None:
    content = io.BytesIO()
    Image.new("RGB", (120, 90), "white").save(content, "PNG")
    answer = picture(stack, content.getvalue(), "640")
    assert Image.open(io.BytesIO(answer.content)).size == (120, 90)


@pytest.mark.parametrize("width", ["", "161", "0", "-160", "160px", "1e2", "99999999999999999999"])
def test_another_width_is_refused(stack: RunningStack, width: str) -> None:
    answer = picture(stack, photo(), width)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-width"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(invoice_pdf(["TOTAL 4.80"]), id="a PDF"),
        pytest.param(jpeg(200, 200), id="a photo that cannot be decoded"),
    ],
)
def test_what_is_no_picture_has_none(stack: RunningStack, content: bytes) -> None:
    answer = picture(stack, content, "160")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "without a width" in answer.json()["detail"]


@pytest.mark.parametrize(("token", "status"), [(None, 401), (OTHER_TOKEN, 404)])
def test_a_picture_is_the_accounts_own(stack: RunningStack, token: str | None, status: int) -> None:
    assert picture(stack, photo(), "160", token).status_code == status


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_a_photo_tells_is_not_handed_out(stack: RunningStack, kind: str) -> None:
    """Whole, in parts and scaled; how it stands is kept."""
    given = {"jpeg": samples.jpeg, "png": samples.png, "webp": samples.webp}[kind]()
    receipt_id = stack.upload(given).raise_for_status().json()["receiptId"]
    path = f"/api/receipts/{receipt_id}/image"
    with stack.client() as client:
        whole, scaled = client.get(path), client.get(path, params={"width": "160"})
        expected = bare(f"image/{kind}", given)
        assert (whole.status_code, whole.content) == (httpx.codes.OK, expected)
        part = client.get(path, headers={"range": "bytes=10-29", "if-range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (httpx.codes.PARTIAL_CONTENT, expected[10:30])
    assert part.headers["content-range"] == f"bytes 10-29/{len(expected)}"
    assert not [secret for secret in samples.SECRETS if secret in whole.content + scaled.content]
    assert not Image.open(io.BytesIO(scaled.content)).getexif()

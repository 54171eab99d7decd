"""Which requests pass natively, and by which template they are logged."""

import pytest

from tillroll.api.files.native import EXPORTED, IMAGE, UPLOAD, XML, native_route


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("POST", "/api/receipts", UPLOAD),
        ("GET", "/api/receipts/rec_1/image", IMAGE),
        ("GET", "/api/receipts/rec_1/xml", XML),
        ("GET", "/api/exports/xpt_1/file", EXPORTED),
    ],
)
def test_files_pass_natively(method: str, path: str, template: str) -> None:
    route = native_route(method, path)
    assert route is not None
    assert route.template == template


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/receipts"),
        ("POST", "/api/receipts/"),
        ("POST", "/api/receipts/rec_1/image"),
        ("GET", "/api/receipts/rec_1/2/image"),
        ("GET", "/api/receipts/rec_1/pdf"),
        ("GET", "/api/exports/xpt_1"),
        ("POST", "/api/exports/xpt_1/file"),
        ("GET", "/api/runs"),
    ],
)
def test_the_rest_goes_through_fastapi(method: str, path: str) -> None:
    assert native_route(method, path) is None

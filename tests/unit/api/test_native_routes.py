"""Which requests pass natively, and by which template they are logged."""

import pytest

from tests.support.host_platform import TOKEN, assemble, migrated_database
from tests.support.uploads import MemoryUpload
from tillroll.api.native import native_route
from tillroll.api.problems import Problem
from tillroll.exports.native import EXPORTED
from tillroll.privacy.service import DATA
from tillroll.receipts.native import IMAGE, PATH, XML_PATH


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("POST", "/api/receipts", PATH),
        ("GET", "/api/receipts/rec_1/image", IMAGE),
        ("HEAD", "/api/receipts/rec_1/image", IMAGE),
        ("GET", "/api/receipts/rec_1/xml", XML_PATH),
        ("GET", "/api/exports/xpt_1/file", EXPORTED),
        ("GET", "/api/data-exports/dex_1/file", DATA),
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
        ("HEAD", "/api/receipts"),
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


def test_an_id_is_as_long_as_its_characters_are_many() -> None:
    """Not as many as their encoding has: 300 of them are an id that nobody has, not another
    route's.
    """
    assert native_route("GET", f"/api/handed-on/{'%C3%85' * 300}") is not None
    assert native_route("GET", f"/api/handed-on/{'%C3%85' * 301}") is None


@pytest.mark.parametrize("names", [["number", "number"], ["colour"]])
async def test_parameters_are_refused_to_whoever_may_ask(names: list[str]) -> None:
    platform = assemble(await migrated_database(), {}).platform
    route = native_route("GET", "/api/exports/xpt_1/file")
    assert route is not None
    codes: list[int] = []
    for headers in ({}, {"authorization": f"Bearer {TOKEN}"}):
        with pytest.raises(Problem) as refused:
            await route.check_parameters(
                platform, MemoryUpload([], headers), [(name, "1") for name in names]
            )
        codes.append(refused.value.kind.status)
    assert codes == [401, 422]

"""A route that docs/api.md does not name gets a row from its docstring; what people wrote stays."""

from typing import Any

from cli.pages.route_rows import with_new_routes

PAGE = (
    "| route | does |\n| --- | --- |\n| `GET /api/payees` | mine |\n| `GET /api/payouts/{id}` | "
    "one |\n\nMore.\n"
)


def test_a_new_route_has_a_row_below_the_likest() -> None:
    said = {"description": "Set a note,\nor none | nothing."}
    document: dict[str, Any] = {
        "paths": {"/api/payees": {"get": {}}, "/api/payouts/{id}/note": {"put": said}}
    }
    page = with_new_routes(PAGE, document)
    row = "| `PUT /api/payouts/{id}/note` | Set a note, or none \\| nothing. |\n"
    assert page == PAGE.replace("\n\nMore", f"\n{row}\nMore")
    assert with_new_routes(page, document) == page

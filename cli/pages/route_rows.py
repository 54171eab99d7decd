"""Rows of docs/api.md for routes that nobody has described there yet."""

import re
from collections.abc import Mapping
from os.path import commonpath
from typing import Any, Final

_ROW: Final = re.compile(r"^\| `[A-Z]+ (/api/[^`]+)` \|.*$", re.MULTILINE)


def with_new_routes(page: str, document: Mapping[str, Any]) -> str:
    """The page with a row for each route that it does not name, below the one whose path is likest.
    The row says what the route's docstring says; people may write it better.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = f"`{method.upper()} {path}`"
            if route in page:
                continue
            likest = max(
                _ROW.finditer(page), key=lambda row: (len(commonpath([row[1], path])), row.start())
            )
            says = " ".join(operation["description"].split()).replace("|", "\\|")
            page = f"{page[: likest.end()]}\n| {route} | {says} |{page[likest.end() :]}"
    return page

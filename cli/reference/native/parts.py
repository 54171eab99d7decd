"""What several of those paths take and answer."""

from typing import Any, Final

from tillroll.api.problems import problem

# One range of bytes of a stored file, which has a strong ETag for If-Range.
RANGE: list[dict[str, Any]] = [
    {
        "name": "Range",
        "in": "header",
        "schema": {"type": "string"},
        "description": "One range, such as bytes=0-499",
    },
    {
        "name": "If-Range",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag that it is a range of",
    },
]

PARTS: dict[str, Any] = {
    "206": {
        "description": "The bytes of `Range`",
        "headers": {"Content-Range": {"schema": {"type": "string"}}},
    },
    "416": problem("`Range` begins behind the end; `Content-Range` has the size"),
}

NUMBER: Final = {
    "name": "number",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999, "default": 1},
}

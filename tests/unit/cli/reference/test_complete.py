"""What is added to FastAPI's document is in the same order each time: the document is a file that
is committed.
"""

from typing import Any

from cli.reference.complete import make_whole
from tillroll.api.dependencies import PERMISSION


def test_what_is_said_of_a_parameter_that_may_be_left_out_keeps_its_order() -> None:
    """It came in the order of a set, which differs from one process to the next."""
    said = {
        "description": "Of a page",
        "title": "Cursor",
        "deprecated": True,
        "examples": ["c"],
        "x-a": 1,
        "x-b": 2,
    }
    schema = {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}], **said}
    parameter: dict[str, Any] = {"name": "cursor", "in": "query", "schema": schema}
    operation: dict[str, Any] = {PERMISSION: "read", "responses": {}, "parameters": [parameter]}
    make_whole({"paths": {"/api/runs": {"get": operation}}})
    assert [*parameter["schema"]] == ["type", "maxLength", *said]

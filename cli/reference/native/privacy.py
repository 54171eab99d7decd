"""The files of data exports."""

from typing import Any, Final

from cli.reference.native.parts import PARTS, RANGE
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem

PATHS: Final[dict[str, Any]] = {
    "/api/data-exports/{data_export_id}/file": {
        "get": {
            "tags": ["privacy"],
            "summary": "A file of a data export",
            "description": (
                "The person's own, for them; the account's, for owners. Until it expires."
            ),
            "operationId": "show_data_export_file",
            **needs(Permission.PERSONAL),
            "parameters": [
                {
                    "name": "data_export_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                },
                {
                    "name": "number",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 999, "default": 1},
                },
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {"description": "The ZIP", "content": {"application/zip": {}}},
                "401": problem("Not authenticated"),
                "403": problem("The account's, for a caller who is no owner"),
                "404": problem(
                    "No such data export of the caller, or it has no such file, not yet or no more"
                ),
                "422": problem("A parameter that is not known, or no number"),
            },
        }
    },
}

"""The files of exports."""

from typing import Any, Final

from cli.reference.native.parts import NUMBER, PARTS, RANGE
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem
from tillroll.exports.writers.formats import FORMATS

PATHS: Final[dict[str, Any]] = {
    "/api/handed-on/{token}": {
        "get": {
            "tags": ["exports"],
            "summary": "A file of an export, by a link",
            "description": (
                "For anybody with the link, without a session, until it expires or is taken back."
            ),
            "operationId": "show_handed_on_file",
            **needs(Permission.OPEN),
            "security": [],
            "parameters": [
                {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}},
                NUMBER,
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {
                    "description": "The file, as its format has it",
                    "content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()},
                },
                "404": problem("A link that cannot be used, or no such file"),
                "422": problem("A parameter that is not known, or no number"),
            },
        }
    },
    "/api/exports/{export_id}/file": {
        "get": {
            "tags": ["exports"],
            "summary": "A file of an export",
            "description": (
                "Always to be saved as a file; `files` of the export says which there are."
            ),
            "operationId": "show_export_file",
            **needs(Permission.READ),
            "parameters": [
                {"name": "export_id", "in": "path", "required": True, "schema": {"type": "string"}},
                NUMBER,
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {
                    "description": "The file, as its format has it",
                    "content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()},
                },
                "401": problem("Not authenticated"),
                "404": problem("No such export in the account, or it has no such file yet"),
                "422": problem("A parameter that is not known, or no number"),
            },
        }
    },
}

"""The company's logo."""

from typing import Any, Final

from cli.reference.keys import IDEMPOTENCY_KEY
from cli.reference.native.parts import PARTS, RANGE
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem
from tillroll.company.native import FIELD, PATH

_FILE: Final = {"type": "string", "format": "binary"}

PATHS: Final[dict[str, Any]] = {
    PATH: {
        "post": {
            "tags": ["account"],
            "summary": "Set the company's logo",
            "description": "A PNG or JPEG of at most 512 KB and 2,000 pixels a side, in place of "
            "the one there is. What its file tells beside the pixels is left out.",
            "operationId": "set_company_logo",
            **needs(Permission.ADMINISTER),
            "parameters": [IDEMPOTENCY_KEY],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": [FIELD],
                            "properties": {FIELD: _FILE},
                        }
                    },
                    # Whatever a body is called, its bytes say which picture it is.
                    "application/octet-stream": {"schema": _FILE},
                },
            },
            "responses": {
                "200": {
                    "description": "The company with its logo",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/CompanyProfile"}
                        }
                    },
                },
                "400": problem("No file in the field `logo`, several files, or a broken body"),
                "401": problem("Not authenticated"),
                "413": problem("More than 512 KB, or more than 2,000 pixels a side"),
                "415": problem("No PNG or JPEG, or a smaller one than 16 pixels a side"),
                "409": problem("A request with this `Idempotency-Key` is being carried out"),
                "422": problem(
                    "A parameter that is not known, or an `Idempotency-Key` of another logo"
                ),
            },
        },
        "get": {
            "tags": ["account"],
            "summary": "The company's logo",
            "description": "As payers see it.",
            "operationId": "show_company_logo",
            **needs(Permission.READ),
            "parameters": [*RANGE],
            "responses": {
                **PARTS,
                "200": {
                    "description": "The picture",
                    "content": {"image/png": {}, "image/jpeg": {}},
                },
                "401": problem("Not authenticated"),
                "404": problem("No logo was set"),
                "422": problem("A parameter that is not known"),
            },
        },
    }
}

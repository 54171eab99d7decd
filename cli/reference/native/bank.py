"""Files of banks: the upload."""

from typing import Any, Final

from cli.reference.keys import IDEMPOTENCY_KEY
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem
from tillroll.bank.statements.native import ACCOUNT, ENCODING, FIELD, PATH
from tillroll_documents.bank_files.encodings import ENCODINGS
from tillroll_documents.bank_files.limits import MAX_BYTES

_STARTED: dict[str, Any] = {
    "type": "object",
    "required": ["runId", "statementId", "status"],
    "properties": {
        "runId": {"type": "string"},
        "statementId": {"type": "string"},
        "status": {"type": "string"},
        "previousRunId": {
            "type": "string",
            "description": "An earlier run of the same bytes, without entries",
        },
        "readFor": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The bank accounts for which bytes that were known already were read",
        },
    },
}
_FILE: Final = {"type": "string", "format": "binary"}

PATHS: Final[dict[str, Any]] = {
    PATH: {
        "post": {
            "tags": ["bank"],
            "summary": "Import a bank statement",
            "description": "A camt.052, 053 or 054, MT940, OFX, QFX, CSV, BAI2, CODA, CFONB 120, "
            f"Norma 43 or QIF file of at most {MAX_BYTES // 2**20} MB. The same bytes again "
            "run nothing twice.",
            "operationId": "import_bank_statement",
            **needs(Permission.BOOK),
            "parameters": [
                {
                    "name": ACCOUNT,
                    "in": "query",
                    "schema": {"type": "string", "maxLength": 60},
                    "description": "The bank account, if the file does not name it: ban_…",
                },
                {
                    "name": ENCODING,
                    "in": "query",
                    "schema": {"type": "string", "enum": [*ENCODINGS]},
                    "description": "What the file's text is in. Left out, its content tells.",
                },
                IDEMPOTENCY_KEY,
            ],
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
                    "application/octet-stream": {"schema": _FILE},
                },
            },
            "responses": {
                "202": {
                    "description": "Stored; a run has been recorded",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": _STARTED}},
                },
                "200": {
                    "description": "These bytes are here already",
                    "content": {"application/json": {"schema": _STARTED}},
                },
                "400": problem("No file in the field `statement`, several files, or a broken body"),
                "401": problem("Not authenticated"),
                "404": problem("No such bank account"),
                "409": problem(
                    "The bank account is archived, or a request with this `Idempotency-Key` is "
                    "under way"
                ),
                "413": problem(f"More than {MAX_BYTES // 2**20} MB"),
                "415": problem("No file of a bank that is read"),
                "422": problem(
                    "A parameter that is not known, or an `Idempotency-Key` of another file"
                ),
            },
        }
    },
}

"""OpenAPI for the paths that entry.py answers natively, so that the description is complete."""

from typing import Any, Final

from tillroll.access.permissions import Permission
from tillroll.api.files.image import WIDTHS
from tillroll.api.needs import needs
from tillroll.api.problems import MEDIA_TYPE
from tillroll.exports.formats import FORMATS
from tillroll.idempotency.fingerprint import LONGEST_KEY

PROBLEM_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:tillroll:problem:[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "minLength": 1},
        "requestId": {"type": "string", "description": "As in `X-Request-Id`: it finds the request in the log"},
    },
}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM_SHAPE}}}


# What a route that takes If-Match may answer beside that.
VERSION_RESPONSES: dict[int | str, dict[str, Any]] = {
    412: _problem("Somebody else was first: `current` is what stands, `yours` what was sent"),
    428: _problem("The change is one of money and has no `If-Match`"),
}

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "`If-None-Match` names what stands", "headers": {"ETag": {"schema": {"type": "string"}}}}
}

# What any route may answer beside its success; `type` tells the kinds apart (docs/api.md lists them).
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: _problem("The body, a cursor or another parameter cannot be read"),
    401: _problem("Not authenticated"),
    403: _problem("Not for whoever asks, or asked from another site"),
    404: _problem("No such thing in the account"),
    409: _problem("Not possible in the present status"),
    405: _problem("Another method; `Allow` names those there are"),
    413: _problem("A body of more than 64 KB"),
    422: _problem("The request does not have the expected shape"),
    429: _problem("Too many requests, or attempts to sign in, within a minute: `Retry-After` says how long to wait"),
}

_STARTED: dict[str, Any] = {
    "type": "object",
    "required": ["runId", "receiptId", "status"],
    "properties": {
        "runId": {"type": "string"},
        "receiptId": {"type": "string"},
        "status": {"type": "string"},
        "previousRunId": {"type": "string", "description": "An earlier run of the same bytes, without an expense"},
    },
}

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$"},
    "description": "Sent again under the same key within a day, the request is answered as before "
    "(`Idempotent-Replayed: true`) and nothing is done twice",
}

_ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {"id": {"type": "string"}, "status": {"type": "string", "const": "accepted"}},
}

# One range of bytes of a stored file, which has a strong ETag for If-Range.
_RANGE: list[dict[str, Any]] = [
    {"name": "Range", "in": "header", "schema": {"type": "string"}, "description": "One range, such as bytes=0-499"},
    {"name": "If-Range", "in": "header", "schema": {"type": "string"}, "description": "The ETag that it is a range of"},
]
_PARTS: dict[str, Any] = {
    "206": {"description": "The bytes of `Range`", "headers": {"Content-Range": {"schema": {"type": "string"}}}},
    "416": _problem("`Range` begins behind the end; `Content-Range` has the size"),
}

_NUMBER: Final = {
    "name": "number",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999, "default": 1},
}


_NOTE_NUMBER: Final = {
    "name": "note_number",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^CN-[0-9]{4}-[0-9]{4,9}$"},
}


def _claim_file(name: str, media_type: str, more: str, *also: dict[str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "tags": ["claims"],
            "summary": f"The {name.replace('_', ' ')} of a claim",
            "description": f"As it was issued, {more}; always to be saved as a file.",
            "operationId": f"show_claim_{name}",
            **needs(Permission.LEDGER),
            "parameters": [
                {"name": "claim_id", "in": "path", "required": True, "schema": {"type": "string"}},
                *also,
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {"description": "The file", "content": {media_type: {}}},
                "401": _problem("Not authenticated"),
                "404": _problem("No such claim in the account, or it has no such file (yet)"),
                "422": _problem("A parameter that is not known"),
            },
        }
    }


NATIVE_PATHS: dict[str, Any] = {
    "/api/receipts": {
        "post": {
            "tags": ["receipts"],
            "summary": "Upload a receipt",
            "description": "A JPEG, PNG, WebP, HEIC, PDF or e-invoice in XML (UBL, CII) of at most 10 MB. The same "
            "bytes again run nothing twice.",
            "operationId": "upload_receipt",
            **needs(Permission.SUBMIT),
            "parameters": [IDEMPOTENCY_KEY],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["receipt"],
                            "properties": {"receipt": {"type": "string", "format": "binary"}},
                        }
                    },
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
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
                "400": _problem("Empty, no file in the field `receipt`, several files, or a broken body"),
                "401": _problem("Not authenticated"),
                "403": _problem("Asked from another site"),
                "409": _problem("A request with this `Idempotency-Key` is being carried out"),
                "413": _problem("More than 10 MB"),
                "415": _problem("No picture, PDF or e-invoice"),
                "422": _problem(
                    "More than 50 megapixels, a size that cannot be found, or an `Idempotency-Key` of another file"
                ),
            },
        }
    },
    "/api/inbound/{source_id}": {
        "post": {
            "tags": ["inbound"],
            "summary": "An event of another system",
            "description": "Signed by the source's scheme: Standard Webhooks, Stripe's, GitHub's or a plain HMAC. It "
            "is stored before it is answered; the same event again gets the same answer and does nothing.",
            "operationId": "receive_inbound_event",
            **needs(Permission.OPEN),
            "security": [],
            "parameters": [
                {"name": "source_id", "in": "path", "required": True, "schema": {"type": "string"}},
            ],
            "requestBody": {
                "required": True,
                "description": "As its signature covers it; at most 64 KB",
                "content": {"application/json": {"schema": {}}, "*/*": {"schema": {"type": "string"}}},
            },
            "responses": {
                "202": {
                    "description": "Stored, now or before",
                    "content": {"application/json": {"schema": _ACCEPTED}},
                },
                "400": _problem("Not signed as the source says, without an id, or cut off; `reason` says which"),
                "401": _problem("The signature, or its time, does not hold; `reason` says which"),
                "404": _problem("Nothing takes events at this address"),
                "409": _problem("Another body has come under the same id before"),
                "413": _problem("More than 64 KB"),
                "422": _problem("A parameter that is not known"),
                "429": _problem("More than 6,000 events within a minute, of one address or account"),
                "503": _problem("It could not be stored just now: `Retry-After` says when to send it again"),
            },
        }
    },
    "/api/receipts/{receipt_id}/image": {
        "get": {
            "tags": ["receipts"],
            "summary": "The document, or a small picture",
            "description": "With `width`, the image scaled down to so many pixels, upright, as a JPEG.",
            "operationId": "show_receipt_image",
            **needs(Permission.READ),
            "parameters": [
                {"name": "receipt_id", "in": "path", "required": True, "schema": {"type": "string"}},
                {
                    "name": "width",
                    "in": "query",
                    "schema": {"type": "integer", "enum": [*WIDTHS]},
                    "description": "In pixels",
                },
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {
                    "description": "The image, PDF or XML",
                    "content": {"image/*": {}, "application/pdf": {}, "application/xml": {}},
                },
                "400": _problem("Another width"),
                "401": _problem("Not authenticated"),
                "404": _problem("No such receipt in the account; with `width`, also a PDF or what cannot be decoded"),
                "422": _problem("A parameter that is not known"),
            },
        }
    },
    "/api/receipts/{receipt_id}/xml": {
        "get": {
            "tags": ["receipts"],
            "summary": "The XML of an e-invoice",
            "description": "As it was uploaded, or as it lies in the PDF, byte for byte; always to be saved as a file.",
            "operationId": "show_receipt_xml",
            **needs(Permission.READ),
            "parameters": [
                {"name": "receipt_id", "in": "path", "required": True, "schema": {"type": "string"}},
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {"description": "The XML", "content": {"application/xml": {}}},
                "401": _problem("Not authenticated"),
                "404": _problem("No such receipt in the account, or it holds no e-invoice"),
                "422": _problem("A parameter that is not known"),
            },
        }
    },
    "/api/claims/{claim_id}/statement.pdf": _claim_file("statement", "application/pdf", "with the pictures behind"),
    "/api/claims/{claim_id}/invoice.xml": _claim_file("invoice", "application/xml", "in UBL 2.1 by EN 16931"),
    "/api/claims/{claim_id}/credit-notes/{note_number}.xml": _claim_file(
        "credit_note", "application/xml", "in UBL 2.1 by EN 16931, where the claim has an e-invoice", _NOTE_NUMBER
    ),
    "/api/handed-on/{token}": {
        "get": {
            "tags": ["exports"],
            "summary": "A file of an export, by a link",
            "description": "For whoever has the link, without a session, until it expires or is taken back.",
            "operationId": "show_handed_on_file",
            **needs(Permission.OPEN),
            "security": [],
            "parameters": [
                {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}},
                _NUMBER,
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {
                    "description": "The file, as its format has it",
                    "content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()},
                },
                "404": _problem("A link that cannot be used, or no such file"),
                "422": _problem("A parameter that is not known, or no number"),
            },
        }
    },
    "/api/data-exports/{data_export_id}/file": {
        "get": {
            "tags": ["privacy"],
            "summary": "A file of a data export",
            "description": "For whoever asked for their own, and for owners the account's, until it expires.",
            "operationId": "show_data_export_file",
            **needs(Permission.PERSONAL),
            "parameters": [
                {"name": "data_export_id", "in": "path", "required": True, "schema": {"type": "string"}},
                {
                    "name": "number",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 999, "default": 1},
                },
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {"description": "The ZIP", "content": {"application/zip": {}}},
                "401": _problem("Not authenticated"),
                "403": _problem("The account's, for whoever is no owner"),
                "404": _problem("No such data export of whoever asks, or it has no such file, not yet or no more"),
                "422": _problem("A parameter that is not known, or no number"),
            },
        }
    },
    "/api/exports/{export_id}/file": {
        "get": {
            "tags": ["exports"],
            "summary": "A file of an export",
            "description": "Always to be saved as a file; `files` of the export says which there are.",
            "operationId": "show_export_file",
            **needs(Permission.READ),
            "parameters": [
                {"name": "export_id", "in": "path", "required": True, "schema": {"type": "string"}},
                _NUMBER,
                *_RANGE,
            ],
            "responses": {
                **_PARTS,
                "200": {
                    "description": "The file, as its format has it",
                    "content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()},
                },
                "401": _problem("Not authenticated"),
                "404": _problem("No such export in the account, or it has no such file yet"),
                "422": _problem("A parameter that is not known, or no number"),
            },
        }
    },
}

for _operations in NATIVE_PATHS.values():
    for _operation in _operations.values():
        _operation["responses"].setdefault("429", PROBLEM_RESPONSES[429])
        if _operation.get("security") != []:  # whatever needs a permission is refused to a token that lacks it
            _operation["responses"].setdefault("403", PROBLEM_RESPONSES[403])

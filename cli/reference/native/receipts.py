"""Receipts: the upload, its file, and the XML in it."""

from typing import Any, Final, get_args

from cli.reference.keys import IDEMPOTENCY_KEY
from cli.reference.native.parts import PARTS, RANGE
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem
from tillroll.expenses.values import PaidBy
from tillroll.receipts.native import PARTS_PATH, WIDTHS
from tillroll.receipts.pieces.splitting import FEWEST_PARTS, MOST_PARTS

_PAID_BY: dict[str, Any] = {"type": "string", "enum": [*get_args(PaidBy)]}
_STARTED: dict[str, Any] = {
    "type": "object",
    "required": ["runId", "receiptId", "status", "paidBy"],
    "properties": {
        "runId": {"type": "string"},
        "receiptId": {"type": "string"},
        "status": {"type": "string"},
        "paidBy": {**_PAID_BY, "description": "Who paid, as it was said first"},
        "previousRunId": {
            "type": "string",
            "description": "An earlier run of the same bytes, without an expense",
        },
    },
}

_PART: dict[str, Any] = {
    "type": "object",
    "required": ["runId", "receiptId", "status"],
    "properties": {
        "runId": {"type": "string"},
        "receiptId": {"type": "string"},
        "status": {"type": "string"},
    },
}
_SPLIT: dict[str, Any] = {
    "type": "object",
    "required": ["runId", "receiptId", "parts"],
    "properties": {
        "runId": {"type": "string", "description": "The photo's, which is rejected"},
        "receiptId": {"type": "string"},
        "parts": {"type": "array", "items": _PART},
    },
}

PATHS: Final[dict[str, Any]] = {
    "/api/receipts": {
        "post": {
            "tags": ["receipts"],
            "summary": "Upload a receipt",
            "description": "A JPEG, PNG, WebP, HEIC, PDF or e-invoice in XML "
            "of at most 10 MB. The same "
            "bytes again run nothing twice.",
            "operationId": "upload_receipt",
            **needs(Permission.SUBMIT),
            "parameters": [
                IDEMPOTENCY_KEY,
                {
                    "name": "paidBy",
                    "in": "query",
                    "schema": _PAID_BY,
                    "description": "Who paid: the company, or the caller as its employee, who is "
                    "then paid back. Left out, nobody said it, and the company holds.",
                },
            ],
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
                "400": problem(
                    "Empty, no file in the field `receipt`, several files, or a broken body"
                ),
                "401": problem("Not authenticated"),
                "403": problem("Asked from another site"),
                "409": problem("A request with this `Idempotency-Key` is being carried out"),
                "413": problem("More than 10 MB"),
                "415": problem("No picture, PDF or e-invoice"),
                "422": problem(
                    "More than 50 megapixels, a size that cannot be found, another payer than "
                    "there is, or an `Idempotency-Key` of another file or payer"
                ),
            },
        }
    },
    PARTS_PATH: {
        "post": {
            "tags": ["receipts"],
            "summary": "Split a photo of several receipts",
            "description": f"A photo that waits for a person becomes {FEWEST_PARTS} to "
            f"{MOST_PARTS} receipts of the same person, each with a run; its own run ends as "
            "rejected. All of it happens, or nothing. The same parts again change nothing.",
            "operationId": "split_receipt",
            **needs(Permission.SUBMIT),
            "parameters": [
                {
                    "name": "receipt_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                },
                IDEMPOTENCY_KEY,
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["part"],
                            "properties": {
                                "part": {
                                    "type": "array",
                                    "minItems": FEWEST_PARTS,
                                    "maxItems": MOST_PARTS,
                                    "items": {"type": "string", "format": "binary"},
                                }
                            },
                        }
                    },
                },
            },
            "responses": {
                "202": {
                    "description": "Split; a run of each part has been recorded",
                    "headers": {"Location": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": _SPLIT}},
                },
                "200": {
                    "description": "It was split into these parts before",
                    "content": {"application/json": {"schema": _SPLIT}},
                },
                "400": problem("No file in the field `part`, an empty one, or a broken body"),
                "401": problem("Not authenticated"),
                "404": problem("No such receipt in the account"),
                "409": problem(
                    "Its run does not wait for a person, or was decided; a part is another's "
                    "already"
                ),
                "413": problem("A part has more than 10 MB, or all together have more than 20 MB"),
                "415": problem("A part is no picture"),
                "422": problem("It is no picture, or too few or many parts, or the photo itself"),
            },
        }
    },
    "/api/receipts/{receipt_id}/image": {
        "get": {
            "tags": ["receipts"],
            "summary": "The document, or a small picture",
            "description": (
                "With `width`, the image scaled down to so many pixels, upright, as a JPEG."
            ),
            "operationId": "show_receipt_image",
            **needs(Permission.OWN),
            "parameters": [
                {
                    "name": "receipt_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                },
                {
                    "name": "width",
                    "in": "query",
                    "schema": {"type": "integer", "enum": [*WIDTHS]},
                    "description": "In pixels",
                },
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {
                    "description": "The image, PDF or XML",
                    "content": {"image/*": {}, "application/pdf": {}, "application/xml": {}},
                },
                "400": problem("Another width"),
                "401": problem("Not authenticated"),
                "404": problem(
                    "No such receipt in the account; with `width`, also a PDF or what cannot be "
                    "decoded"
                ),
                "422": problem("A parameter that is not known"),
            },
        }
    },
    "/api/receipts/{receipt_id}/xml": {
        "get": {
            "tags": ["receipts"],
            "summary": "The XML of an e-invoice",
            "description": (
                "As it was uploaded, or as it lies in the PDF, byte for byte; always to be saved "
                "as a file."
            ),
            "operationId": "show_receipt_xml",
            **needs(Permission.OWN),
            "parameters": [
                {
                    "name": "receipt_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                },
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {"description": "The XML", "content": {"application/xml": {}}},
                "401": problem("Not authenticated"),
                "404": problem("No such receipt in the account, or it holds no e-invoice"),
                "422": problem("A parameter that is not known"),
            },
        }
    },
}

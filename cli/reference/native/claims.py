"""The files of claims."""

from typing import Any, Final

from cli.reference.native.parts import PARTS, RANGE
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem

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
                *RANGE,
            ],
            "responses": {
                **PARTS,
                "200": {"description": "The file", "content": {media_type: {}}},
                "401": problem("Not authenticated"),
                "404": problem("No such claim in the account, or it has no such file (yet)"),
                "422": problem("A parameter that is not known"),
            },
        }
    }


PATHS: Final[dict[str, Any]] = {
    "/api/claims/{claim_id}/statement.pdf": _claim_file(
        "statement", "application/pdf", "with the pictures behind"
    ),
    "/api/claims/{claim_id}/invoice.xml": _claim_file(
        "invoice", "application/xml", "in CII by EN 16931"
    ),
    "/api/claims/{claim_id}/invoice.pdf": _claim_file(
        "invoice_pdf", "application/pdf", "as a PDF/A-3 that carries its XML (Factur-X)"
    ),
    "/api/claims/{claim_id}/credit-notes/{note_number}.xml": _claim_file(
        "credit_note",
        "application/xml",
        "in CII by EN 16931, where the claim has an invoice",
        _NOTE_NUMBER,
    ),
    "/api/claims/{claim_id}/credit-notes/{note_number}.pdf": _claim_file(
        "credit_note_pdf",
        "application/pdf",
        "as a PDF/A-3 that carries its XML (Factur-X), where the claim has an invoice",
        _NOTE_NUMBER,
    ),
}

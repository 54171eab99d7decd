"""Events of other systems."""

from typing import Any, Final

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import needs
from tillroll.api.problems import problem

_ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {"id": {"type": "string"}, "status": {"type": "string", "const": "accepted"}},
}

PATHS: Final[dict[str, Any]] = {
    "/api/inbound/{source_id}": {
        "post": {
            "tags": ["inbound"],
            "summary": "An event of another system",
            "description": "Signed by the source's scheme: Standard Webhooks, Stripe's, GitHub's "
            "or a plain HMAC. It is stored before it is answered; the same event again gets the "
            "same answer and does nothing.",
            "operationId": "receive_inbound_event",
            **needs(Permission.OPEN),
            "security": [],
            "parameters": [
                {"name": "source_id", "in": "path", "required": True, "schema": {"type": "string"}},
            ],
            "requestBody": {
                "required": True,
                "description": "As its signature covers it; at most 64 KB",
                "content": {
                    "application/json": {"schema": {}},
                    "*/*": {"schema": {"type": "string"}},
                },
            },
            "responses": {
                "202": {
                    "description": "Stored, now or before",
                    "content": {"application/json": {"schema": _ACCEPTED}},
                },
                "400": problem(
                    "Not signed as the source says, without an id, or cut off; `reason` says which"
                ),
                "401": problem("The signature, or its time, does not hold; `reason` says which"),
                "404": problem("Nothing takes events at this address"),
                "409": problem("Another body has come under the same id before"),
                "413": problem("More than 64 KB"),
                "422": problem("A parameter that is not known"),
                "429": problem("More than 6,000 events within a minute, of one address or account"),
                "503": problem(
                    "It could not be stored just now: `Retry-After` says when to send it again"
                ),
            },
        }
    },
}

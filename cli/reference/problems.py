"""The members of problems in the OpenAPI document: tests hold that each which is answered is
here.
"""

from collections.abc import Mapping
from typing import Any, Final

from tillroll.api.problems import PROBLEM_SHAPE

_TEXT: Final = {"type": "string"}
_OBJECT: Final = {"type": "object", "additionalProperties": True}
# Members that problems of some kinds have beside the standard ones (RFC 9457, section 3.2).
MEMBERS: Final[Mapping[str, Any]] = {
    "errors": {
        "type": "array",
        "description": "What of the request cannot be taken, each with how to put it right",
        "items": {
            "type": "object",
            "required": ["field", "message"],
            "properties": {"field": _TEXT, "message": {"type": "string", "minLength": 1}},
        },
    },
    "permission": {**_TEXT, "description": "The permission that is missing"},
    "current": {**_OBJECT, "description": "What stands (412)"},
    "yours": {**_OBJECT, "description": "What was sent (412)"},
    "etag": {**_TEXT, "description": "The `ETag` of what stands (412), for `If-Match`"},
    "quota": {**_TEXT, "description": "The quota that is reached"},
    "used": {"type": "integer", "description": "How much of the quota is used"},
    "limit": {"type": "integer", "description": "How much the quota allows"},
    "resetsAt": {
        "type": ["string", "null"],
        "description": "When the quota is whole again, in UTC",
    },
    "reason": {"type": ["string", "null"], "description": "A code that says why"},
    "runStatus": {**_TEXT, "description": "The status of the run that is in the way"},
    "expenseStatus": {**_TEXT, "description": "The status of the expense that is in the way"},
    "decision": {"type": ["string", "null"], "description": "How somebody else decided before"},
    "acts": {
        "type": "array",
        "items": _TEXT,
        "description": "Acts on expenses that are not done yet",
    },
    "act": {**_TEXT, "description": "The act on expenses that is in the way"},
    "id": {**_TEXT, "description": "The id of the ledger's transaction that was refused"},
    "position": {
        "type": ["integer", "null"],
        "description": "Which transfer of the transaction was refused, from 0",
    },
    "at": {**_TEXT, "description": "When the ledger refused it, in UTC"},
    "isNew": {"type": "boolean", "description": "Whether it was refused just now, not before"},
    "heldBack": {"type": "integer", "description": "How many expenses policies hold back"},
    "violations": {
        "type": "array",
        "items": _OBJECT,
        "description": "Which policies are against it",
    },
    "rules": {
        "type": "array",
        "items": _TEXT,
        "description": "Policies and chains that name the category",
    },
    "unknown": {"type": "array", "items": _TEXT, "description": "Ids that nobody knows"},
    "unmapped": {"type": "array", "items": _OBJECT, "description": "What is not mapped yet"},
    "sync": {**_TEXT, "description": "The sync that is in the way"},
}


def problem_schema() -> dict[str, Any]:
    """The schema of a problem, with the members of all kinds."""
    return {**PROBLEM_SHAPE, "properties": {**PROBLEM_SHAPE["properties"], **MEMBERS}}

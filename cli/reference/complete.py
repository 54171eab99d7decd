"""The OpenAPI document, made whole: who may be asked for how, a summary that is a sentence, an
example of each body and answer, and problems that stand once.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from cli.reference.bounds import add_bounds
from cli.reference.defaults import say_defaults
from cli.reference.examples.answers import ANSWERS
from cli.reference.examples.bodies import BODIES
from cli.reference.examples.making import Examples
from cli.reference.examples.places import SUBJECTS
from cli.reference.formats import add_files, add_formats
from cli.reference.headers import add_headers
from cli.reference.problems import problem_schema
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PERMISSION
from tillroll.api.problems import PROBLEM_RESPONSES, Problem, refusal
from tillroll_durable.platform.refusals import (
    KINDS,
    NOT_POSSIBLE,
    PROBLEM_MEDIA_TYPE,
    Refusal,
    problem_body,
)

_JSON: Final = "application/json"
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_OF_BODIES: Final = ("413", "415")
_READ_CONFLICT: Final = "Problem409Read"
_INFO: Final = {
    "description": "The HTTP API of a Tillroll deployment. docs/api.md says what each route means.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
Document = dict[str, Any]

# What the platform in front answers before Tillroll is asked, in no form of ours, beside any
# operation.
_PLATFORM_RESPONSES: Final[dict[str, dict[str, Any]]] = {
    "414": {"description": "The address with its query is longer than the platform takes (16 KB)"},
    "431": {
        "description": (
            "The headers together are larger than the platform takes (128 KB; `make dev`: 16 KB)"
        )
    },
}

# What is said of a status in examples, where several kinds of problems have it: the one that is met
# first.
_SHOWN: Final = {
    400: "invalid-cursor",
    401: "unauthenticated",
    403: "not-permitted",
    404: "not-found",
    409: "request-in-flight",
    413: "too-large",
    422: "invalid-request",
    429: "too-many-attempts",
    503: "unavailable",
}
_SAYS: Final = {
    400: "Take the cursor from `nextCursor` of the page before.",
    401: "Send `Authorization: Bearer till_…` with a token that holds.",
    403: "The request comes from another site. Send it from the app's own pages, or with a token.",
    404: "There is no such thing in the account.",
    405: "See /api/openapi.json for the methods of this path.",
    409: "Send it again in a moment: the first one is being carried out.",
    413: "Send at most 64 KB.",
    422: "Correct what `errors` names; see /api/openapi.json.",
    429: "Wait as long as `Retry-After` says.",
}


def make_whole(document: Document) -> None:
    """Add to a document, in place, what the routes' definitions do not say."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.setdefault("Problem", problem_schema())
    components["responses"] = {
        f"Problem{status}": _problem_response(int(status), str(told["description"]))
        for status, told in PROBLEM_RESPONSES.items()
    } | {f"Platform{status}": told for status, told in _PLATFORM_RESPONSES.items()}
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token: `Authorization: Bearer till_…`",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "tillroll_session",
            "description": (
                "A browser that has signed in. What changes something needs its page's `Origin` too"
            ),
        },
    }
    components["responses"]["NotModified"] = {
        "description": "`If-None-Match` names what stands",
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    }
    document["security"] = [{"token": []}, {"session": []}]
    document["servers"] = [{"url": "/", "description": "The deployment that serves this document"}]
    document["info"] = {**document.get("info", {}), **_INFO}
    _say_left_out(document)
    add_files(document)
    add_formats(document)
    add_bounds(document)
    examples = Examples(schemas)
    for method, path, operation in operations_of(document):
        permission = Permission(operation[PERMISSION])
        if permission == Permission.OPEN:
            operation["security"] = []
        _leave_out_impossible(operation, method)
        if method == "GET" and _JSON in operation["responses"].get("200", {}).get("content", {}):
            operation["responses"].setdefault("304", {"$ref": "#/components/responses/NotModified"})
        for status in _PLATFORM_RESPONSES:
            operation["responses"][status] = {"$ref": f"#/components/responses/Platform{status}"}
        _say(operation)
        _show(operation, examples, f"{method} {path}", _subject(path))
        _say_who_may(operation, permission, components["responses"])
        _say_conflict(operation, method, components["responses"])
    add_headers(document)
    say_defaults(document)  # the examples are made of them


def _leave_out_impossible(operation: dict[str, Any], method: str) -> None:
    """What every route is said to answer, and one that only reads cannot: it has no body."""
    if method != "GET":
        return
    for status in _OF_BODIES:
        standard = PROBLEM_RESPONSES[int(status)]["description"]
        if operation["responses"].get(status, {}).get("description") == standard:
            del operation["responses"][status]


def _not_permitted(permission: Permission) -> str:
    words = permission.value.replace("-", " ").title().replace(" ", "")
    return f"Problem403{words}"


def _refused(permission: Permission) -> dict[str, Any]:
    """What is answered to somebody without a permission, as it is said."""
    example = _example_of(refusal(permission))
    return _problem_response(403, str(PROBLEM_RESPONSES[403]["description"]), example)


def _say_conflict(operation: dict[str, Any], method: str, responses: dict[str, Any]) -> None:
    """A route that only reads is in conflict with where something stands, and with no other
    request.
    """
    shared = {"$ref": "#/components/responses/Problem409"}
    if method != "GET" or operation["responses"].get("409") != shared:
        return
    refused = Problem(NOT_POSSIBLE, "The run is failed. Nothing was changed.")
    description = str(PROBLEM_RESPONSES[409]["description"])
    responses.setdefault(_READ_CONFLICT, _problem_response(409, description, _example_of(refused)))
    operation["responses"]["409"] = {"$ref": f"#/components/responses/{_READ_CONFLICT}"}


def _say_who_may(
    operation: dict[str, Any], permission: Permission, responses: dict[str, Any]
) -> None:
    shared = {"$ref": "#/components/responses/Problem403"}
    if permission != Permission.OPEN and operation["responses"].get("403") == shared:
        name = _not_permitted(permission)
        responses.setdefault(name, _refused(permission))
        operation["responses"]["403"] = {"$ref": f"#/components/responses/{name}"}


def _say_left_out(document: Document) -> None:
    """A query has no null: what may be left out is of its one type, and not needed."""
    for _, _, operation in operations_of(document):
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            asked = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
            if len(asked) == 1:
                parameter["schema"] = {
                    **asked[0],
                    **{name: said for name, said in schema.items() if name != "anyOf"},
                }


def operations_of(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and definition of each operation."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _say(operation: dict[str, Any]) -> None:
    """In place of a handler's name, the first sentence of what it says."""
    said = str(operation.get("description", ""))
    first = re.split(r"(?<=[.:])\s|\n\n", said, maxsplit=1)[0].strip()
    if first:
        operation["summary"] = re.sub(r"\s+", " ", first).rstrip(".:")


def _subject(path: str) -> str:
    """The part of a path that says what an `id` in the answer is one of."""
    parts = [part for part in path.split("/")[2:] if not part.startswith("{")]
    if parts[-1] in SUBJECTS:
        return SUBJECTS[parts[-1]]
    return "run" if parts[0] == "workflows" else parts[0]


def _show(operation: dict[str, Any], examples: Examples, key: str, subject: str) -> None:
    asked = operation.get("requestBody", {}).get("content", {}).get(_JSON)
    if asked is not None:
        body = BODIES.get(key)
        asked["example"] = (
            examples.of(asked["schema"], within=subject, only_required=True)
            if body is None
            else body
        )
        asked.pop("examples", None)
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            continue
        content = answer.get("content", {})
        if PROBLEM_MEDIA_TYPE in content:
            operation["responses"][status] = _shared(int(status), answer)
        elif _JSON in content and content[_JSON].get("schema"):
            recorded = ANSWERS.get(f"{key} {status}")
            content[_JSON]["example"] = recorded or examples.of(
                content[_JSON]["schema"], within=subject
            )


def _shared(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    """A problem of a route: the shared one, or with words of its own."""
    standard = PROBLEM_RESPONSES.get(status)
    if standard is not None and answer["description"] == standard["description"]:
        return {"$ref": f"#/components/responses/Problem{status}"}
    return {**_problem_response(status, answer["description"]), **_headers(answer)}


def _headers(answer: dict[str, Any]) -> dict[str, Any]:
    return {"headers": answer["headers"]} if "headers" in answer else {}


def _problem_response(
    status: int, description: str, example: dict[str, Any] | None = None
) -> dict[str, Any]:
    shown = example or problem_example(status)
    return {
        "description": description,
        "content": {PROBLEM_MEDIA_TYPE: {"schema": _PROBLEM, "example": shown}},
    }


def problem_example(status: int) -> dict[str, Any]:
    """A problem of this status, as it is answered."""
    kinds = [each for each in KINDS.values() if each.status == status]
    code = _SHOWN.get(status)
    kind = next((each for each in kinds if each.code == code), kinds[0])
    problem = Problem(kind, _SAYS.get(status, f"{kind.title}."))
    if kind.code == "invalid-request":
        problem.extra = {"errors": [{"field": "reason", "message": "It is missing."}]}
    return _example_of(problem)


def _example_of(refused: Refusal) -> dict[str, Any]:
    return problem_body(refused, "req_01M7W5NGV645S0BRJVWMNMGREZ")

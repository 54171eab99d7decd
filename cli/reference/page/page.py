"""The API's own page: the guide, then every route with an example, made from the OpenAPI
document.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from cli.reference.complete import Document, operations_of, problem_example
from cli.reference.page.fields import Fields
from cli.reference.page.guide import SECTIONS, guide
from cli.reference.page.html import code, joined, prose, table
from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PERMISSION
from tillroll.api.problems import PROBLEM_RESPONSES
from tillroll_durable.platform.refusals import KINDS

_JSON: Final = "application/json"
_TITLES: Final[Mapping[str, str]] = {
    "ai": "AI calls",
    "approval": "Approval",
    "mail": "Mail events",
}
# What everybody needs first; the others follow in the order of the document.
_FIRST: Final = ("receipts", "workflows", "runs", "endpoints", "expenses", "exports")
_LEAST_PROBLEM: Final = 400
# What no command here can sign.
_SIGNED: Final[Mapping[str, str]] = {
    "/api/inbound/{source_id}": (
        "The sender signs each event: [step 7](#events-in) has programs for each scheme."
    ),
}
Operation = tuple[str, str, dict[str, Any]]

_INTRODUCTION: Final = """
JSON over HTTP under `/api`: keys in camelCase, times in UTC (ISO 8601). This page leads from a
token to a verified webhook, and to events of other systems, in seven steps, and has every route
below. Programs find the same in [/api/openapi.json](/api/openapi.json) (OpenAPI 3.1).
"""
# It works by the page's script, which shows it.
_SEARCH: Final = (
    '<search class="docs-search" hidden><label for="docs-search">Search by path, field or word'
    '</label><input id="docs-search" type="search" autocomplete="off" '
    'placeholder="expenses externalId"><p class="quiet" role="status" hidden><span></span> '
    "found</p></search>"
)
_OF_PROBLEMS: Final = """
Every refusal is `application/problem+json` (RFC 9457). `type` tells the kinds apart and stays;
`detail` says what to do; `requestId` is in the answer's `X-Request-Id` too, and in the log. 401
means no token that holds, 403 that it may not, 404 also what belongs to another account, and 429
that `Retry-After` says how long to wait.
"""
_EVERYWHERE: Final = """
These may be answered by every route; those of a route alone stand with it.
"""


def render_page(document: Document) -> str:
    """The page as HTML. Its commands have an example's address, until its script puts in the one it
    was opened at.
    """
    groups, fields = _groups(document), Fields(document["components"]["schemas"])
    return joined(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            (
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                "<title>The API · Tillroll</title>"
            ),
            (
                '<meta name="color-scheme" content="light dark">'
                '<link rel="icon" href="/icon.svg" type="image/svg+xml">'
            ),
            (
                '<link rel="stylesheet" href="/css/base.css">'
                '<link rel="stylesheet" href="/css/docs.css">'
            ),
            '<script type="module" src="/built/docs.js"></script></head>',
            '<body class="docs"><a class="skip-link" href="#content">Skip to the content</a>',
            '<nav id="contents" aria-label="Contents" class="docs-contents">',
            '<p class="docs-brand"><a href="/">Tillroll</a></p>',
            f"<details><summary>Contents</summary>{_contents(groups)}</details></nav>",
            '<main id="content"><h1>The Tillroll API</h1>',
            _SEARCH,
            prose(_INTRODUCTION),
            guide(),
            _problems(),
            joined(_group(name, operations, fields) for name, operations in groups.items()),
            '<a class="docs-back" href="#contents">Contents</a></main></body></html>',
        )
    )


def _groups(document: Document) -> dict[str, list[Operation]]:
    """The operations by their tag."""
    found: dict[str, list[Operation]] = {name: [] for name in _FIRST}
    for operation in operations_of(document):
        found.setdefault(str(operation[2]["tags"][0]), []).append(operation)
    return found


def _title(name: str) -> str:
    return _TITLES.get(name, name.capitalize())


def _anchor(method: str, path: str) -> str:
    return f"op-{method.lower()}{re.sub(r'[^a-z0-9_.]+', '-', path.lower()).rstrip('-')}"


def _contents(groups: Mapping[str, Sequence[Operation]]) -> str:
    titles = {**{name: section.title for name, section in SECTIONS.items()}, "problems": "Problems"}
    steps = (f'<li><a href="#{name}">{title}</a></li>' for name, title in titles.items())
    lists = (
        f"<details><summary>{_title(name)}</summary><ul>{_links(found)}</ul></details>"
        for name, found in groups.items()
    )
    return f'<ul>{joined(steps)}</ul><p class="docs-routes">Routes</p>{joined(lists)}'


def _links(operations: Sequence[Operation]) -> str:
    return joined(
        f'<li><a href="#{_anchor(method, path)}"><span class="method">{method}</span> '
        f"{escape(path.removeprefix('/api'))}</a></li>"
        for method, path, _ in operations
    )


def _problems() -> str:
    rows = [
        (f"`{each.code}`", str(each.status), each.title)
        for each in sorted(KINDS.values(), key=lambda kind: (kind.status, kind.code))
    ]
    everywhere = [
        (str(status), str(told["description"]))
        for status, told in sorted(PROBLEM_RESPONSES.items())
    ]
    return joined(
        (
            '<section id="problems"><h2>Problems</h2>',
            prose(_OF_PROBLEMS),
            code("example-problem", "json", json.dumps(problem_example(422), indent=2)),
            prose(_EVERYWHERE),
            table("Problems of every route", ("status", "says"), everywhere),
            "<details><summary>All types of problems</summary>",
            table(
                "Types of problems", ("type, behind `urn:tillroll:problem:`", "status", "is"), rows
            ),
            "</details></section>",
        )
    )


def _group(name: str, operations: Sequence[Operation], fields: Fields) -> str:
    routes = joined(
        _route(method, path, operation, fields) for method, path, operation in operations
    )
    return f'<section id="routes-{escape(name)}"><h2>{_title(name)}</h2>{routes}</section>'


def _route(method: str, path: str, operation: dict[str, Any], fields: Fields) -> str:
    anchor, permission = _anchor(method, path), Permission(operation[PERMISSION])
    return joined(
        (
            (
                f'<article id="{anchor}"><h3><span class="method">{method}</span> '
                f"<code>{escape(path)}</code></h3>"
            ),
            prose(str(operation.get("description") or operation["summary"])),
            f'<p class="quiet">Needs <code>{permission}</code>: {escape(permission.says)}.</p>',
            fields.of_parameters(f"Parameters of {method} {path}", _told(operation)),
            _body(f"Fields of {method} {path}", operation, fields),
            "<details><summary>Example: what is asked, and answered</summary>",
            _example(anchor, method, path, operation),
            joined(_answers(anchor, operation, fields)),
            "</details>",
            _refusals(operation),
            "</article>",
        )
    )


def _told(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters but the key, which whatever changes something takes, and ids of which the path
    says all.
    """
    return [
        each
        for each in operation.get("parameters", [])
        if each["name"] != "Idempotency-Key" and (each["in"] != "path" or each.get("description"))
    ]


def _body(label: str, operation: dict[str, Any], fields: Fields) -> str:
    asked = operation.get("requestBody", {})
    schema = asked.get("content", {}).get(_JSON, {}).get("schema")
    return (
        ""
        if schema is None
        else prose(str(asked.get("description", ""))) + fields.of_body(label, schema)
    )


def _example(anchor: str, method: str, path: str, operation: dict[str, Any]) -> str:
    if path in _SIGNED:
        return prose(_SIGNED[path])
    return code(f"{anchor}-request", "sh", _curl(method, path, operation))


def _curl(method: str, path: str, operation: dict[str, Any]) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda found: "$" + found[1].upper(), path)
    words = ["curl"] if method == "GET" else ["curl", "-X", method]
    words.append(f'"$URL{filled}"')
    if operation[PERMISSION] != Permission.OPEN:
        words.append('-H "Authorization: Bearer $TOKEN"')
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        words.append("-F receipt=@receipt.jpg")
    elif _JSON in content:
        body = json.dumps(content[_JSON]["example"], ensure_ascii=False, indent=2).replace(
            "'", "'\\''"
        )
        words.append(f"\\\n  -H \"Content-Type: application/json\" -d '{body}'")
    return " ".join(words)


def _answers(anchor: str, operation: dict[str, Any], fields: Fields) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if "$ref" in answer or int(status) >= _LEAST_PROBLEM:
            continue
        described = (
            "" if answer["description"] == "Successful Response" else f": {answer['description']}"
        )
        yield f'<div class="docs-status"><strong>{status}</strong>{prose(described)}</div>'
        content = answer.get("content", {}).get(_JSON, {})
        if "example" in content:
            yield prose(fields.said_of(content["schema"]))
            yield code(
                f"{anchor}-{status}",
                "json",
                json.dumps(content["example"], indent=2, ensure_ascii=False),
            )


def _refusals(operation: dict[str, Any]) -> str:
    """The problems that this route has words of its own for."""
    said = [
        f"<li><strong>{status}</strong> {prose(answer['description'])[3:-4]}</li>"
        for status, answer in sorted(operation["responses"].items(), key=lambda each: int(each[0]))
        if int(status) >= _LEAST_PROBLEM and "$ref" not in answer
    ]
    if not said:
        return ""
    return (
        f'<details class="docs-problems"><summary>Problems of its own</summary><ul>{joined(said)}'
        "</ul></details>"
    )

"""`tillroll api`: any route of the API, by its description."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import taking

from ..client.server import ServerOptions
from ..openapi.completion import complete_field, complete_method, complete_path, complete_query
from ..openapi.explanations import KEY, explain, method_rows
from ..openapi.operations import METHODS, Description, Operation, whole_path
from ..openapi.requests import Given, Request, request_of
from ..openapi.sources import description_for_help, description_of
from ..session import Session, session

if TYPE_CHECKING:
    import httpx

_JSON = "application/json"


def _options(context: typer.Context) -> ServerOptions:
    return ServerOptions(context.params.get("url"), None, context.params.get("state"), None)


def _offer_paths(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return complete_path(context.params.get("method") or "", incomplete, _options(context))


def _offer_fields(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    method, path = _asked_for(context)
    return complete_field(method, path, incomplete, _options(context))


def _offer_query(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    method, path = _asked_for(context)
    return complete_query(method, path, incomplete, _options(context))


def _asked_for(context: typer.Context) -> tuple[str, str]:
    return context.params.get("method") or "", context.params.get("path") or ""


@taking(session)
def api(
    here: Session,
    method: Annotated[
        str | None,
        typer.Argument(
            metavar="METHOD",
            help="GET, POST, PUT, PATCH or DELETE.",
            autocompletion=complete_method,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH",
            help="The route, such as /api/clients; /api/ may be left out.",
            autocompletion=_offer_paths,
        ),
    ] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="NAME=VALUE",
            help="A field of the body. The description says its type. NAME=@FILE takes a file, "
            "NAME:=JSON is JSON as it stands, NAME.MEMBER=VALUE is inside of an object; repeat.",
            autocompletion=_offer_fields,
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="BODY", help="The whole body as it stands; @FILE takes a file, @- takes stdin."
        ),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option(
            "--query",
            "-q",
            metavar="NAME=VALUE",
            help="A parameter of the query; repeat.",
            autocompletion=_offer_query,
        ),
    ] = None,
    headers: Annotated[
        list[str] | None,
        typer.Option("--header", "-H", metavar="NAME=VALUE", help="A header; repeat."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            help="The Idempotency-Key: sent again under the same key, it is done once. Else a new "
            "one."
        ),
    ] = None,
    every_page: Annotated[bool, typer.Option("--all", help="All pages of a list as one.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the answer to this file."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE where it is there already.")
    ] = False,
    wants_help: Annotated[
        bool,
        typer.Option(
            "--help",
            "-h",
            help="With METHOD PATH: what the route takes and answers. With a word: the routes "
            "that have it.",
        ),
    ] = False,
) -> None:
    """Ask any route of the API. Types, help and completion come from the server's description."""
    words = [each for each in (method, path) if each is not None]
    if wants_help or not words:
        _help(here, words)
        return
    if method is None or path is None or method.upper() not in METHODS:
        raise Stopped(
            Code.USAGE,
            "Give a method and a path, such as `tillroll api GET /api/clients`. "
            f"`tillroll api --help {words[-1]}` lists the routes that have this word.",
        )
    bare, _, in_path = path.partition("?")
    asked = whole_path(bare)
    description = description_of(here.api, here.surroundings.environment)
    operation = _found(description, method.upper(), asked)
    given = Given(fields or [], data, query or [], headers or [])
    request = request_of(operation, given, in_path)
    if key is not None:
        request.headers[KEY] = key
    if output is not None and output.exists() and not force:
        raise Stopped(Code.USAGE, f"{output} is there already: give another name, or --force.")
    if every_page:
        here.show.document(_all_pages(here, operation, asked, request))
        return
    _answer(here, operation, asked, request, output)


def _found(description: Description, method: str, path: str) -> Operation:
    """Raises Stopped: there is no such route, or it has no such method."""
    if "{" in path:
        raise Stopped(
            Code.USAGE, f"{path}: write an id in the place of what stands between braces."
        )
    operation = description.find(method, path)
    if operation is not None:
        return operation
    others = description.of_path(path)
    if others:
        methods = ", ".join(each.method for each in others)
        raise Stopped(Code.USAGE, f"{path} takes no {method}. It takes: {methods}.")
    alike = description.nearest(path)
    ways = f" Nearest: {', '.join(alike)}." if alike else ""
    raise Stopped(
        Code.USAGE, f"There is no route {path}.{ways} `tillroll api --help WORD` finds routes."
    )


def _all_pages(here: Session, operation: Operation, path: str, request: Request) -> dict[str, Any]:
    """Raises Stopped: the route has no pages, or is refused."""
    if not operation.has_pages:
        raise Stopped(Code.USAGE, f"{operation.name} has no pages: leave --all out.")
    limit = operation.query["limit"].largest
    query = {"limit": limit, **request.query}
    items: list[Any] = []
    while True:
        page = here.api.get(path, query)
        items += page["items"]
        cursor = page.get("nextCursor")
        if cursor is None:
            return {**page, "items": items, "nextCursor": None}
        query["cursor"] = cursor


def _answer(
    here: Session, operation: Operation, path: str, request: Request, output: Path | None
) -> None:
    headers = request.headers
    if operation.method != "GET":
        headers = {KEY: f"cli-{uuid4()}", **headers}
    answer = here.api.answer(
        operation.method, path, params=request.query, headers=headers, **request.body
    )
    if output is not None:
        from ..client.private_files import write_private

        write_private(output, answer.content)
        here.show.note(f"{output}: {len(answer.content)} bytes.")
        return
    _show(here, answer)


def _show(here: Session, answer: "httpx.Response") -> None:
    """Raises Stopped: it is a file, and a terminal shows none."""
    if not answer.content:
        return
    kind = answer.headers.get("content-type", "")
    if kind.startswith(_JSON):
        here.show.document(answer.json())
        return
    if sys.stdout.isatty() and not kind.startswith("text/"):
        raise Stopped(Code.USAGE, f"The answer is a file ({kind}): give -o FILE.")
    sys.stdout.flush()
    sys.stdout.buffer.write(answer.content)
    sys.stdout.buffer.flush()


def _help(here: Session, words: list[str]) -> None:
    """Raises Stopped: nothing has these words."""
    if not words:
        sys.stdout.write(here.help())
        return
    description = description_for_help(here.api, here.surroundings.environment)
    path = whole_path(words[-1].partition("?")[0])
    method = words[0].upper()
    if method in METHODS and len(words) > 1:
        operation = description.find(method, path) or _found(description, method, path)
        here.show.say(*explain(operation))
        return
    operations = description.of_path(path) if "/" in words[0] else description.with_words(words)
    if not operations:
        _found(description, METHODS[0], path)
    if "/" not in words[0]:
        here.show.table(("method", "path", "does"), method_rows(operations))
        return
    for operation in operations:
        here.show.say(*explain(operation), "")

"""Ordering what becomes of the next requests at a local counterpart, and taking all orders back."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FaultT = TypeVar("FaultT")


def fault_routes(
    faults: Callable[[], list[FaultT]], kind: type[FaultT], under: str = ""
) -> list[Route]:
    """POST and DELETE /faults, `under` a path. `faults` gives the list of those that are ordered;
    what is no `kind` is answered 422.
    """

    async def order(request: Request) -> Response:
        try:
            faults().append(TypeAdapter(kind).validate_python(await request.json()))
        except (ValidationError, ValueError) as error:
            return Response(str(error), status_code=422)
        return Response(status_code=204)

    async def clear(_: Request) -> Response:
        faults().clear()
        return Response(status_code=204)

    path = f"{under}/faults"
    return [Route(path, order, methods=["POST"]), Route(path, clear, methods=["DELETE"])]

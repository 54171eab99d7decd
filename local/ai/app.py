"""The HTTP side: what the genuine `env.AI` client asks of Workers AI, and what tests ask of this
server.

    POST /run                 run a model: the client's own request
    POST /load                load what reads photos, for which the first photo else waits;
                              answers once it is loaded
    GET /health               200 if photos can be sent, 503 while what reads them is loaded
    POST, DELETE /failures    order a failure, an answer or a delay; take all orders back
    GET, DELETE /calls        what was asked of which model; forget it

Bodies are JSON and must say so: a page in a browser cannot send that type to another origin
unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.ai.calls import Call, CallLog
from local.ai.chat import ChatInputs, ordered_completion
from local.ai.errors import (
    ConnectionLostError,
    ModelError,
    PlainError,
    incomplete_request,
    invalid_data,
)
from local.ai.failures import Failure, Failures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import Lifespan, Receive, Scope, Send

    from local.ai.models import Models

MODEL_HEADER = "cf-consn-model-id"


class RunBody(BaseModel):
    """The body of POST /run; its `options` concern Cloudflare's gateway and queues, which are not
    here.
    """

    inputs: ChatInputs


def create_app(
    models: Models, load: Callable[[], Awaitable[None]], lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """Return the ASGI application. The models' reader is loaded by `load`, and ended by `lifespan`
    or the caller.
    """
    handlers = _Handlers(models, load)
    return Starlette(
        routes=[
            Route("/run", handlers.run, methods=["POST"]),
            Route("/load", handlers.load, methods=["POST"]),
            Route("/health", handlers.health, methods=["GET"]),
            Route("/failures", handlers.order_failure, methods=["POST"]),
            Route("/failures", handlers.clear_failures, methods=["DELETE"]),
            Route("/calls", handlers.list_calls, methods=["GET"]),
            Route("/calls", handlers.clear_calls, methods=["DELETE"]),
        ],
        lifespan=lifespan,
    )


class _Handlers:
    def __init__(self, models: Models, load: Callable[[], Awaitable[None]]) -> None:
        self._models = models
        self._load = load
        self._failures = Failures()
        self._calls = CallLog()

    async def run(self, request: Request) -> Response:
        call = self._calls.begin(request.headers.get(MODEL_HEADER, ""))
        try:
            answer = await self._answer(request, call)
        except ModelError as error:
            call.outcome = str(error.internal_code)
            return JSONResponse(error.body(), error.http_status)
        except PlainError as error:
            call.outcome = "failed"
            return PlainTextResponse(error.text, error.http_status)
        except ConnectionLostError:
            call.outcome = "lost"
            return _CutConnection()
        call.outcome = "answered"
        return JSONResponse(answer)

    async def _answer(self, request: Request, call: Call) -> dict[str, Any]:
        if not call.model:
            raise incomplete_request(MODEL_HEADER)
        if not _is_json(request):
            raise incomplete_request("content-type: application/json")
        try:
            inputs = RunBody.model_validate_json(await request.body()).inputs
        except ValidationError as error:
            raise invalid_data(str(error)) from error
        call.images(inputs.images())
        ordered = await self._failures.strike(call.model)
        if ordered is not None:
            return ordered_completion(call.model, ordered, inputs)
        return await self._models.run(call.model, inputs)

    async def load(self, _: Request) -> Response:
        await self._load()
        return Response(status_code=204)

    async def health(self, _: Request) -> Response:
        state = self._models.reader.state
        return JSONResponse(
            {
                "status": "ready" if state.ready else "loading",
                "photosRead": state.photos_read,
                "waiting": state.waiting,
                "ocrProcessesStarted": state.ocr_processes_started,
                "ocrResidentBytes": state.ocr_resident_bytes,
            },
            200 if state.ready else 503,
        )

    async def order_failure(self, request: Request) -> Response:
        if not _is_json(request):
            return JSONResponse({"error": "content-type must be application/json"}, 415)
        try:
            failure = Failure.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, 422)
        self._failures.order(failure)
        return JSONResponse(failure.model_dump(by_alias=True), 201)

    async def clear_failures(self, _: Request) -> Response:
        self._failures.clear()
        return Response(status_code=204)

    async def list_calls(self, _: Request) -> Response:
        return JSONResponse({"calls": self._calls.as_json()})

    async def clear_calls(self, _: Request) -> Response:
        self._calls.clear()
        return Response(status_code=204)


class _CutConnection(Response):
    """Promises more than it sends, so that the server closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionLostError


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"

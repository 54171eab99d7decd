"""Idempotency-Key on FastAPI's routes: what is sent again is answered again, without its
secrets.
"""

from collections.abc import Iterator
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tillroll.api.admission import PRINCIPAL
from tillroll.api.answers import ACCOUNT
from tillroll.api.dependencies import JOURNAL, PROBLEM, as_response, needed_by
from tillroll.api.routing import KeyedRoute, Routes
from tillroll.identity.authentication import Principal, authenticate
from tillroll_durable.idempotency.journal import Attempt, NotResumable, Superseded, begin
from tillroll_durable.idempotency.keys import (
    HEADER,
    REPLAYED,
    Answered,
    InFlight,
    OutcomeUnknown,
    Sent,
    fingerprint,
    read_key,
)
from tillroll_durable.platform.ids import drawn_by
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.platform.models import SHOWN_ONCE
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform


def without_secrets(model: Any, body: str) -> str:
    """The JSON of an answer of a route whose response model is `model`, with null in place of what
    is shown once.
    """
    if not has_secrets(model):
        return body
    answer = load(body)
    _blank(model, answer)
    return dump(answer)


def has_secrets(model: Any) -> bool:
    """True where something in it is shown once."""
    return any(
        _is_secret(field) or has_secrets(field.annotation)
        for each in _models(model)
        for field in each.model_fields.values()
    )


def _blank(model: Any, value: Json) -> None:
    if isinstance(value, list):
        for each in value:
            _blank(model, each)
        return
    if not isinstance(value, dict):
        return
    for each in _models(model):
        for name, field in each.model_fields.items():
            alias = field.serialization_alias or field.alias or name
            if alias not in value:
                continue
            if _is_secret(field):
                value[alias] = None
            else:
                _blank(field.annotation, value[alias])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation names: itself, of a list, of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _is_secret(field: FieldInfo) -> bool:
    return field.json_schema_extra == {SHOWN_ONCE: True}


class Idempotency:
    """ASGI middleware. It stands innermost: what it answers is logged, and gets its headers, as any
    answer.
    """

    def __init__(self, app: ASGIApp, routes: Routes) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            header = Headers(scope=scope).get(HEADER)
        else:
            header = None
        if header is None:
            keyed = None
        else:
            keyed = self._routes.keyed_route(scope["method"], scope["path"])
        if header is None or keyed is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._once(keyed, header, scope=scope, receive=receive, send=send)
        except Refusal as refused:
            await as_response(refused)(scope, receive, send)

    async def _once(
        self, keyed: KeyedRoute, header: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        platform = cast("Platform", scope["env"])
        headers = Headers(scope=scope)
        scope["route"] = keyed.route
        authenticated: Principal | None = scope.get(PRINCIPAL)
        principal = authenticated or await authenticate(platform, scope["method"], headers.get)
        principal.require(needed_by(keyed.route))
        scope[PRINCIPAL], scope[ACCOUNT] = principal, principal.account_id
        body = await _whole(receive)
        query = scope["query_string"].decode("latin-1")
        mark = fingerprint(
            scope["method"], scope["path"], query=query, if_match=headers.get("if-match"), body=body
        )
        sent = Sent(
            principal.account_id,
            principal.actor,
            route=keyed.name,
            key=read_key(header),
            fingerprint=mark,
        )
        attempt = await begin(platform, sent)
        if isinstance(attempt, Answered):
            await _send(send, attempt, REPLAYED)
            return
        scope["env"], scope[JOURNAL] = attempt.platform, attempt.journal
        answer = _Answer()
        await self._carry_out(attempt, scope, receive=_replayed(body, receive), answer=answer)
        answered = Answered(answer.status, answer.headers, answer.body.decode())
        stored = (
            without_secrets(keyed.route.response_model, answered.body)
            if answered.status < 300
            else answered.body
        )
        await attempt.answered(
            answered.status, scope.get(PROBLEM), headers=answered.headers, body=stored
        )
        if attempt.journal.has_resumed and stored != answered.body:
            # The secret that was stored is the first attempt's, and nobody has it any more.
            await _send(send, Answered(answered.status, answered.headers, stored), REPLAYED)
            return
        for message in answer.messages:
            await send(message)

    async def _carry_out(
        self, attempt: Attempt, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        """Raises Problem: 409, another attempt has taken over, or it cannot be resumed."""
        try:
            with drawn_by(attempt.journal.draw):
                await self._app(scope, receive, answer.take)
        except Superseded as error:
            raise InFlight from error
        except NotResumable as error:
            raise OutcomeUnknown from error
        except Exception:
            await attempt.given_up()
            raise


class _Answer:
    """The application's answer, whole."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        if self.messages:
            return self.messages[0]["status"]
        return 500

    @property
    def headers(self) -> dict[str, str]:
        return {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in self.messages[0]["headers"]
        }

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What was read already; behind it whatever comes."""
    is_read = False

    async def received() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received


async def _send(send: Send, answer: Answered, more: dict[str, str]) -> None:
    body = answer.body.encode()
    headers = {
        name: value for name, value in answer.headers.items() if name != "content-length"
    } | more
    if body:
        headers["content-length"] = str(len(body))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})

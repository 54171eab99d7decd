"""The middleware of Idempotency-Key between a server and an application: what each of them gets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, cast

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.types import Message, Receive, Scope, Send

from tests.support.host_platform import TOKEN, assemble, migrated_database
from tillroll.access.permissions import Permission
from tillroll.api.admission import PRINCIPAL
from tillroll.api.dependencies import needs
from tillroll.api.idempotency import Idempotency
from tillroll.api.routing import KeyedRoute, Routes
from tillroll.identity.authentication import authenticate
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.models import SHOWN_ONCE
from tillroll_testing.host.platform import HostPlatform


class Made(BaseModel):
    """What the route answers with."""

    name: str
    secret: Annotated[str, Field(json_schema_extra={SHOWN_ONCE: True})]


async def make() -> None:
    """The route's own function, which the applications of these tests stand for."""


ROUTE: Final = APIRoute(
    "/api/things", make, response_model=Made, openapi_extra=needs(Permission.READ)
)
REMOVAL: Final = APIRoute(
    "/api/things", make, status_code=204, openapi_extra=needs(Permission.READ)
)
BODY: Final = b'{"name":"a","secret":"s"}'
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class OneRoute:
    """`Routes` that know one."""

    route: APIRoute

    def keyed_route(self, method: str, path: str) -> KeyedRoute:
        return KeyedRoute(f"{method} {path}", self.route)


@dataclass
class Exchange:
    """What one request came to: what the server was sent, and the scope behind it."""

    scope: Scope
    sent: list[Message] = field(default_factory=list[Message])

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name.decode(), value.decode()) for name, value in self.sent[0]["headers"]]

    @property
    def body(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.sent[1:])


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


async def ask(
    host: HostPlatform, application: Application, *parts: bytes, route: APIRoute = ROUTE
) -> Exchange:
    """Send a request under a key, its body in `parts`, from somebody who was let in before."""
    header = {"authorization": f"Bearer {TOKEN}"}
    principal = await authenticate(host.platform, "POST", header.get)
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/things",
        "query_string": b"",
        "headers": [(b"idempotency-key", b"k1")],
        "env": host.platform,
        PRINCIPAL: principal,
    }
    exchange = Exchange(scope)
    remaining = list(parts) or [b""]

    async def receive() -> Message:
        if not remaining:
            return {"type": "http.disconnect"}
        body = remaining.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(remaining)}

    async def send(message: Message) -> None:
        exchange.sent.append(message)

    routes = cast("Routes", OneRoute(route))
    await Idempotency(application, routes)(scope, receive, send)
    return exchange


async def answer(send: Send, body: bytes = BODY, status: int = 201) -> None:
    headers = [(b"content-type", b"application/json")]
    if body:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def made(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await answer(send)


async def removed(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await answer(send, b"", status=204)


async def test_a_body_that_comes_in_parts_is_handed_on_whole_and_once(host: HostPlatform) -> None:
    received: list[Message] = []

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        received.extend([await receive(), await receive()])
        await answer(send)

    await ask(host, reading, b'{"a":', b"1}")
    assert received == [
        {"type": "http.request", "body": b'{"a":1}', "more_body": False},
        {"type": "http.disconnect"},
    ]


async def test_a_body_is_the_same_however_it_was_cut(host: HostPlatform) -> None:
    await ask(host, made, b'{"a":', b"1}")
    again = await ask(host, made, b'{"a"', b":", b"1}")
    assert ("idempotent-replayed", "true") in again.headers
    other = await ask(host, made, b'{"a":', b"2}")
    assert other.status == 422


async def test_an_answer_that_comes_again_says_its_own_length(host: HostPlatform) -> None:
    first = await ask(host, made)
    again = await ask(host, made)
    assert first.body == BODY
    assert load_object(again.body.decode()) == {"name": "a", "secret": None}
    lengths = [value for name, value in again.headers if name == "content-length"]
    assert lengths == [str(len(again.body))]


async def test_an_answer_without_a_body_has_no_length(host: HostPlatform) -> None:
    await ask(host, removed, route=REMOVAL)
    again = await ask(host, removed, route=REMOVAL)
    assert (again.status, again.body) == (204, b"")
    assert "content-length" not in dict(again.headers)


async def test_what_is_answered_again_is_logged_under_its_route(host: HostPlatform) -> None:
    await ask(host, made)
    again = await ask(host, made)
    assert again.scope["route"] is ROUTE


@pytest.mark.parametrize("status", [300, 404])
async def test_what_is_no_success_is_kept_as_it_was(host: HostPlatform, status: int) -> None:
    """Only a success has the fields of the route's model; others may have one of that name."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await answer(send, b'{"secret":"none of ours"}', status=status)

    await ask(host, refusing)
    again = await ask(host, refusing)
    assert again.body == b'{"secret":"none of ours"}'


async def test_the_error_of_an_application_is_raised_and_the_key_lapses(host: HostPlatform) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await ask(host, failing)
    assert (await ask(host, made)).status == 201


async def test_what_was_cut_off_goes_on_with_its_ids_and_shows_no_secret(
    host: HostPlatform,
) -> None:
    """The secret that was stored is the first attempt's, and nobody has it any more."""
    ids: list[str] = []

    async def writing(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        ids.append(new_id("x"))
        await scope["env"].database.all(statement("UPDATE accounts SET name = name || '!'"))
        if len(ids) == 1:
            raise ValueError("broken")
        await answer(send)

    before = await host.database.all(statement("SELECT name FROM accounts"))
    with pytest.raises(ValueError, match="broken"):
        await ask(host, writing)
    again = await ask(host, writing)
    assert ids[0] == ids[1]
    assert (again.status, ("idempotent-replayed", "true") in again.headers) == (201, True)
    assert load_object(again.body.decode()) == {"name": "a", "secret": None}
    assert dict(again.headers)["content-length"] == str(len(again.body))
    after = await host.database.all(statement("SELECT name FROM accounts"))
    assert [row["name"] for row in after] == [f"{row['name']}!" for row in before]


async def test_a_request_that_cannot_go_on_has_an_unknown_outcome(host: HostPlatform) -> None:
    async def dying(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        database = scope["env"].database
        await database.all(statement("SELECT 1"))
        await database.all(statement("UPDATE accounts SET name = 'Books of today'"))
        raise ValueError("broken")

    async def another(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        await scope["env"].database.all(statement("SELECT 2"))
        await answer(send)

    with pytest.raises(ValueError, match="broken"):
        await ask(host, dying)
    refused = await ask(host, another)
    problem: Any = load_object(refused.body.decode())
    assert (refused.status, problem["type"]) == (409, "urn:tillroll:problem:outcome-unknown")
    [row] = await host.database.all(statement("SELECT COUNT(*) AS n FROM idempotency_effects"))
    assert row == {"n": 1}

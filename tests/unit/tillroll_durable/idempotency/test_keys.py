"""A request that is sent again under its Idempotency-Key is answered as before, and nothing is done
twice.
"""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client, description, the_app
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.receipts.native import receive
from tillroll_durable.idempotency.keys import KeyReused, Sent, claim, sweep_keys
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.models import SHOWN_ONCE

VIEW: Final[dict[str, object]] = {"name": "Lunches", "filter": {"q": "teo"}}
KEY: Final = {"idempotency-key": "k1"}
# Who is asking, then the run and its receipt, then that the engine did not take it: here there is
# none.
_UPLOAD: Final = ["first", "batch", "batch"]


@pytest.fixture
async def books() -> Books:
    return await open_books(Given(1, merchant="TEO HENG", category="Meals"))


async def send(
    books: Books,
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = "k1",
    token: str = TOKEN,
    **more: str,
) -> httpx.Response:
    headers = ({} if key is None else {"idempotency-key": key}) | more
    async with api_client(books.host.platform, token) as client:
        return await client.request(method, path, json=body, headers=headers)


def code(answer: httpx.Response) -> str:
    return answer.json()["type"].rpartition(":")[2]


async def test_the_answer_is_given_again_and_says_so(books: Books) -> None:
    first = await send(books, "POST", "/api/expense-views", VIEW)
    again = await send(books, "POST", "/api/expense-views", dict(reversed(VIEW.items())))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["cache-control"] == "no-store"
    assert len(await books.rows("SELECT id FROM expense_views")) == 1


async def test_headers_come_again_too(books: Books) -> None:
    first = await send(books, "POST", "/api/exports", {"format": "csv"})
    again = await send(books, "POST", "/api/exports", {"format": "csv"})
    assert (again.status_code, again.headers["location"]) == (202, first.headers["location"])
    etag = (await send(books, "GET", "/api/expenses/exp_000001")).headers["etag"]
    changed = [
        await send(
            books, "PATCH", "/api/expenses/exp_000001", {"note": "mine"}, **{"if-match": etag}
        )
        for _ in "12"
    ]
    assert [each.status_code for each in changed] == [200, 200]
    assert changed[0].headers["etag"] == changed[1].headers["etag"] != etag


async def test_a_removal_is_answered_again_without_a_body(books: Books) -> None:
    view = (await send(books, "POST", "/api/expense-views", VIEW)).json()["id"]
    answers = [await send(books, "DELETE", f"/api/expense-views/{view}") for _ in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(204, b"")] * 2
    assert (await send(books, "DELETE", f"/api/expense-views/{view}", key="k2")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "more"),
    [
        ("POST", "/api/expense-views", {**VIEW, "name": "Dinners"}, {}),
        ("POST", "/api/expense-views", VIEW, {"if-match": '"7"'}),
    ],
)
async def test_another_request_under_the_key_is_refused(
    books: Books, method: str, path: str, body: Any, more: dict[str, str]
) -> None:
    await send(books, "POST", "/api/expense-views", VIEW)
    refused = await send(books, method, path, body, **more)
    assert (refused.status_code, code(refused)) == (422, "key-reused")
    assert len(await books.rows("SELECT id FROM expense_views")) == 1


async def test_the_path_tells_requests_of_a_route_apart(books: Books) -> None:
    views = [
        (await send(books, "POST", "/api/expense-views", {**VIEW, "name": name}, key=name)).json()[
            "id"
        ]
        for name in ("a", "b")
    ]
    assert (await send(books, "DELETE", f"/api/expense-views/{views[0]}")).status_code == 204
    assert code(await send(books, "DELETE", f"/api/expense-views/{views[1]}")) == "key-reused"


async def test_a_key_is_one_persons_and_one_routes(books: Books) -> None:
    mine = await send(books, "POST", "/api/expense-views", VIEW)
    other = await send(books, "POST", "/api/expense-views", VIEW, token=OTHER_TOKEN)
    assert mine.json()["id"] != other.json()["id"]
    assert (await send(books, "POST", "/api/tokens", {"name": "script"})).status_code == 201
    second = (await send(books, "POST", "/api/tokens", {"name": "second"}, key=None)).json()[
        "token"
    ]
    third = await send(books, "POST", "/api/tokens", {"name": "script"}, token=second)
    assert "idempotent-replayed" not in third.headers


@pytest.mark.parametrize(
    "key", ["", " ", "x" * 256, "naïve".encode("latin-1").decode("latin-1"), '"open', '""']
)
async def test_what_is_no_key_is_refused(books: Books, key: str) -> None:
    async with api_client(books.host.platform) as client:
        headers = [(b"idempotency-key", key.encode("latin-1"))]
        refused = await client.post("/api/expense-views", json=VIEW, headers=headers)
    assert (refused.status_code, code(refused)) == (400, "invalid-idempotency-key")
    assert not await books.rows("SELECT id FROM expense_views")


async def test_a_quoted_key_is_the_bare_one(books: Books) -> None:
    first = await send(books, "POST", "/api/expense-views", VIEW, key='"8e03978e"')
    again = await send(books, "POST", "/api/expense-views", VIEW, key="8e03978e")
    assert again.json() == first.json()
    assert (
        await send(books, "POST", "/api/expense-views", {**VIEW, "name": "n"}, key="x" * 255)
    ).status_code == 201


async def test_whoever_is_nobody_is_told_that_before_the_key_is_looked_at(books: Books) -> None:
    refused = await send(books, "POST", "/api/expense-views", VIEW, key="x" * 300, token="wrong")
    assert refused.status_code == 401


async def test_a_secret_is_shown_once(books: Books) -> None:
    for path, body, names in (
        ("/api/tokens", {"name": "script"}, ["token"]),
        ("/api/sign-in-codes", None, ["code", "url"]),
        ("/api/people", {"name": "Bob"}, ["url"]),
    ):
        first = (await send(books, "POST", path, body)).json()
        again = await send(books, "POST", path, body)
        assert all(first[name] for name in names)
        assert again.json() == first | dict.fromkeys(names)
        kept = str(await books.rows("SELECT * FROM idempotency_keys"))
        assert not [name for name in names if str(first[name]) in kept]
    assert len(await books.rows("SELECT id FROM tokens WHERE name = 'script'")) == 1


async def test_what_is_refused_unseen_is_not_kept(books: Books) -> None:
    refused = await send(books, "POST", "/api/expense-views", {"name": "n"})
    assert code(refused) == "invalid-request"
    assert (await send(books, "POST", "/api/expense-views", VIEW)).status_code == 201


async def test_what_the_operation_refuses_is_kept(books: Books) -> None:
    await send(books, "POST", "/api/expense-views", VIEW, key="first")
    first, again = [await send(books, "DELETE", "/api/expense-views/vew_none") for _ in range(2)]
    assert (first.status_code, again.status_code) == (404, 404)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"


async def test_a_fault_of_ours_is_not_kept(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("tillroll.expenses.search.views.new_id", broken)
        failed = await send(books, "POST", "/api/expense-views", VIEW)
    assert (failed.status_code, failed.headers["retry-after"]) == (500, "10")
    assert (await send(books, "POST", "/api/expense-views", VIEW)).status_code == 201


async def test_a_key_that_could_not_be_released_says_how_long_it_is_held(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away when the failed request gave its key up."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    async def away(*_: object, **__: object) -> None:
        raise DatabaseError("Network connection lost")

    with monkeypatch.context() as patched:
        patched.setattr("tillroll.expenses.search.views.new_id", broken)
        patched.setattr("tillroll_durable.idempotency.journal.release", away)
        failed = await send(books, "POST", "/api/expense-views", VIEW)
    assert (failed.status_code, failed.headers["retry-after"]) == (500, "10")
    books.host.pieces.clock.advance(timedelta(seconds=10))
    waiting = await send(books, "POST", "/api/expense-views", VIEW)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (409, "50")
    books.host.pieces.clock.advance(timedelta(seconds=50))
    assert (await send(books, "POST", "/api/expense-views", VIEW)).status_code == 201


async def test_in_flight_is_said_until_it_lapses(books: Books) -> None:
    await send(books, "POST", "/api/expense-views", VIEW)
    await books.run("UPDATE idempotency_keys SET status = NULL")
    for seconds, left in ((0, "60"), (17, "43"), (42.5, "1")):
        books.host.pieces.clock.advance(timedelta(seconds=seconds))
        waiting = await send(books, "POST", "/api/expense-views", VIEW)
        assert (waiting.status_code, code(waiting), waiting.headers["retry-after"]) == (
            409,
            "request-in-flight",
            left,
        )
    books.host.pieces.clock.advance(timedelta(seconds=0.5))
    await books.run("DELETE FROM expense_views")
    assert (await send(books, "POST", "/api/expense-views", VIEW)).status_code == 201
    assert (await books.rows("SELECT attempt FROM idempotency_keys"))[0]["attempt"] == 2


async def test_of_many_at_once_one_is_carried_out(books: Books) -> None:
    async with api_client(books.host.platform) as client:

        async def until_answered() -> httpx.Response:
            while True:
                answer = await client.post("/api/expense-views", json=VIEW, headers=KEY)
                if answer.status_code != 409:
                    return answer
                await asyncio.sleep(0)

        answers = await asyncio.gather(*(until_answered() for _ in range(16)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    assert sum("idempotent-replayed" not in each.headers for each in answers) == 1


async def test_keys_are_kept_for_a_day_and_swept(books: Books) -> None:
    await send(books, "POST", "/api/expense-views", VIEW)
    platform, clock = books.host.platform, books.host.pieces.clock
    clock.advance(timedelta(hours=24))
    assert await sweep_keys(platform) == 0
    clock.advance(timedelta(seconds=1))
    for number in range(1_200):
        await claim(platform, Sent("acc_first", "user:usr_first", "POST /x", str(number), "f"))
    clock.advance(timedelta(hours=25))
    assert await sweep_keys(platform) == 1_201
    assert not await books.rows("SELECT * FROM idempotency_keys")


async def test_an_upload_under_a_key_is_answered_again_and_one_without_asks_nothing_more(
    books: Books,
) -> None:
    host = books.host
    asked: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(host.platform.database, name)

    platform = replace(host.platform, database=cast("Any", Counting()))

    async def upload(content: bytes, key: str | None) -> Any:
        headers = {"authorization": f"Bearer {TOKEN}"} | (
            {} if key is None else {"idempotency-key": key}
        )
        return await receive(
            platform, MemoryUpload([MemoryFile(content, host.pieces.objects, "a.jpg")], headers)
        )

    photo = b"%PDF-1.7 one"
    await upload(photo, None)
    asked.clear()  # that the token is used is written down now and then only
    await upload(b"%PDF-1.7 nil", None)
    assert asked == _UPLOAD
    first, again = await upload(b"%PDF-1.7 two", "u1"), await upload(b"%PDF-1.7 two", "u1")
    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    with pytest.raises(KeyReused) as refused:
        await upload(photo, "u1")
    assert "another path, query, body" in refused.value.detail


def _operations() -> dict[str, dict[str, Any]]:
    paths = cast("dict[str, dict[str, Any]]", description()["paths"])
    return {
        f"{method.upper()} {path}": operation
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in {"post", "patch", "put", "delete"}
    }


def _open() -> set[str]:
    """Who asks there is nobody yet: a code, a challenge or an event's id is used up once by
    itself.
    """
    return {
        name for name, operation in _operations().items() if operation["x-permission"] == "open"
    }


def test_every_operation_that_changes_something_describes_the_key() -> None:
    without = {
        name
        for name, operation in _operations().items()
        if not any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    }
    assert without == _open() >= {"POST /api/session", "POST /api/session/passkey"}


def test_an_answer_that_looks_like_a_secret_says_that_it_is_shown_once() -> None:
    telling = re.compile(
        r"^(token|secret|code|(\w+_)?url|password|challenge|address|\w+_secret|\w+_token)$"
    )
    the_app().state.routes.open_all()
    routes = the_app().state.routes.keyed
    assert len(routes) == len(_operations()) - len(_open()) - 4  # uploads answer natively
    unsaid = {
        f"{each.name}: {name}"
        for each in routes
        for name, field in getattr(each.route.response_model, "model_fields", {}).items()
        if telling.search(name) and field.json_schema_extra != {SHOWN_ONCE: True}
    }
    # Each stands in a row as it was given or made, and is read from there. The code says why
    # something is not in the books.
    known = {
        "DELETE /api/mail-address: address",
        "DELETE /api/receipts-by-mail/address: address",
        "PATCH /api/books/connections/{connection_id}: url",
        "PATCH /api/endpoints/{endpoint_id}: url",
        "POST /api/books/authorizations: url",
        "POST /api/books/conflicts/{conflict_id}/decision: url",
        "POST /api/books/connections/{connection_id}/authorization: url",
        "POST /api/books/connections: url",
        "POST /api/endpoints: url",
        "POST /api/exports: file_url",
        "POST /api/receipts-by-mail/address: address",
        "PUT /api/mail-address: address",
        "PUT /api/receipts-by-mail: address",
    }
    assert unsaid == known

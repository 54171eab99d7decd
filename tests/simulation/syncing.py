"""The deployed sync in a simulated world, with the local books of a signed target at the other end of the line."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from local.books.counterpart import Answered, Call, Fault
from local.books.signed import SignedCounterpart
from tests.simulation.faults import Faults
from tests.simulation.stories.story import Scene
from tests.simulation.world import Deployed, World, open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, WEBHOOK_SECRET
from tillroll.books.connections import find_connection, secret_row
from tillroll.books.service import begin_sync
from tillroll.books.workflow import SYNC
from tillroll.durable import Actor
from tillroll.platform.bindings.database import insert_row, text
from tillroll.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll.platform.encryption import encrypt

CONNECTION = "bkn_1"
URL = "https://books.example.com/books"
ANN = Actor(ACCOUNT, "user:usr_first")


class Line:
    """`Exchange` to the books; the process can die before and after each request, and a request or an answer can be
    lost."""

    def __init__(self, faults: Faults, books: SignedCounterpart) -> None:
        self._faults = faults
        self.books = books

    async def send(self, request: HttpRequest) -> HttpReply:
        self._faults.may_err("books: call", HttpFailed("the books did not answer"))
        await self._faults.point("books: before the request")
        answered = answer(self.books, request)
        await self._faults.point("books: after the request")
        self._faults.may_err("books: answer", HttpFailed("the answer was lost"))
        return reply(answered)


def answer(books: SignedCounterpart, request: HttpRequest) -> Answered:
    path = urlsplit(request.url).path
    headers = {name.lower(): value for name, value in request.headers.items()}
    return books.answer(Call(request.method, path, headers=headers, body=request.body or b""))


def reply(answered: Answered) -> HttpReply:
    if answered.is_lost:
        raise HttpFailed("no answer")
    headers = {name.lower(): value for name, value in answered.headers.items()}
    return HttpReply(answered.status, json.dumps(answered.body), headers)


@dataclass(frozen=True)
class Order:
    """What is to happen: how many expenses there are, and the faults of the books."""

    expenses: int = 3
    faults: Sequence[Fault] = ()
    closed_until: str | None = None


async def connect(world: World) -> None:
    host = world.host
    secret = await encrypt(host.platform, WEBHOOK_SECRET, secret_row(CONNECTION))
    row = {
        "id": CONNECTION, "account_id": ACCOUNT, "name": "Books", "provider": "signed", "direction": "push", "url": URL,
        "secret": secret, "first_day": "2026-01-01", "only_approved": 0, "on_change": 0, "created_by": ANN.name,
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    words = [("category", "Travel", "6300"), ("tax", "19", "V19")]
    mapping = [
        insert_row("books_mapping", {"connection_id": CONNECTION, "what": what, "word": word, "code": code})
        for what, word, code in words
    ]
    await host.database.batch([insert_row("books_connections", row), *mapping])


async def open_books(faults: Faults, order: Order) -> tuple[World, SignedCounterpart]:
    """A world with expenses that are not in the books yet."""
    world = await open_world(faults, Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([WEBHOOK_SECRET], now=world.host.pieces.clock.now)
    books.closed_until = order.closed_until
    books.disturbances.orders = [replace(each) for each in order.faults]
    world.host.platform = replace(world.host.platform, exchange=Line(faults, books))
    await connect(world)
    given = [
        Given(number, date="2026-02-14", total_minor=11900, tax_minor=1900, currency="EUR", category="Travel",
              merchant=f"Shop {number % 3}")
        for number in range(1, order.expenses + 1)
    ]  # fmt: skip
    await add_expenses(world.host.database, *given)
    for row in await world.rows("SELECT object_key FROM receipts"):
        world.host.pieces.objects.content[text(row, "object_key")] = smallest_jpeg(text(row, "object_key").encode())
    return world, books


async def ask(world: World, key: str = "one") -> None:
    connection = await find_connection(world.host.platform.database, ACCOUNT, CONNECTION)
    assert connection is not None
    await begin_sync(world.host.platform, SYNC, ANN, connection, "hand", key)


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        world, books = await open_books(faults, order)

        async def let_time_pass() -> None:
            for _ in range(4):
                await world.let_pass(timedelta(hours=1), {})

        return Scene(world, partial(ask, world), partial(check, world, books), afterwards=let_time_pass)

    return open_scene


async def check(world: World, books: SignedCounterpart) -> None:
    """Each expense is in the books at most once, with what it says; what is recorded as written is there."""
    references = [str(each["reference"]) for each in books.documents.values()]
    assert len(references) == len({*references}), f"written twice: {references}"
    for each in books.documents.values():
        assert each["total"] == 11900, f"another total: {each}"
    names = [(each["document"], each["name"]) for each in books.attachments]
    assert len(names) == len({*names}), f"attached twice: {names}"
    rows = await world.rows("SELECT * FROM books_items")
    for row in rows:
        if row["state"] == "written":
            document = books.documents.get(text(row, "external_id"))
            assert document is not None, f"recorded as written, and not there: {row}"
            assert document["reference"] == row["subject_id"], f"another's document: {row}"
    [run] = await world.rows("SELECT state FROM runs WHERE kind = 'sync' ORDER BY rowid DESC LIMIT 1")
    if run["state"] == "completed":
        left = [row for row in rows if row["state"] not in {"written", "set_aside", "waiting"}]
        assert not left, f"the sync is complete, and left something: {left}"

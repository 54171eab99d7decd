"""The deployed sync in a simulated world, with the local books of a signed target at the other end of the line.

These books take a second document of one reference, and a second file of one name: nothing but the sync keeps them from
being doubled.
"""

import contextlib
import json
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
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
from tillroll.books.service import Cause, NotConnected, SyncRunning, begin_sync
from tillroll.books.setup import let_in
from tillroll.books.workflow import SYNC
from tillroll.durable import Actor, statement
from tillroll.platform.bindings.database import Row, insert_row, integer, text
from tillroll.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll.platform.encryption import encrypt

CONNECTION = "bkn_1"
URL = "https://books.example.com/books"
ANN = Actor(ACCOUNT, "user:usr_first")
TOTAL, TAX = 11900, 1900
Act = Callable[[World, SignedCounterpart], Awaitable[object]]
"""What somebody does between two syncs."""


class GullibleBooks(SignedCounterpart):
    """They do what they are told, as long as they do not know the key. `edited` has references of what a person changed
    there."""

    def __init__(self, secrets: Sequence[str], now: Callable[[], datetime]) -> None:
        super().__init__(secrets, now)
        self.edited: set[str] = set()

    def _write(self, document: dict[str, Any], previous: dict[str, str] | None) -> dict[str, Any]:
        if previous is not None:
            return super()._write(document, previous)
        self._check(document)
        made = {"id": str(uuid.uuid4()), "version": "1", **document}
        made |= {"url": f"https://books.example/{made['id']}", "isVoid": False, "isSettled": False}
        self.documents[made["id"]] = made
        return made

    def _attach(self, given: dict[str, Any]) -> dict[str, Any]:
        made = {"id": f"f_{len(self.attachments) + 1}", "document": given["id"], "size": None}
        self.attachments.append({**made, "name": given["name"], "mediaType": given["mediaType"], "sha256": ""})
        return {name: self.attachments[-1][name] for name in ("id", "name", "mediaType", "size")}


class Line:
    """`Exchange` to the books; the process can die before and after each request, and a request or an answer can be
    lost."""

    def __init__(self, faults: Faults, books: SignedCounterpart) -> None:
        self._faults = faults
        self._now = books.now
        self.books = books

    async def send(self, request: HttpRequest) -> HttpReply:
        # A clock that steps while a request is on its way is not the books'.
        signed_at = self._now()
        self.books.now = lambda: signed_at
        self._faults.may_err("bank: call", HttpFailed("the books did not answer"))
        await self._faults.point("bank: before the request")
        answered = answer(self.books, request)
        await self._faults.point("bank: after the request")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
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
    """What is to happen: how many expenses there are, how many a run takes, and the faults of the books. Then somebody
    does each of `acts`, and a sync follows each, which `compares`. `forgets`: the books forget every key while time
    passes."""

    expenses: int = 3
    page: int = 100
    faults: Sequence[Fault] = ()
    closed_until: str | None = None
    acts: Sequence[Act] = ()
    forgets: bool = False
    compares: bool = False
    unmapped: Sequence[int] = ()


async def connect(world: World) -> None:
    host = world.host
    secret = await encrypt(host.platform, WEBHOOK_SECRET, secret_row(CONNECTION))
    row = {
        "id": CONNECTION, "account_id": ACCOUNT, "name": "Books", "provider": "signed", "direction": "push", "url": URL,
        "secret": secret, "first_day": "2026-01-01", "only_approved": 0, "on_change": 0, "created_by": ANN.name,
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    words = [("category", "Travel", "6300"), ("category", "Gone", "9999"), ("tax", "19", "V19")]
    mapping = [
        insert_row("books_mapping", {"connection_id": CONNECTION, "what": what, "word": word, "code": code})
        for what, word, code in words
    ]
    await host.database.batch([insert_row("books_connections", row), *mapping])


async def open_books(faults: Faults, order: Order) -> tuple[World, GullibleBooks]:
    """A world with expenses that are not in the books yet."""
    world = await open_world(faults, Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    books = GullibleBooks([WEBHOOK_SECRET], now=world.host.pieces.clock.now)
    books.closed_until = order.closed_until
    books.disturbances.orders = [replace(each) for each in order.faults]
    world.host.platform = replace(world.host.platform, exchange=Line(faults, books))
    await connect(world)
    given = [
        Given(
            number,
            date="2026-02-14",
            total_minor=TOTAL,
            tax_minor=TAX,
            category="Elsewhere" if number in order.unmapped else "Travel",
            merchant=f"Shop {number % 3}",
        )
        for number in range(1, order.expenses + 1)
    ]
    await add_expenses(world.host.database, *given)
    for row in await world.rows("SELECT object_key FROM receipts"):
        world.host.pieces.objects.content[text(row, "object_key")] = smallest_jpeg(text(row, "object_key").encode())
    return world, books


async def ask(world: World, page: int = 100, key: str = "one", *, compares: bool = False) -> None:
    """What a client does; done again under its key, it changes nothing."""
    connection = await find_connection(world.host.platform.database, ACCOUNT, CONNECTION)
    assert connection is not None
    # One goes on, or nobody has connected the books again.
    with contextlib.suppress(SyncRunning, NotConnected):
        await begin_sync(world.host.platform, SYNC, ANN, connection, Cause("hand", key, page, compares))


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which the books are brought into step, and once more after each act."""

    async def open_scene(faults: Faults) -> Scene:
        world, books = await open_books(faults, order)

        def each_time() -> None:
            if order.forgets:
                books.forget()

        async def go_on() -> None:
            for number, act in enumerate(order.acts):
                await until_quiet(world, each_time)
                await act(world, books)
                again = partial(ask, world, order.page, f"after act {number}", compares=order.compares)
                await world.surviving(again)
            await until_quiet(world, each_time)

        return Scene(world, partial(ask, world, order.page), partial(check, world, books), afterwards=go_on)

    return open_scene


def _nothing() -> None:
    """Time passes, and that is all."""


async def until_quiet(world: World, each_time: Callable[[], None] = _nothing) -> None:
    """Let time pass until no sync goes on any more; `each_time` an hour does."""
    for _ in range(10):
        each_time()
        await world.let_pass(timedelta(hours=1), {})
        [live] = await world.rows("SELECT COUNT(*) AS runs FROM runs WHERE kind = 'sync' AND status = 'processing'")
        if live["runs"] == 0:
            return


def changes(number: int, total: int) -> Act:
    """Somebody corrects an expense."""

    async def act(world: World, _books: SignedCounterpart) -> None:
        sql = "UPDATE expenses SET total_minor = CAST(?2 AS INTEGER), tax_minor = 0 WHERE id = ?1"
        await world.host.database.batch([statement(sql, Given(number).id, total)])

    return act


async def mapped(world: World, _books: SignedCounterpart) -> None:
    """Somebody maps what had no place: a document without tax."""
    row = {"connection_id": CONNECTION, "what": "tax", "word": "0", "code": "V0"}
    await world.host.database.batch(
        [statement("DELETE FROM books_mapping WHERE word = '0'"), insert_row("books_mapping", row)]
    )


def voids(number: int) -> Act:
    async def act(world: World, _books: SignedCounterpart) -> None:
        sql = "UPDATE expenses SET status = 'voided' WHERE id = ?"
        await world.host.database.batch([statement(sql, Given(number).id)])

    return act


BY_HAND = "by hand"


def edited_there(number: int) -> Act:
    """Somebody changes a document in the books."""

    async def act(_world: World, books: SignedCounterpart) -> None:
        for each in books.documents.values():
            if each["reference"] == Given(number).id:
                books.act("edit", {"id": each["id"], "fields": {"number": BY_HAND}})
                assert isinstance(books, GullibleBooks)
                books.edited.add(str(each["reference"]))

    return act


async def connected_again(world: World, _books: SignedCounterpart) -> None:
    await world.host.database.batch(let_in(CONNECTION))


async def nothing(_world: World, _books: SignedCounterpart) -> None:
    """The sync is begun once more."""


async def check(world: World, books: GullibleBooks) -> None:
    """Each expense is in the books at most once, as it is recorded; nothing is lost, and nothing is overwritten."""
    times = Counter(str(each["reference"]) for each in books.documents.values())
    assert max(times.values(), default=0) <= 1, f"written twice: {times}"
    files = Counter((each["document"], each["name"]) for each in books.attachments)
    assert max(files.values(), default=0) <= 1, f"attached twice: {files}"
    for each in books.documents.values():
        reference = str(each["reference"])
        assert reference not in books.edited or each["number"] == BY_HAND, f"overwritten: {each}"
        assert reference.removesuffix("-void") not in books.edited or not reference.endswith("-void"), (
            f"credited as it was not: {each}"
        )
    rows = await world.rows("SELECT * FROM books_items")
    expenses = {text(row, "id"): row for row in await world.rows("SELECT * FROM expenses")}
    for row in rows:
        _check_item(row, expenses[text(row, "subject_id")], books)
    await _check_compared(world, books, rows)
    planned = {text(row, "subject_id") for row in rows if integer(row, "revision") > 0}
    strangers = {str(each["reference"]).removesuffix("-void") for each in books.documents.values()} - planned
    assert not strangers, f"in the books, and never planned: {strangers}"


async def _check_compared(world: World, books: GullibleBooks, rows: Sequence[Row]) -> None:
    """Where the last sync has compared all, each change that was made there by hand is a conflict."""
    [run] = await world.rows(
        """
        SELECT state, (
          SELECT MAX(json_extract(params, '$.compares')) FROM runs chain WHERE chain.subject = last.subject
        ) AS compares FROM runs AS last WHERE kind = 'sync' ORDER BY rowid DESC LIMIT 1
        """
    )
    if run["state"] == "completed" and run["compares"]:
        found = {text(row, "subject_id") for row in rows if row["state"] == "conflict"}
        assert books.edited <= found, f"changed there, and nobody was told: {books.edited - found}"


def _check_item(row: Row, expense: Row, books: SignedCounterpart) -> None:
    state, subject = row["state"], text(row, "subject_id")
    is_due = integer(row, "changed") > integer(row, "looked")
    assert state not in {"new", "waiting"} or is_due, f"lost: it is not due, and nothing became of it: {row}"
    there = [each for each in books.documents.values() if each["reference"] == subject]
    if state == "written":
        assert [each["id"] for each in there] == [row["external_id"]], f"recorded as written, and not there: {row}"
        [document] = there
        if not is_due and expense["status"] == "ready":
            assert document["total"] == expense["total_minor"], f"recorded as written, and it is another: {row}"
    if state == "credited":
        reversing = [each for each in books.documents.values() if each["reference"] == f"{subject}-void"]
        assert len(reversing) == 1, f"recorded as credited, and no credit is there: {row}"
    if row["code"] == "refused":
        assert not there, f"recorded as refused, and it is there: {row}"

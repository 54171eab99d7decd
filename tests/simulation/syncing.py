"""The deployed sync in a simulated world, with the local books of a target at the other end of the
line.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from local.books.counterpart import Answered, Call, Counterpart, Fault
from tests.simulation.opening import open_world
from tests.simulation.synced_books import (
    Provider,
    QuickBooksBooks,
    SignedBooks,
    SyncedBooks,
    There,
    XeroBooks,
    books_of,
)
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, WEBHOOK_SECRET
from tillroll.books.connections.connection import find_connection
from tillroll.books.connections.oauth import TokenSet
from tillroll.books.connections.setup import let_in
from tillroll.books.cron import CONNECTIONS, GRANTS
from tillroll.books.settings import App, BooksSettings
from tillroll.books.syncs.service import Cause, NotConnected, SyncRunning, begin_sync
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.platform.bindings.database import Row, insert_row, integer, text
from tillroll_durable.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll_durable.platform.encryption import encrypt
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

CONNECTION = "bkn_1"
URL = "https://books.example.com/books"
PROVIDER_URL = "https://provider.example.com"
ANN = Actor(ACCOUNT, "user:usr_first")
TOTAL, TAX = 11900, 1900
Act = Callable[[World, SyncedBooks], Awaitable[object]]
"""What somebody does between two syncs."""


class Line:
    """`Exchange` to the books; the process can die before and after each request, and a request or
    an answer can be lost.
    """

    def __init__(self, faults: Faults, books: Counterpart) -> None:
        self._faults = faults
        self._now, self._forget = books.now, books.forget
        self.books = books

    async def send(self, request: HttpRequest) -> HttpReply:
        # A clock that steps while a request is on its way is not the books'.
        signed_at = self._now()
        self.books.now = lambda: signed_at
        self._faults.may_err("bank: call", HttpFailed("the books did not answer"))
        await self._faults.point("bank: before the request")
        # What hung goes on, and no request hangs for longer than the other side knows its key.
        self.books.forget = _nothing if self._faults.has_stalled else self._forget
        answered = answer(self.books, request)
        await self._faults.point("bank: after the request")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
        return reply(answered)


def answer(books: Counterpart, request: HttpRequest) -> Answered:
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return books.answer(Call(request.method, parts.path, query, headers, request.body or b""))


def reply(answered: Answered) -> HttpReply:
    if answered.is_lost:
        raise HttpFailed("no answer")
    headers = {name.lower(): value for name, value in answered.headers.items()}
    return HttpReply(answered.status, json.dumps(answered.body), headers)


@dataclass(frozen=True)
class Order:
    """What is to happen: how many expenses there are, how many a run takes, and the faults of the
    books. Then somebody does each of `acts`, and a sync follows each, which `compares`. `forgets`:
    the books forget every key while time passes. `closed_until` is of a signed target.
    """

    expenses: int = 3
    page: int = 100
    faults: Sequence[Fault] = ()
    closed_until: str | None = None
    acts: Sequence[Act] = ()
    forgets: bool = False
    compares: bool = False
    unmapped: Sequence[int] = ()
    provider: Provider = "signed"


async def connect(world: World, books: SyncedBooks) -> None:
    """The account has connected them, and mapped its words."""
    host, now = world.host, world.host.pieces.clock.now()
    row = {
        "id": CONNECTION, "account_id": ACCOUNT, "name": "Books", "provider": books.provider,
        "direction": "push",
        "first_day": "2026-01-01", "only_approved": 0, "on_change": 0, "created_by": ANN.name,
        "created_at": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    rows: list[Statement] = []
    if isinstance(books, SignedBooks):
        row |= {
            "url": URL,
            "secret": await encrypt(host.platform, WEBHOOK_SECRET, CONNECTIONS.row(CONNECTION)),
        }
    else:
        assert isinstance(books, XeroBooks | QuickBooksBooks)
        tokens = TokenSet(*books.grants.give(), now + timedelta(minutes=30))
        row |= {"grant_id": "grn_1"}
        grant = {
            "id": "grn_1", "account_id": ACCOUNT, "provider": books.provider,
            "company": books.company,
            "company_name": "Example",
            "kept": await encrypt(host.platform, tokens.to_json(), GRANTS.row("grn_1")),
            "version": 1, "created_by": ANN.name, "created_at": "2026-01-01",
            "updated_at": "2026-01-01",
        }  # fmt: skip
        rows.append(insert_row("books_grants", grant))
    words = [
        ("category", "Travel", books.account),
        ("category", "Gone", "9999"),
        ("tax", "19", books.tax),
    ]
    rows += [insert_row("books_connections", row)]
    rows += [
        insert_row(
            "books_mapping", {"connection_id": CONNECTION, "what": what, "word": word, "code": code}
        )
        for what, word, code in words
    ]
    await host.database.batch(rows)


async def open_books(faults: Faults, order: Order) -> tuple[World, SyncedBooks]:
    """A world with expenses that are not in the books yet."""
    world = await open_world(faults, Deployed(SYNC))
    world.aims_at = SYNC.contract.kind
    books = books_of(order.provider, WEBHOOK_SECRET, world.host.pieces.clock.now)
    if order.closed_until is not None:
        books.there.act("close", {"until": order.closed_until})
    books.there.disturbances.orders = [replace(each) for each in order.faults]
    apps = (
        {}
        if order.provider == "signed"
        else {order.provider: App("client", "secret", PROVIDER_URL)}
    )
    settings = world.host.platform.settings.changed(BooksSettings(**apps))
    world.host.platform = replace(
        world.host.platform, exchange=Line(faults, books.there), settings=settings
    )
    await connect(world, books)
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
        world.host.pieces.objects.content[text(row, "object_key")] = smallest_jpeg(
            text(row, "object_key").encode()
        )
    return world, books


async def ask(world: World, page: int = 100, key: str = "one", *, compares: bool = False) -> None:
    """What a client does; done again under its key, it changes nothing."""
    connection = await find_connection(world.host.platform.database, ACCOUNT, CONNECTION)
    assert connection is not None
    # One goes on, or nobody has connected the books again.
    with contextlib.suppress(SyncRunning, NotConnected):
        await begin_sync(
            world.host.platform, SYNC, ANN, connection, Cause("hand", key, page, compares)
        )


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which the books are brought into step, and once more after each act."""

    async def open_scene(faults: Faults) -> Scene:
        world, books = await open_books(faults, order)

        def each_time() -> None:
            if order.forgets:
                books.there.forget()

        async def go_on() -> None:
            # Xero takes a token that was renewed for half an hour: no retry waits for longer.
            pause = timedelta(hours=1) if order.provider == "signed" else timedelta(minutes=10)
            for number, act in enumerate(order.acts):
                await until_quiet(world, each_time, pause)
                world.host.pieces.clock.advance(timedelta(hours=1))
                await act(world, books)
                again = partial(
                    ask, world, order.page, f"after act {number}", compares=order.compares
                )
                await world.surviving(again)
            await until_quiet(world, each_time, pause)

        return Scene(
            world, partial(ask, world, order.page), partial(check, world, books), afterwards=go_on
        )

    return open_scene


def _nothing() -> None:
    """Time passes, and that is all."""


async def until_quiet(
    world: World, each_time: Callable[[], None] = _nothing, pause: timedelta = timedelta(hours=1)
) -> None:
    """Let time pass until no sync goes on any more, a `pause` at a time; `each_time` is done
    then.
    """
    for _ in range(10):
        each_time()
        await world.let_pass(pause, {})
        [live] = await world.rows(
            "SELECT COUNT(*) AS runs FROM runs WHERE kind = 'sync' AND status = 'processing'"
        )
        if live["runs"] == 0:
            return


def changes(number: int, total: int) -> Act:
    """Somebody corrects an expense."""

    async def act(world: World, _books: SyncedBooks) -> None:
        sql = "UPDATE expenses SET total_minor = CAST(?2 AS INTEGER), tax_minor = 0 WHERE id = ?1"
        await world.host.database.batch([statement(sql, [Given(number).id, total])])

    return act


async def mapped(world: World, books: SyncedBooks) -> None:
    """Somebody maps what had no place: a document without tax."""
    code = "V0" if books.provider == "signed" else books.tax
    row = {"connection_id": CONNECTION, "what": "tax", "word": "0", "code": code}
    await world.host.database.batch(
        [statement("DELETE FROM books_mapping WHERE word = '0'"), insert_row("books_mapping", row)]
    )


def voids(number: int) -> Act:
    async def act(world: World, _books: SyncedBooks) -> None:
        sql = "UPDATE expenses SET status = 'voided' WHERE id = ?"
        await world.host.database.batch([statement(sql, [Given(number).id])])

    return act


def edited_there(number: int) -> Act:
    """Somebody changes a document in the books."""

    async def act(_world: World, books: SyncedBooks) -> None:
        books.edit_by_hand(Given(number).id)

    return act


async def connected_again(world: World, _books: SyncedBooks) -> None:
    await world.host.database.batch(let_in(CONNECTION))


async def nothing(_world: World, _books: SyncedBooks) -> None:
    """The sync is begun once more."""


async def check(world: World, books: SyncedBooks) -> None:
    """Each expense is in the books at most once, as it is recorded; nothing is lost, and nothing is
    overwritten.
    """
    documents = books.documents()
    times = Counter(each.reference for each in documents)
    assert max(times.values(), default=0) <= 1, f"written twice: {times}"
    files = Counter(books.files())
    assert max(files.values(), default=0) <= 1, f"attached twice: {files}"
    for each in documents:
        assert each.reference not in books.edited or each.is_by_hand, f"overwritten: {each}"
        subject = each.reference.removesuffix("-void")
        assert subject not in books.edited or subject == each.reference, (
            f"credited as it was not: {each}"
        )
    rows = await world.rows("SELECT * FROM books_items")
    expenses = {text(row, "id"): row for row in await world.rows("SELECT * FROM expenses")}
    there = {each.reference: each for each in documents}
    for row in rows:
        if row["kind"] == "expense":
            _check_item(row, expenses[text(row, "subject_id")], there)
    await _check_compared(world, books, rows)
    planned = {text(row, "subject_id") for row in rows if integer(row, "revision") > 0}
    strangers = {each.removesuffix("-void") for each in there} - planned
    assert not strangers, f"in the books, and never planned: {strangers}"


async def _check_compared(world: World, books: SyncedBooks, rows: Sequence[Row]) -> None:
    """Where the last sync has compared all, each change that was made there by hand is a
    conflict.
    """
    [run] = await world.rows(
        """
        SELECT state, (
          SELECT MAX(json_extract(params, '$.compares')) FROM runs chain
              WHERE chain.subject = last.subject
        ) AS compares FROM runs AS last WHERE kind = 'sync' ORDER BY id DESC LIMIT 1
        """
    )
    if run["state"] == "completed" and run["compares"]:
        found = {text(row, "subject_id") for row in rows if row["state"] == "conflict"}
        assert books.edited <= found, f"changed there, and nobody was told: {books.edited - found}"


def _check_item(row: Row, expense: Row, there: Mapping[str, There]) -> None:
    state, subject = row["state"], text(row, "subject_id")
    is_due = integer(row, "changed") > integer(row, "looked")
    assert state not in {"new", "waiting"} or is_due, (
        f"lost: it is not due, and nothing became of it: {row}"
    )
    document = there.get(subject)
    if state == "written":
        assert document is not None, f"recorded as written, and not there: {row}"
        assert document.id == row["external_id"], f"recorded as written, and it is another's: {row}"
        if not is_due and expense["status"] == "ready":
            assert document.total == expense["total_minor"], (
                f"recorded as written, and it is another: {row}"
            )
    if state == "credited":
        assert f"{subject}-void" in there, f"recorded as credited, and no credit is there: {row}"
    if row["code"] == "refused":
        assert document is None, f"recorded as refused, and it is there: {row}"

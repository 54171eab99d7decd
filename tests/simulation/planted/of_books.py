"""Faults planted in the sync of the books, each with the story that finds it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from tests.simulation.kinds import sync
from tests.simulation.planted.planted import Planted
from tillroll.books import repository
from tillroll.books.crm import pulling
from tillroll.books.crm import repository as crm
from tillroll.books.repository import Page
from tillroll.books.syncs import calls, work, workflow
from tillroll_durable import Outcome, Statement, statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.story import Story

_DONE: Any = vars(calls)["_done"]
_STORIES: Final = {each.name: each for each in sync.STORIES}


def _stories(*names: str) -> list[Story]:
    return [_STORIES[name] for name in names]


def _looks_for_nothing(patch: pytest.MonkeyPatch) -> None:
    """After a lost answer it is taken for not done."""

    async def nothing(*_: object, **__: object) -> None:
        return None

    patch.setattr(calls, "_looked_up", nothing)


def _forgets_what_is_open(patch: pytest.MonkeyPatch) -> None:
    """What nobody knows of is planned anew, under another key."""
    original = repository.load_page

    async def load(database: Database, connection_id: str, ids: list[str]) -> Page:
        return replace(await original(database, connection_id, ids), open={})

    patch.setattr(repository, "load_page", load)


def _writes_over(patch: pytest.MonkeyPatch) -> None:
    """What the books have is taken for what was written."""

    async def send(reached: Any, write: Any, key: str) -> Any:
        previous = write.previous
        if previous is not None:
            previous = await reached.target.read(previous.kind, previous.id)
        return _DONE(reached, await reached.target.write(write.document, key, previous))

    patch.setattr(calls, "_sent", send)


def _is_looked_at_too_early(patch: pytest.MonkeyPatch) -> None:
    """An item counts as looked at once it is planned."""
    original = repository.plan_write

    def plan(item: Any, *rest: Any, **named: Any) -> list[Statement]:
        looked = statement("UPDATE books_items SET looked = changed WHERE id = ?", [item.id])
        return [*original(item, *rest, **named), looked]

    patch.setattr(repository, "plan_write", plan)


def _skips_between_pages(patch: pytest.MonkeyPatch) -> None:
    """The next page begins one too far, and what it skips counts as looked at."""
    original = work.plan_page

    async def plan(context: Any, params: Any) -> Any:
        outcome = await original(context, params)
        page = outcome.output
        following = page.last if page.is_last else page.last + 1
        skipped = statement(
            "UPDATE books_items SET looked = changed WHERE connection_id = ? "
            "AND changed = CAST(? AS INTEGER)",
            [params.connection_id, 0 if page.is_last else following],
        )
        changed = page.model_copy(update={"last": following})
        return Outcome(changed, statements=[*outcome.statements, skipped])

    patch.setattr(work, "plan_page", plan)


def _takes_lost_for_refused(patch: pytest.MonkeyPatch) -> None:
    """Of what nobody knows it is said that it was refused."""
    original: Callable[..., Any] = vars(workflow)["_sent"]

    def sent(task: Any, end: Any) -> Any:
        made = original(task, end)
        if made.failure == "external_unknown":
            return made.model_copy(update={"failure": "external_refused", "reason": "refused: no"})
        return made

    patch.setattr(workflow, "_sent", sent)


def _attaches_again(patch: pytest.MonkeyPatch) -> None:
    """A file's name is another each time, so that nobody finds it."""
    original = calls.attach

    def attach(connection_id: str, task: Any) -> Any:
        call = original(connection_id, task)

        async def reconcile(_: object) -> Any:
            return calls.NotDone()

        return replace(call, reconcile=reconcile)

    patch.setattr(workflow, "attach", attach)


def _credits_what_was_changed(patch: pytest.MonkeyPatch) -> None:
    """A document is credited whatever it is by now."""

    async def credit(reached: Any, write: Any, key: str) -> Any:
        return _DONE(reached, await reached.target.credit(write.document, key, write.previous))

    patch.setattr(calls, "_credited", credit)


def _waits_for_nobody(patch: pytest.MonkeyPatch) -> None:
    """What is uncertain counts as looked at."""
    original = repository.note_state

    def note(*given: Any, is_open: bool, **named: Any) -> Statement:
        del is_open
        return original(*given, **named, is_open=False)

    patch.setattr(repository, "note_state", note)


def _reads_on_too_far(patch: pytest.MonkeyPatch) -> None:
    """How far a CRM was read is kept, and the page is not."""

    async def kept(*_: Any, **__: Any) -> list[Statement]:
        return []

    patch.setattr(pulling, "_keep", kept)


def _opens_every_deal(patch: pytest.MonkeyPatch) -> None:
    """A deal opens a project before it is won."""
    original = crm.waiting_deals

    async def waiting(database: Database, connection_id: str) -> list[Any]:
        rows = await database.all(statement("SELECT * FROM crm_records WHERE kind = 'deal'"))
        read: Callable[..., Any] = vars(crm)["_record"]
        return [*await original(database, connection_id), *map(read, rows)]

    patch.setattr(crm, "waiting_deals", waiting)


def _forgets_what_is_known(patch: pytest.MonkeyPatch) -> None:
    """A copy that comes again counts as new."""

    async def known(*_: Any, **__: Any) -> dict[str, Any]:
        return {}

    def note(account_id: str, connection_id: str, record: Any, fact: Any, now: str) -> Statement:
        noted = note_fact(account_id, connection_id, record, fact, now)
        return replace(noted, sql=noted.sql.replace("?7", "?7 || hex(randomblob(4))"))

    note_fact = crm.note_fact
    patch.setattr(crm, "known", known)
    patch.setattr(crm, "note_fact", note)


def _compares_in_vain(patch: pytest.MonkeyPatch) -> None:
    """What was found changed is not asked for again."""

    def forget(ids: list[str]) -> Statement:
        return statement(
            "UPDATE books_items SET asked_digest = asked_digest WHERE id = ?",
            [ids[0] if ids else ""],
        )

    patch.setattr(repository, "forget_asked", forget)


OF_BOOKS: Final = (
    Planted(
        "a lost answer passes for not done",
        _looks_for_nothing,
        _stories("an answer is lost"),
        by.KILL,
        "written twice",
    ),
    *(
        Planted(
            f"a lost answer of {name} passes for not done",
            _looks_for_nothing,
            _stories(f"{name}: an answer is lost"),
            by.KILL,
            "written twice",
        )
        for name in ("Xero", "QuickBooks")
    ),
    Planted(
        "what was changed in Xero is written over",
        _writes_over,
        _stories("Xero: one is changed there, and compared"),
        by.KILL,
        "overwritten",
    ),
    Planted(
        "what was changed in QuickBooks is credited",
        _credits_what_was_changed,
        _stories("QuickBooks: one is voided that was changed there"),
        by.KILL,
        "credited as it was not",
    ),
    Planted(
        "what is open is planned anew",
        _forgets_what_is_open,
        _stories("answers are lost for long"),
        by.KILL,
        "written twice|twice",
    ),
    Planted(
        "what was changed there is written over",
        _writes_over,
        _stories("one is changed there"),
        by.KILL,
        "overwritten",
    ),
    Planted(
        "what was changed there is credited",
        _credits_what_was_changed,
        _stories("one is voided that was changed there"),
        by.KILL,
        "credited as it was not",
    ),
    Planted(
        "an item is looked at too early",
        _is_looked_at_too_early,
        _stories("all is well"),
        by.CANCEL,
        "lost",
    ),
    Planted(
        "a page begins one too far",
        _skips_between_pages,
        _stories("five in pages of two"),
        by.KILL,
        "lost",
    ),
    Planted(
        "a lost answer passes for a refusal",
        _takes_lost_for_refused,
        _stories("answers are lost for long"),
        by.KILL,
        "recorded as refused",
    ),
    Planted(
        "a file is attached again",
        _attaches_again,
        _stories("a file's answer is lost"),
        by.KILL,
        "attached twice",
    ),
    Planted(
        "what was found changed is left",
        _compares_in_vain,
        _stories("one is changed there, and compared"),
        by.PAUSE,
        "nobody was told",
    ),
    Planted("a page is not kept", _reads_on_too_far, _stories("deals are pulled"), by.KILL, "lost"),
    Planted(
        "a deal opens a project before it is won",
        _opens_every_deal,
        _stories("deals are won and lost"),
        by.KILL,
        "was never won",
    ),
    Planted(
        "a record that comes again is taken for new",
        _forgets_what_is_known,
        _stories("deals are won and lost"),
        by.KILL,
        "a fact twice",
    ),
    Planted(
        "what is uncertain is not looked at again",
        _waits_for_nobody,
        _stories("answers are lost for long"),
        by.KILL,
        "lost",
    ),
)

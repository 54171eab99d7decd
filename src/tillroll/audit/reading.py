"""The audit as people read it: who did what to which thing, in words; and the story of one
expense.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final, Literal, cast

from tillroll.app import load
from tillroll.audit.changes import ChangedValue, history_of, ids_before, values_in
from tillroll.expenses.progress import PROGRESS
from tillroll.expenses.search.plain_text import plain
from tillroll_durable.audit import Audited
from tillroll_durable.audit_search import Search, SearchPage, search_all
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.naming import MOST_THINGS, Named
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.repository import sealed_to


class Thing(Model):
    """What an event is about, by what people call it. `kind` is expense, receipt, export, claim,
    person or run; `path` is its page; `id` finds all of its events.
    """

    id: str
    kind: str
    name: str
    day: str | None
    path: str


class Who(Model):
    """`name` is the person's, null where it was none, or there is no such person any more. `how`:
    signed in, by a token of theirs, or Tillroll by itself.
    """

    id: str | None
    name: str | None
    how: Literal["signed_in", "token", "system"]


class Entry(Model):
    """An event in words. `id` and `action` are null for what is in no event of the audit, but in
    the record of what an expense became. `step` is the run's step, `reason` what a person gave as
    one. `is_sealed` is null with `id`. `changes` are the values that became others.
    """

    id: int | None
    at: str
    action: str | None
    says: str
    outcome: str | None
    step: str | None
    reason: str | None
    who: Who
    about: Thing | None
    is_sealed: bool | None
    changes: list[ChangedValue]


class ActionWords(Model):
    """An action with what it says, for a choice."""

    action: str
    says: str


class Story(Model):
    """All events about an expense, the oldest first, from its upload to the books. `is_whole`: none
    is left out.
    """

    expense: Thing
    items: list[Entry]
    is_whole: bool


class NoSuchExpense(Refusal):
    thing = "expense"


class NoSuchThing(Refusal):
    """There is no such thing in the account, or people have no name for it."""

    thing = "thing"


_BEHIND_THE_SENTENCE: Final = re.compile(r"[;:].*", re.DOTALL)


@cache
def actions() -> Mapping[str, Action]:
    """What the audit can say, by its names. Asking imports the modules that say it."""
    enums = (cast("type[Action]", each) for each in load(lambda module: module.audited))
    return {str(action): action for enum in enums for action in enum}


@cache
def named_things() -> Sequence[Named]:
    """How people call things by their ids, those of the lowest module first."""
    return [cast("Named", each) for each in load(lambda module: module.named)]


def words_of(action: str) -> str:
    """What an action says, without the names of what its event holds: "An expense was voided"."""
    declared = actions().get(action)
    if declared is None:
        return action.replace(".", ": ").replace("_", " ").capitalize()
    words = words_of_action(declared.says)
    return f"{words[:1].upper()}{words[1:]}"


def words_of_action(sentence: str) -> str:
    """The sentence of an action, without what stands behind it and without marks of code."""
    return _BEHIND_THE_SENTENCE.sub("", sentence).rstrip().replace("`", "")


def all_words() -> list[ActionWords]:
    """Every action that the audit can say, by its words."""
    words = [ActionWords(action=action, says=words_of(action)) for action in actions()]
    return sorted(words, key=lambda each: each.says)


@dataclass(frozen=True)
class Asked:
    """What is searched for: `person` is a user's id, `about` a thing's; at `since` or later, before
    `until`; `notes`: also what Tillroll notes of its own work.
    """

    account_id: str
    person: str | None = None
    about: str | None = None
    action: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    notes: bool = True


async def read(
    platform: Platform, query: Asked, before: int | None, limit: int
) -> tuple[list[Entry], int | None]:
    """A page of entries, newest first, and the id after which the next one begins. A page can be
    short, or empty, and still have more behind it. Raises NoSuchThing, ArchiveLost,
    ObjectsUnavailable.
    """
    stream = None
    if query.about is not None:
        things = await things_of(platform.database, query.account_id, [query.about])
        stream = _stream_of(things.get(query.about))
    search = Search(
        query.account_id,
        action=query.action,
        outcome=query.outcome,
        stream=stream,
        since=query.since,
        until=query.until,
        notes=query.notes,
    )
    searches = [search]
    if query.person is not None:
        actors = await _actors_of(platform.database, query.account_id, query.person)
        searches = [replace(search, actor=actor) for actor in actors]
    rows = _merged(
        [await search_all(platform, each, before=before, limit=limit) for each in searches], limit
    )
    return await _entries(platform.database, query.account_id, rows.rows), rows.before


@dataclass(frozen=True)
class _Called:
    thing: Thing
    stream: str | None


def _stream_of(called: _Called | None) -> str:
    if called is None or called.stream is None:
        raise NoSuchThing
    return called.stream


def _merged(pages: Sequence[SearchPage], limit: int) -> SearchPage:
    """Pages of several searches as one: where one of them has more, only what is newer than its end
    is known.
    """
    floor = max((page.before for page in pages if page.before is not None), default=None)
    rows = sorted((row for page in pages for row in page.rows), key=lambda row: -integer(row, "id"))
    reliable = [row for row in rows if floor is None or integer(row, "id") >= floor]
    if len(reliable) > limit:
        return SearchPage(reliable[:limit], integer(reliable[limit - 1], "id"))
    return SearchPage(reliable, floor)


async def _actors_of(database: Database, account_id: str, user_id: str) -> list[str]:
    """How the audit names a person: signed in, and by each of their tokens."""
    query = """
      SELECT 'user:' || id AS actor FROM users WHERE account_id = ?1 AND id = ?2
      UNION ALL
      SELECT 'token:' || tokens.id FROM tokens JOIN users ON users.id = tokens.user_id
      WHERE users.account_id = ?1 AND users.id = ?2
    """
    return [
        text(row, "actor") for row in await database.all(statement(query, [account_id, user_id]))
    ]


async def _entries(database: Database, account_id: str, rows: Sequence[Row]) -> list[Entry]:
    covered = await sealed_to(database)
    details = [_detail(row) for row in rows]
    ids = {id_ for row, detail in zip(rows, details, strict=True) for id_ in _ids_in(row, detail)}
    ids |= {id_ for detail in details for id_ in ids_before(detail)}
    called = await things_of(database, account_id, sorted(ids))
    history = await history_of(database, account_id, details)
    people = await _people(database, account_id, {text(row, "actor") for row in rows})
    entries: list[Entry] = []
    for row, detail in zip(rows, details, strict=True):
        about = next((called[each].thing for each in _ids_in(row, detail) if each in called), None)
        entries.append(
            Entry(
                id=integer(row, "id"),
                at=text(row, "at"),
                action=text(row, "action"),
                says=words_of(text(row, "action")),
                outcome=text(row, "outcome"),
                step=_text_in(detail, "step"),
                reason=_text_in(detail, "reason"),
                who=_who(text(row, "actor"), people),
                about=about,
                is_sealed=integer(row, "id") <= covered,
                changes=[_with_names(each, called) for each in values_in(detail, history)],
            )
        )
    return entries


def _with_names(value: ChangedValue, called: Mapping[str, _Called]) -> ChangedValue:
    """Put the names of people and things in the place of their ids."""
    before = value.before
    after = value.after
    if isinstance(before, str) and before in called:
        before = called[before].thing.name
    if isinstance(after, str) and after in called:
        after = called[after].thing.name
    return value.model_copy(update={"before": before, "after": after})


def _detail(row: Row) -> Mapping[str, Json]:
    """What an intruder wrote over it need be no JSON."""
    try:
        return load_object(text(row, "detail"))
    except ValueError:
        return {}


def _text_in(detail: Mapping[str, Json], name: str) -> str | None:
    value = detail.get(name)
    if isinstance(value, str) and value:
        return value
    return None


_ID: Final = re.compile(r"[a-z]{2,4}_\w+")
# An expense before the run that made it.
_FIRST: Final = ("expense", "kept", "user", "subject")


def _ids_in(row: Row, detail: Mapping[str, Json]) -> Iterator[str]:
    """Ids that an event names, what it is about first."""
    named = [*_FIRST, *(name for name in detail if name not in _FIRST)]
    for name in named:
        value = detail.get(name)
        values = value if isinstance(value, list) else [value]
        for each in values[:1]:
            if isinstance(each, str) and _ID.fullmatch(each):
                yield each
        if name == _FIRST[-1]:
            yield text(row, "stream")


async def things_of(database: Database, account_id: str, ids: Sequence[str]) -> dict[str, _Called]:
    """What people call the things of ids, where they call them anything: the highest module's name
    holds.
    """
    things: dict[str, _Called] = {}
    if not ids:
        return things
    for named in named_things():
        for row in await database.all(statement(named.find, [account_id, dump([*ids])])):
            things[text(row, "id")] = _called(named, row)
    return things


def _called(named: Named, row: Row) -> _Called:
    thing = Thing(
        id=text(row, "id"),
        kind=named.kind,
        name=text(row, "name"),
        day=optional_text(row, "day"),
        path=text(row, "path"),
    )
    return _Called(thing, optional_text(row, "stream"))


async def find_things(database: Database, account_id: str, words: str) -> list[Thing]:
    """Things whose name has these words, for a choice."""
    typed = plain(words.strip())
    things: list[Thing] = []
    for named in reversed(named_things()):
        if named.search is None:
            continue
        values = [account_id, typed]
        if named.names is not None:
            rows = await database.all(statement(named.names, [account_id]))
            names = [text(row, "name") for row in rows]
            # The newest names have the newest things.
            alike: list[Json] = [each for each in names if typed in plain(each)]
            values.append(dump(alike[:MOST_THINGS]))
        rows = await database.all(statement(named.search, [*values]))
        called = [_called(named, row).thing for row in rows]
        things += [each for each in called if typed in plain(each.name)][:MOST_THINGS]
    return things[:MOST_THINGS]


async def _people(
    database: Database, account_id: str, actors: set[str]
) -> dict[str, tuple[str, str]]:
    """The id and the name of the person behind each actor, where it is one."""
    query = """
      SELECT asked.value AS actor, users.id, users.name FROM json_each(?2) AS asked
      LEFT JOIN tokens ON asked.value = 'token:' || tokens.id
      JOIN users ON users.account_id = ?1
        AND users.id = COALESCE(tokens.user_id, substr(asked.value, 6))
    """
    rows = await database.all(statement(query, [account_id, dump([*sorted(actors)])]))
    return {text(row, "actor"): (text(row, "id"), text(row, "name")) for row in rows}


def _who(actor: str, people: Mapping[str, tuple[str, str]]) -> Who:
    user_id, name = people.get(actor, (None, None))
    how: Callable[[str], bool] = actor.startswith
    return Who(
        id=user_id,
        name=name,
        how="signed_in" if how("user:") else "token" if how("token:") else "system",
    )


_MOST_EVENTS: Final = 500
# What a run notes for itself says nothing to people who read what became of an expense.
_NOT_TOLD: Final = frozenset({Audited.TIMER_BEGAN, Audited.TIMER_OVER, Audited.EFFECT_INTENDED})


async def story_of(platform: Platform, account_id: str, expense_id: str) -> Story:
    """Raises NoSuchExpense, ArchiveLost, ObjectsUnavailable."""
    things = await things_of(platform.database, account_id, [expense_id])
    called = things.get(expense_id)
    if called is None or called.thing.kind != "expense" or called.stream is None:
        raise NoSuchExpense
    search = Search(account_id, stream=called.stream)
    page = await search_all(platform, search, before=None, limit=_MOST_EVENTS)
    entries = await _entries(platform.database, account_id, page.rows)
    entries_shown = [each for each in entries if each.action not in _NOT_TOLD]
    entries_shown += await _became(platform.database, account_id, expense_id)
    # Events of one moment are numbered in their order.
    entries_shown.sort(key=lambda each: (each.at, each.id or 0))
    return Story(expense=called.thing, items=entries_shown, is_whole=page.before is None)


async def _became(database: Database, account_id: str, expense_id: str) -> list[Entry]:
    rows = [
        row
        for each in PROGRESS.answers()
        for row in await database.all(statement(each.story, [account_id, expense_id]))
    ]
    people = await _people(
        database, account_id, {actor for row in rows if (actor := optional_text(row, "actor"))}
    )
    entries: list[Entry] = []
    for row in rows:
        path = optional_text(row, "path")
        sentence = text(row, "says")
        entries.append(
            Entry(
                id=None,
                at=text(row, "at"),
                action=None,
                says=sentence,
                outcome=None,
                step=None,
                reason=None,
                who=_who(optional_text(row, "actor") or "", people),
                about=None
                if path is None
                else Thing(id=path, kind="page", name=sentence, day=None, path=path),
                is_sealed=None,
                changes=[],
            )
        )
    return entries

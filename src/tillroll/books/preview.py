"""What the next sync would do: the words that have no place yet, and each item as it would be written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.books import repository
from tillroll.books.connections import Connection
from tillroll.books.contract import PAGE
from tillroll.books.drafts import Blocked, Choices
from tillroll.books.mapping import Unmapped
from tillroll.books.models import BooksMappingShown, DryRunItem, MappedWord, UnmappedWord
from tillroll.books.planning import Act, Item, ItemState, Planned, Settled
from tillroll.books.repository import Write
from tillroll.books.service import live_connection
from tillroll.books.subjects import load_subjects
from tillroll.books.targets.target import Document, Written
from tillroll.books.views import titles_of
from tillroll.books.work import next_of, wanted_of
from tillroll.platform.bindings.database import Database
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

MOST_LOOKED: Final = 5_000
_AT_ONCE: Final = 500
_UNKNOWN: Final = "a new contact: "


async def show_mapping(platform: Platform, account_id: str, connection_id: str) -> BooksMappingShown:
    """The mapping, and what of the next changes it has no place for."""
    connection = await live_connection(platform, account_id, connection_id)
    around = await repository.load_surroundings(platform.database, account_id, connection_id)
    words = [MappedWord(what=what, word=word, code=code) for (what, word), code in sorted(around.mapping.codes.items())]
    unmapped, is_whole = await find_unmapped(platform.database, connection)
    return BooksMappingShown(words=words, unmapped=unmapped, is_whole=is_whole)


async def find_unmapped(database: Database, connection: Connection) -> tuple[list[UnmappedWord], bool]:
    """Words of what is to be written next that have no place, the most frequent first; whether all was looked at.
    What is set aside for that counts too."""
    around = await repository.load_surroundings(database, connection.account_id, connection.id)
    found: Counter[Unmapped] = Counter()
    cursor = looked = 0
    while looked < MOST_LOOKED:
        items = await repository.find_to_map(database, connection.id, cursor, _AT_ONCE)
        for _, wanted in await wanted_of(database, connection, items, around):
            found.update(wanted.unmapped if isinstance(wanted, Blocked) else ())
        looked += len(items)
        if len(items) < _AT_ONCE:
            break
        cursor = items[-1].changed
    shown = [
        UnmappedWord(what=each.what, word=each.word, says=f"{each.says[:1].upper()}{each.says[1:]}.", items=count)
        for each, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return shown, looked < MOST_LOOKED


async def dry_run(
    platform: Platform, account_id: str, connection_id: str, cursor: int, limit: int
) -> tuple[list[DryRunItem], list[int]]:
    """What the next sync does with each item, from behind a place, and the places. Nothing is written, and the target
    is not asked: a day that is closed there, and what was changed there, is found when it is written."""
    connection = await live_connection(platform, account_id, connection_id)
    database = platform.database
    items = await repository.find_due(database, connection_id, cursor, min(limit, PAGE + 1))
    page = await repository.load_page(database, connection_id, [each.id for each in items])
    subjects = await load_subjects(database, account_id, [each.subject_id for each in items])
    around = await repository.load_surroundings(database, account_id, connection_id)
    choices = Choices(connection.first_day, connection.only_approved)
    known = dict(around.contacts)
    # A contact that the books do not have is found or made first: its name stands for it here.
    for _, wanted in await wanted_of(database, connection, items, around):
        party = getattr(wanted, "party", None)
        if party is not None:
            known.setdefault((party.role.value, party.word), f"{_UNKNOWN}{party.name}")
    around = repository.Surroundings(around.mapping, known, around.closed)
    today = platform.clock.now().date()
    titles = await titles_of(database, account_id, [each.id for each in items])
    names = await repository.contact_names(database, connection_id)
    found: list[DryRunItem] = []
    for item in items:
        left = page.open.get(item.id)
        decided = next_of(item, subjects.get(item.subject_id), around, choices, page, today)
        shown = _shown(item, left or decided)
        before = {"contact": pair[0]} if (pair := shown.differences.get("contact")) else None
        contacts = repository.named(names, shown.document, before)
        found.append(shown.model_copy(update={"title": titles.get(item.id), "contacts": contacts}))
    return found, [each.changed for each in items]


def _shown(item: Item, decided: Planned | Settled | Write) -> DryRunItem:
    match decided:
        case Settled():
            return _item(item, _ACTS.get(decided.state, "set_aside"), decided.reason)
        case Planned():
            return _written(item, decided.act, decided.document, decided.of, None)
        case Write():
            why = "It was begun before, and its answer was lost: the books are asked first."
            return _written(item, decided.act, decided.document, decided.previous, why)


_ACTS: Final = {
    ItemState.WRITTEN: "nothing",
    ItemState.CREDITED: "nothing",
    ItemState.LEFT_OUT: "nothing",
    ItemState.WAITING: "wait",
}


def _written(item: Item, act: Act, document: Document, of: Written | None, why: str | None) -> DryRunItem:
    fields: JsonObject = {"kind": document.kind.value, "reference": document.reference, **document.fields()}
    if act is Act.CREDIT:
        return _item(item, "credit", why, fields)
    if of is None:
        return _item(item, "create", why, fields)
    apart = {
        name: [of.fields.get(name), value] for name, value in document.fields().items() if of.fields.get(name) != value
    }
    return _item(item, "change", why, fields, apart)


def _item(
    item: Item,
    act: str,
    reason: str | None,
    document: JsonObject | None = None,
    differences: Mapping[str, Sequence[Json]] | None = None,
) -> DryRunItem:
    return DryRunItem.model_validate(
        {
            "item": item.id,
            "kind": item.kind.value,
            "subject": item.subject_id,
            "title": None,
            "act": act,
            "reason": reason,
            "document": document,
            "differences": differences or {},
            "contacts": {},
        }
    )

"""What the next sync would do: the words that have no place yet, and each item as it would be
written.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from tillroll.books import repository
from tillroll.books.connections.connection import Connection
from tillroll.books.connections.names import contact_names, find_code_names, named
from tillroll.books.models import BooksMappingShown, DryRunItem, MappedWord, UnmappedWord
from tillroll.books.repository import Write
from tillroll.books.syncs.contract import PAGE
from tillroll.books.syncs.drafts import Blocked
from tillroll.books.syncs.forecast import forecast
from tillroll.books.syncs.mapping import Unmapped
from tillroll.books.syncs.planning import Act, Item, ItemState, Planned, Settled
from tillroll.books.syncs.service import live_connection
from tillroll.books.syncs.subject_rows import load_subjects
from tillroll.books.syncs.surroundings import load_surroundings
from tillroll.books.syncs.work import wanted_of
from tillroll.books.targets.target import Document, Written
from tillroll.books.views import titles_of
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.services import Platform

MOST_LOOKED: Final = 5_000
_AT_ONCE: Final = 500


async def show_mapping(
    platform: Platform, account_id: str, connection_id: str
) -> BooksMappingShown:
    """The mapping, and what of the next changes it has no place for."""
    connection = await live_connection(platform, account_id, connection_id)
    around = await load_surroundings(platform.database, account_id, connection_id)
    words = [
        MappedWord(what=what, word=word, code=code)
        for (what, word), code in sorted(around.mapping.codes.items())
    ]
    unmapped, is_whole = await find_unmapped(platform.database, connection)
    needs_codes = around.mapping.needs_codes
    return BooksMappingShown(
        words=words, unmapped=unmapped, is_whole=is_whole, needs_tax_codes=needs_codes
    )


async def find_unmapped(
    database: Database, connection: Connection
) -> tuple[list[UnmappedWord], bool]:
    """Words of what is to be written next that have no place, the most frequent first; whether all
    was looked at. What is set aside for that counts too.
    """
    around = await load_surroundings(database, connection.account_id, connection.id)
    counts: Counter[Unmapped] = Counter()
    cursor = looked = 0
    while looked < MOST_LOOKED:
        items = await repository.find_to_map(database, connection.id, cursor=cursor, limit=_AT_ONCE)
        subjects = await load_subjects(
            database, connection.account_id, [each.subject_id for each in items]
        )
        for _, subject in wanted_of(connection, items, subjects=subjects, around=around):
            counts.update(subject.unmapped if isinstance(subject, Blocked) else ())
        looked += len(items)
        if len(items) < _AT_ONCE:
            break
        cursor = items[-1].changed
    words = [
        UnmappedWord(
            what=each.what,
            word=each.word,
            says=f"{each.says[:1].upper()}{each.says[1:]}.",
            items=count,
        )
        for each, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return words, looked < MOST_LOOKED


async def dry_run(
    platform: Platform, account_id: str, connection_id: str, cursor: int, limit: int
) -> tuple[list[DryRunItem], list[int]]:
    """What the next sync does with each item, from behind a place, and the places. Nothing is
    written, and the target is not asked: a day that is closed there, and what was changed there, is
    found when it is written.
    """
    connection = await live_connection(platform, account_id, connection_id)
    database = platform.database
    today = platform.clock.now().date()
    items = await repository.find_ahead(
        database, connection_id, cursor=cursor, limit=min(limit, PAGE + 1)
    )
    decided = await forecast(database, connection, ids=[each.id for each in items], today=today)
    answers = [_dry_run_item(item, each) for item, each in decided]
    titles = await titles_of(database, account_id, [each.item for each in answers])
    befores = [
        {"contact": pair[0]} if (pair := each.differences.get("contact")) else None
        for each in answers
    ]
    names = await contact_names(
        database, connection_id, [*befores, *(each.document for each in answers)]
    )
    codes = await find_code_names(database, connection_id)
    return [
        each.model_copy(
            update={
                "title": titles.get(each.item),
                "contacts": named(names, each.document, before),
                **codes.of(each.document, *_lines_before(each)),
            }
        )
        for each, before in zip(answers, befores, strict=True)
    ], [item.changed for item, _ in decided]


def _lines_before(item: DryRunItem) -> list[dict[str, JsonValue]]:
    """What the books have, as far as it has other lines."""
    pair = item.differences.get("lines")
    if pair:
        return [{"lines": pair[0]}]
    return []


def _dry_run_item(item: Item, decided: Planned | Settled | Write) -> DryRunItem:
    match decided:
        case Settled():
            return _settled(item, decided)
        case Planned():
            return _written(
                item,
                decided.act,
                document=decided.document,
                current=decided.current,
                why=decided.remark,
            )
        case Write():
            why = "It was begun before, and its answer was lost: the books are asked first."
            return _written(
                item, decided.act, document=decided.document, current=decided.previous, why=why
            )


_ACTS: Final = {
    ItemState.WRITTEN: "nothing",
    ItemState.CREDITED: "nothing",
    ItemState.LEFT_OUT: "nothing",
    ItemState.WAITING: "wait",
}


def _settled(item: Item, decided: Settled) -> DryRunItem:
    """Why nothing is written, and what would be, were it not for that."""
    act = _ACTS.get(decided.state, "set_aside")
    document = decided.proposed
    if document is None:
        return _item(item, act, decided.reason)
    differences: Mapping[str, Sequence[Json]] = {}
    if item.written is not None:
        differences = _apart(item.written, document)
    return _item(
        item,
        act,
        decided.reason,
        document=_fields(document),
        differences=differences,
    )


def _fields(document: Document) -> JsonObject:
    return {
        "kind": document.kind.value,
        "reference": document.reference,
        **document.fields(),
    }


def _apart(current: Written, document: Document) -> dict[str, Sequence[Json]]:
    """What the books have otherwise than the document, as [before, after]."""
    return {
        name: [current.fields.get(name), value]
        for name, value in document.fields().items()
        if current.fields.get(name) != value
    }


def _written(
    item: Item, act: Act, document: Document, current: Written | None, why: str | None
) -> DryRunItem:
    fields = _fields(document)
    if act is Act.CREDIT:
        return _item(item, "credit", reason=why, document=fields)
    if current is None:
        return _item(item, "create", reason=why, document=fields)
    apart = _apart(current, document)
    return _item(item, "change", reason=why, document=fields, differences=apart)


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
            "accounts": {},
            "taxCodes": {},
        }
    )

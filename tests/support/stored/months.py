"""Invented months, stored by the product and read as matching reads them."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tests.support.bank_months import Month, Truth
from tests.support.bank_words import FEE_TEXTS
from tests.support.host_platform import ACCOUNT
from tests.support.stored.claims import Claims
from tests.support.stored.expenses import may_be_expense, store_expenses
from tests.support.stored.lines import Statements
from tests.support.stored.numbers import Numbers, iban_of
from tests.support.stored.payouts import Payouts
from tests.support.stored.place import BASE, Place, open_place
from tillroll.bank.decisions.automatic import match_again
from tillroll.bank.decisions.documents import fee_id, load_documents
from tillroll.bank.statements.parsing import ACTOR
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind
from tillroll_durable.platform.bindings.database import statement, text

_COMPANY: Final = "the company's account"


@dataclass(frozen=True)
class StoredMonth:
    """A month that is in the database of a place. `ids` has what was drawn, by the ids of rows."""

    month: Month
    place: Place
    ids: Mapping[str, str]

    async def book(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Have what is certain booked without a person, window by window; returns the drawn lines
        and documents of each match that was accepted so."""
        place = self.place
        for account in (await place.ask("GET", "/api/bank/accounts"))["items"]:
            path = f"/api/bank/accounts/{account['id']}"
            await place.ask("PATCH", path, {"booksCertain": True})
        await place.ask("POST", "/api/bank/matching")
        while await match_again(place.platform):
            await place.settle()
        query = """
          SELECT p.match_id, p.entry_id, p.document_kind, p.document_id
          FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
          WHERE m.state = 'accepted' AND m.decided_by = ?
        """
        lines: dict[str, set[str]] = defaultdict(set)
        documents: dict[str, set[str]] = defaultdict(set)
        for row in await place.database.all(statement(query, [ACTOR])):
            match = text(row, "match_id")
            lines[match].add(self.ids[text(row, "entry_id")])
            if row["document_kind"] == "entry":
                lines[match].add(self.ids[text(row, "document_id")])
            else:
                documents[match].add(self.ids[text(row, "document_id")])
        return [(frozenset(lines[each]), frozenset(documents[each])) for each in lines]


def with_stored_rows(drawing: Callable[[int], Month]) -> Callable[[int], Month]:
    """Draw months whose lines and documents come from the database."""

    async def read(drawn: Month) -> Month:
        async with open_stored(drawn) as stored:
            return stored.month

    def draw(seed: int) -> Month:
        return asyncio.run(read(drawing(seed)))

    return draw


@asynccontextmanager
async def open_stored(drawn: Month) -> AsyncGenerator[StoredMonth]:
    """Have a company do what a month says, and read that. Its ids are those that were drawn."""
    async with open_place(iban_of(_COMPANY)) as place:
        yield await _stored(place, drawn)


async def _stored(place: Place, drawn: Month) -> StoredMonth:
    numbers = Numbers()
    claims = Claims(place, numbers)
    payouts = Payouts(place, numbers, _purposes(drawn))
    await _live(place, drawn.documents, claims, payouts)
    expenses = _of_kind(drawn.documents, DocumentKind.EXPENSE)
    ids = await store_expenses(place, [each for each in expenses if may_be_expense(each)], numbers)
    ids |= claims.ids | payouts.ids
    statements = Statements(place, numbers, _accounts(drawn.documents), _true_numbers(drawn))
    days = [line.on for line in drawn.lines if line.on is not None]
    place.go_to(max(days) + timedelta(days=1))
    await statements.bring(drawn.lines)
    ids |= statements.ids
    await _settle_claims(place, drawn, claims, statements)
    lines = await statements.read(min(days), max(days))
    amounts = [line.amount for line in lines]
    documents = await load_documents(place.database, ACCOUNT, amounts, min(days), max(days))
    ids[fee_id(BASE)] = fee_id(BASE)
    month = replace(drawn, lines=lines)
    month.documents = [replace(each, id=ids[each.id]) for each in documents]
    month.truths = [*_truths(drawn, {each.id for each in month.documents})]
    return StoredMonth(month, place, ids | statements.lines)


async def _live(
    place: Place, documents: Iterable[Document], claims: Claims, payouts: Payouts
) -> None:
    """Issue claims and pay people, each on its day."""
    by_day: dict[date, list[Document]] = defaultdict(list)
    for document in documents:
        if document.kind in {DocumentKind.CLAIM, DocumentKind.PAYOUT} and document.day is not None:
            by_day[document.day].append(document)
    shared = Counter(
        reference
        for document in documents
        if document.kind is DocumentKind.PAYOUT
        for reference in document.references
    )
    for day, several in sorted(by_day.items()):
        place.go_to(day)
        await claims.issue(_of_kind(several, DocumentKind.CLAIM))
        await payouts.pay(_of_kind(several, DocumentKind.PAYOUT), shared)


async def _settle_claims(
    place: Place, drawn: Month, claims: Claims, statements: Statements
) -> None:
    """Settle what was paid before: by its line, as a person says, or by a record."""
    settled = {line.amount: line for line in drawn.lines if line.is_settled}
    for document in _of_kind(drawn.documents, DocumentKind.CLAIM):
        if document.remainder:
            continue
        line = settled.get(document.amount)
        if line is None:
            await claims.pay(document)
            continue
        pair = {
            "entryId": statements.entry_of(line),
            "documentKind": "claim",
            "documentId": claims.id_of(document),
        }
        await place.ask("POST", "/api/bank/matches", {"pairs": [pair]})
    await place.settle()


def _of_kind(documents: Iterable[Document], kind: DocumentKind) -> list[Document]:
    return [each for each in documents if each.kind is kind]


def _accounts(documents: Iterable[Document]) -> dict[str, str]:
    own = _of_kind(documents, DocumentKind.OWN_ACCOUNT)
    return {each.id: each.accounts[0] for each in own}


def _purposes(drawn: Month) -> dict[str, str]:
    """What the bank's line says of a payout: the text of its order."""
    lines = {line.id: line for line in drawn.lines}
    texts: dict[str, str] = {}
    for truth in drawn.truths:
        if len(truth.documents) == 1 and truth.kind is MatchKind.EXACT:
            [document] = truth.documents
            [line, *_] = truth.lines
            texts[document] = lines[line].text
    return texts


def _true_numbers(drawn: Month) -> Mapping[str, Sequence[str]]:
    references = {
        each.id: each.references for each in drawn.documents if each.kind is DocumentKind.CLAIM
    }
    numbers: dict[str, list[str]] = defaultdict(list)
    for truth in drawn.truths:
        for line in truth.lines:
            for document in truth.documents:
                numbers[line] += references.get(document, ())
    return numbers


def _truths(drawn: Month, ids: set[str]) -> Iterable[Truth]:
    """The truths of documents that there are. All fees are of one rule, which knows more words
    than a drawn one."""
    kinds = {each.id: each.kind for each in drawn.documents}
    true: set[str] = set()
    for truth in drawn.truths:
        fees = [id_ for id_ in truth.documents if kinds.get(id_) is DocumentKind.FEE]
        documents = truth.documents.difference(fees)
        if fees:
            documents |= {fee_id(BASE)}
        if documents <= ids:
            true |= truth.lines
            yield replace(truth, documents=documents)
    for line in drawn.lines:
        if line.id not in true and _is_fee(line):
            yield Truth(MatchKind.FEE, frozenset({line.id}), frozenset({fee_id(BASE)}))


def _is_fee(line: Line) -> bool:
    return line.name is None and line.text.startswith(tuple(each.upper() for each in FEE_TEXTS))

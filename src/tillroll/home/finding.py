"""Anything by a few letters, for the palette of the page: expenses, clients, entries of the bank
and claims.
"""

from collections.abc import Sequence
from typing import Final, Literal

from tillroll.access.permissions import Permission
from tillroll.api.paging import BEHIND_ALL
from tillroll.bank.finding import find_entries
from tillroll.claims.repository import list_claims
from tillroll.clients.repository import list_choices
from tillroll.expenses.models import ListedExpense
from tillroll.expenses.search.filters import Filter, Order
from tillroll.expenses.search.guesses import guesses
from tillroll.expenses.search.near import are_nearly_in
from tillroll.expenses.search.pages import find_page
from tillroll.expenses.search.plain_text import words_of
from tillroll.expenses.search.words import index_newest, read_texts
from tillroll.identity.authentication import Principal
from tillroll_documents.money import Money
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

MOST_OF_A_KIND: Final = 5
_NEWEST_CLAIMS: Final = 500

Kind = Literal["expense", "client", "entry", "invoice"]


class FoundThing(Model):
    """`title` is what it is called: a merchant, a client, who is on the other side, or who is to
    pay an invoice, whose `number` is its own. `amount` is a decimal string in `currency`.
    """

    kind: Kind
    id: str
    title: str
    number: str | None = None
    day: str | None = None
    amount: str | None = None
    currency: str | None = None


async def find(platform: Platform, principal: Principal, typed: str) -> list[FoundThing]:
    """The newest of each kind in which each word begins one, or would with one letter put right;
    of what the caller may see.
    """
    words = list(dict.fromkeys(words_of(typed)))
    if not words:
        return []
    things = await _expenses(platform, principal, " ".join(words))
    if principal.may(Permission.READ):
        things += await _clients(platform, principal, words)
    if principal.may(Permission.LEDGER):
        things += await _claims(platform, principal, words)
        things += await _entries(platform, principal, words)
    return things


async def _expenses(platform: Platform, principal: Principal, text: str) -> list[FoundThing]:
    # As the list does, so that what was changed a moment ago is found.
    await index_newest(platform, read_texts, principal.account_id)
    things = await _page(platform, principal, text)
    if not things:
        for guess in await guesses(platform.database, principal.account_id, text):
            things = await _page(platform, principal, guess)
            if things:
                break
    return [
        FoundThing(
            kind="expense",
            id=each.id,
            title=each.merchant,
            day=each.date,
            amount=each.total,
            currency=each.currency,
        )
        for each in things
    ]


async def _page(platform: Platform, principal: Principal, text: str) -> Sequence[ListedExpense]:
    page = await find_page(
        platform.database,
        principal.sight,
        chosen=Filter(text=text),
        order=Order(),
        cursor=None,
        limit=MOST_OF_A_KIND,
    )
    return page.items


async def _clients(
    platform: Platform, principal: Principal, words: Sequence[str]
) -> list[FoundThing]:
    choices = await list_choices(platform.database, principal.account_id)
    things = [each for each in choices if are_nearly_in(words, each.name)]
    return [
        FoundThing(kind="client", id=each.id, title=each.name) for each in things[:MOST_OF_A_KIND]
    ]


async def _claims(
    platform: Platform, principal: Principal, words: Sequence[str]
) -> list[FoundThing]:
    newest = await list_claims(
        platform.database,
        principal.account_id,
        cursor=BEHIND_ALL,
        limit=_NEWEST_CLAIMS,
        state=None,
        today=platform.clock.now().date(),
    )
    things = [
        each for each in newest if are_nearly_in(words, f"{each.number or ''} {each.payer_name}")
    ]
    return [
        FoundThing(
            kind="invoice",
            id=each.id,
            title=each.payer_name,
            number=each.number,
            day=each.issued_on,
            amount=Money(each.total, each.currency).to_decimal_string(),
            currency=each.currency,
        )
        for each in things[:MOST_OF_A_KIND]
    ]


async def _entries(
    platform: Platform, principal: Principal, words: Sequence[str]
) -> list[FoundThing]:
    things = await find_entries(
        platform.database, principal.account_id, words, limit=MOST_OF_A_KIND
    )
    return [
        FoundThing(
            kind="entry",
            id=each.id,
            title=each.counterparty or "",
            day=each.day,
            amount=Money(each.amount, each.currency).to_decimal_string(),
            currency=each.currency,
        )
        for each in things
    ]

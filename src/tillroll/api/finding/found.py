"""Expenses: the list, as it is searched, filtered and sorted, and its sums."""

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.finding.asking import FilterAsked, OrderedFilterAsked, decode_place, encode_place
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.shapes import Shape
from tillroll.expenses.finding.indexing import count_waiting, index_newest
from tillroll.expenses.finding.searching import find_page
from tillroll.expenses.finding.totals import Sums, find_totals
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.receipts.amounts.money import Money
from tillroll.workflows.registry import TEXTS

router = APIRouter(tags=["expenses"])


class ExpensePage(Shape):
    """A page may have fewer items than `limit`, or none, and a `next_cursor`: looking further goes on there.
    `not_searchable_yet` expenses, up to 1,000, are not found by their words yet; null where no text is looked for."""

    items: list[ExpenseShape]
    next_cursor: str | None
    not_searchable_yet: int | None


class CurrencyTotal(Shape):
    """The expenses in `currency`: decimal strings of it. `unconverted` of them, together `unconverted_total`, have no
    amount in the base currency."""

    currency: str
    count: int
    total: str
    tax: str
    unconverted: int
    unconverted_total: str


class BaseTotal(Shape):
    """All that has an amount in the base currency, together."""

    currency: str
    count: int
    total: str
    tax: str


class TotalsShape(Shape):
    """`base` is null for an account without a base currency."""

    count: int
    currencies: list[CurrencyTotal]
    base: BaseTotal | None


@router.get("/api/expenses", openapi_extra=needs(Permission.READ))
async def list_expenses(
    platform: PlatformHere, principal: Asking, asked: OrderedFilterAsked, page: Paged
) -> ExpensePage:
    """The account's expenses that a filter chooses, the newest day first unless `sort` says otherwise."""
    chosen, order = asked
    behind = decode_place(page.cursor, chosen, order)
    if chosen.words.strip():  # so that whoever searches finds what was changed a moment ago
        await index_newest(platform, TEXTS, principal.account_id)
    found = await find_page(platform.database, principal.account_id, chosen, order, behind, page.limit)
    following = page.link(encode_place(found.following, chosen, order))
    waiting = await count_waiting(platform, principal.account_id) if chosen.words.strip() else None
    return ExpensePage(items=found.items, next_cursor=following, not_searchable_yet=waiting)


@router.get("/api/expenses/totals", openapi_extra=needs(Permission.READ))
async def total_expenses(platform: PlatformHere, principal: Asking, chosen: FilterAsked) -> TotalsShape:
    """The sums of all that a filter chooses. Of split expenses only the parts of the categories that are asked for."""
    if chosen.words.strip():  # as the list does, which may be asked for at the same time
        await index_newest(platform, TEXTS, principal.account_id)
    base, sums = await find_totals(platform.database, principal.account_id, chosen)
    return totals_shape(base, sums)


def totals_shape(base: str | None, sums: list[Sums]) -> TotalsShape:
    return TotalsShape(
        count=sum(each.expenses for each in sums),
        currencies=[
            CurrencyTotal(
                currency=each.currency,
                count=each.expenses,
                total=_decimal(each.total_minor, each.currency),
                tax=_decimal(each.tax_minor, each.currency),
                unconverted=each.unconverted,
                unconverted_total=_decimal(each.unconverted_minor, each.currency),
            )
            for each in sums
        ],
        base=None
        if base is None
        else BaseTotal(
            currency=base,
            count=sum(each.expenses - each.unconverted for each in sums),
            total=_decimal(sum(each.base_total_minor for each in sums), base),
            tax=_decimal(sum(each.base_tax_minor for each in sums), base),
        ),
    )


def _decimal(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()

"""PATCH /api/expenses/{id}: change what an expense says."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import IfMatch, as_problems, etag_of, version_of
from tillroll.api.needs import needs
from tillroll.api.openapi import VERSION_RESPONSES
from tillroll.expenses.changing.editing import Wish, edit
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.expenses.values.lines import MOST_LINES, MOST_PARTS
from tillroll.platform.shape import Asked, Flag

router = APIRouter(tags=["expenses"])

_LONGEST: Final = 4_000
Confirmable = Literal["date"]
Value = Annotated[str | None, Field(max_length=_LONGEST)]
_ABOUT: Final = ("reason", "confirmed")


class Part(Asked):
    """A part of a category of its own. Where no part has a tax, the expense's is shared out among them."""

    category: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]
    tax: Value = None
    note: Value = None


class TaxLine(Asked):
    """`rate` in percent."""

    rate: Value = None
    base: Value = None
    tax: Annotated[str, Field(max_length=_LONGEST)]


class Item(Asked):
    description: Annotated[str, Field(max_length=_LONGEST)]
    quantity: Value = None
    unit_price: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]


class ExpenseEdit(Asked):
    """What is left out stays; null takes away. Amounts are decimal strings in the expense's currency, days YYYY-MM-DD.
    `parts` replace those there are, add up to the total and are two at least, or none. `reason` says why, where total,
    tax, currency or date change. `confirmed` names fields whose doubtful value is meant."""

    merchant: Value = None
    registered_name: Value = None
    date: Value = None
    total: Value = None
    tax: Value = None
    currency: Value = None
    category: Value = None
    document_kind: Value = None
    receipt_number: Value = None
    due_date: Value = None
    amount_due: Value = None
    buyer: Value = None
    note: Value = None
    tags: Annotated[list[str], Field(max_length=100)] = Field(default_factory=list[str])
    project: Value = None
    client: Value = None
    payment_method: Value = None
    paid_by: Value = None
    billable: Flag = False
    parts: Annotated[list[Part], Field(max_length=MOST_PARTS)] = Field(default_factory=list[Part])
    tax_lines: Annotated[list[TaxLine], Field(max_length=MOST_LINES)] = Field(default_factory=list[TaxLine])
    items: Annotated[list[Item], Field(max_length=MOST_LINES)] = Field(default_factory=list[Item])
    reason: Value = None
    confirmed: list[Confirmable] = Field(default_factory=list[Confirmable], max_length=20)


@router.patch("/api/expenses/{expense_id}", responses=VERSION_RESPONSES, openapi_extra=needs(Permission.EDIT))
async def edit_expense(
    response: Response,
    platform: PlatformHere,
    principal: Asking,
    expense_id: str,
    change: ExpenseEdit,
    if_match: IfMatch = None,
) -> ExpenseDetailShape:
    """Change an expense. Whoever names its shop or category has seen it: its merchant counts as confirmed. If-Match is
    needed where total, tax, currency, date, parts or tax lines change. The same again changes nothing."""
    given = change.model_dump(mode="json", by_alias=True, exclude_unset=True)
    values = {name: value for name, value in given.items() if name not in _ABOUT}
    wish = Wish(values, version_of(if_match), change.reason, change.confirmed)
    with as_problems(given):
        expense = await edit(platform, principal.account_id, expense_id, wish, principal.actor)
    response.headers["etag"] = etag_of(expense.version)
    return expense

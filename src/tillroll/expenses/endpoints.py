"""Routes of one expense: shown, edited, moved to another status, undone, and its history."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import (
    CANNOT_UNDO,
    CHANGED_MEANWHILE,
    CONFIRMATION_NEEDED,
    EXPENSE_LOCKED,
    INVALID_VERSION,
    VERSION_NEEDED,
    VERSION_RESPONSES,
    Problem,
    not_found,
    refusal,
)
from tillroll.expenses.history import changes_of, place_of, reviews_of
from tillroll.expenses.models import ExpenseDetail, History
from tillroll.expenses.repository import NoSuchExpense, expense_of, show
from tillroll.expenses.service import (
    MOVES,
    CannotUndo,
    ChangedMeanwhile,
    ConfirmationNeeded,
    Locked,
    Move,
    NoSuchChange,
    NotFromHere,
    OwnersOnly,
    VersionNeeded,
    Wish,
    edit,
    move,
    undo,
)
from tillroll.expenses.values import MOST_LINES, MOST_PARTS
from tillroll.platform.json import JsonObject
from tillroll.platform.models import Flag, RequestBody

IfMatch = Annotated[str | None, Header(description="The ETag of the version that the change was made from")]

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,15})"')
_LOCKED = {
    "approved": "It is approved. Send it back to review first: POST /api/expenses/{id}/send-back.",
    "voided": "It is voided. Restore it first: POST /api/expenses/{id}/restore.",
}


@contextmanager
def as_problems(yours: JsonObject | None = None) -> Generator[None]:
    """`yours` is what the sender wanted changed: it stands beside what the expense is now, so that neither is lost.

    Raises:
        Problem: 404 where the account has no such expense or change, 409 where it is locked or a change cannot be taken
            back, 412 and 428 for versions, 422 for doubts.
    """
    try:
        yield
    except NoSuchExpense as error:
        raise not_found("expense") from error
    except NoSuchChange as error:
        raise not_found("change") from error
    except ConfirmationNeeded as error:
        raise Problem(
            CONFIRMATION_NEEDED,
            "Correct the fields named in `errors`, or send them again with their names in `confirmed`.",
            errors=[{"field": name, "message": message} for name, message in error.doubts],
        ) from error
    except VersionNeeded as error:
        detail = "Send If-Match with the ETag of GET /api/expenses/{id}: the change is one of money."
        raise Problem(VERSION_NEEDED, detail) from error
    except ChangedMeanwhile as error:
        detail = "Nothing was written. Compare `current` with `yours`, and send what shall be with the new ETag."
        raise Problem(
            CHANGED_MEANWHILE, detail, current=error.current.as_json(), yours=yours, etag=etag_of(error.current.version)
        ) from error
    except Locked as error:
        raise Problem(EXPENSE_LOCKED, _LOCKED[error.status], expenseStatus=error.status) from error
    except NotFromHere as error:
        begins = " or ".join(error.move.begins)
        detail = f"It is {error.status}; only what is {begins} can be {error.move.kind.replace('_', ' ')}."
        raise Problem(EXPENSE_LOCKED, detail, expenseStatus=error.status) from error
    except CannotUndo as error:
        detail = (
            "Something came after this change, its values were erased, or it took an approval back. "
            "Change the values by hand, or approve the expense anew."
        )
        raise Problem(CANNOT_UNDO, detail) from error


def etag_of(version: int) -> str:
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """The version that a change was made from; None where the sender does not say, or says that any will do.

    Raises:
        Problem: 400, it is none of ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem(INVALID_VERSION, 'Send the ETag of GET /api/expenses/{id} as it is, such as "3".')
    return int(found[1])


router = APIRouter(tags=["expenses"])


@router.get("/api/expenses/{expense_id}", openapi_extra=needs(Permission.READ))
async def show_expense(response: Response, platform: PlatformHere, principal: Caller, expense_id: str) -> ExpenseDetail:
    """One expense, with what its document lists. Its version is the ETag that a change names."""
    with as_problems():
        expense = await show(platform.database, principal.account_id, expense_id)
    response.headers["etag"] = etag_of(expense.version)
    return expense


_LONGEST: Final = 4_000
Confirmable = Literal["date"]
Value = Annotated[str | None, Field(max_length=_LONGEST)]
_ABOUT: Final = ("reason", "confirmed")


class Part(RequestBody):
    """A part of a category of its own. Where no part has a tax, the expense's is shared out among them."""

    category: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]
    tax: Value = None
    note: Value = None


class TaxLine(RequestBody):
    """`rate` in percent."""

    rate: Value = None
    base: Value = None
    tax: Annotated[str, Field(max_length=_LONGEST)]


class Item(RequestBody):
    description: Annotated[str, Field(max_length=_LONGEST)]
    quantity: Value = None
    unit_price: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]


class ExpenseEdit(RequestBody):
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
    principal: Caller,
    expense_id: str,
    change: ExpenseEdit,
    if_match: IfMatch = None,
) -> ExpenseDetail:
    """Change an expense. Whoever names its shop or category has seen it: its merchant counts as confirmed. If-Match is
    needed where total, tax, currency, date, parts or tax lines change. The same again changes nothing."""
    given = change.model_dump(mode="json", by_alias=True, exclude_unset=True)
    values = {name: value for name, value in given.items() if name not in _ABOUT}
    wish = Wish(values, version_of(if_match), change.reason, change.confirmed)
    with as_problems(given):
        expense = await edit(platform, principal.account_id, expense_id, wish, principal.actor)
    response.headers["etag"] = etag_of(expense.version)
    return expense


Reason = Annotated[str | None, Field(max_length=4_000)]


class Reasoned(RequestBody):
    """Why, in a few words."""

    reason: Reason = None


class Undone(RequestBody):
    """The id of the change that is taken back."""

    change: Annotated[str, Field(min_length=1, max_length=60)]


def _route(step: Move, path: str, says: str) -> None:
    async def answer(
        response: Response,
        platform: PlatformHere,
        principal: Caller,
        expense_id: str,
        asked: Reasoned,
        if_match: IfMatch = None,
    ) -> ExpenseDetail:
        wish = Wish({}, version_of(if_match), asked.reason)
        is_owner = principal.may(Permission.APPROVE)
        try:
            with as_problems(asked.as_json()):
                expense = await move(
                    platform, principal.account_id, expense_id, step, wish, principal.actor, is_owner=is_owner
                )
        except OwnersOnly as error:
            raise refusal(Permission.APPROVE) from error
        response.headers["etag"] = etag_of(expense.version)
        return expense

    name = f"{path.replace('-', '_')}_expense"
    router.add_api_route(
        f"/api/expenses/{{expense_id}}/{path}",
        answer,
        methods=["POST"],
        name=name,
        description=says,
        responses=VERSION_RESPONSES,
        openapi_extra=needs(Permission.EDIT),
    )


_SAYS = {
    "void": "Void an expense: it counts nowhere from then on, and is kept. A reason is needed.",
    "restore": "Let a voided expense count again.",
    "send-back": "Send an expense back to review; an approved one only by an owner. A reason is needed.",
    "confirm": "Say that an expense was looked at: it is ready again.",
}
for _path, _step in MOVES.items():
    _route(_step, _path, _SAYS[_path])


@router.post("/api/expenses/{expense_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo_change(
    response: Response, platform: PlatformHere, principal: Caller, expense_id: str, asked: Undone
) -> ExpenseDetail:
    """Take the newest change of an expense back. That is a change of its own, which names the one that it undoes."""
    with as_problems():
        expense = await undo(platform, principal.account_id, expense_id, asked.change, principal.actor)
    response.headers["etag"] = etag_of(expense.version)
    return expense


@router.get("/api/expenses/{expense_id}/history", openapi_extra=needs(Permission.READ))
async def show_history(platform: PlatformHere, principal: Caller, expense_id: str, page: Paged) -> History:
    """What was changed of an expense, the newest first: old and new, by whom and why; last, what a person corrected of
    the reading that it was made from."""
    database, account_id = platform.database, principal.account_id
    with as_problems():
        await expense_of(database, account_id, expense_id)
    found = await changes_of(database, account_id, expense_id, page.behind, page.wanted)
    changes, following = page.cut(found, place_of)
    reviews = [] if following else await reviews_of(database, account_id, expense_id)
    return History(items=[*changes, *reviews], next_cursor=following)


_LONGEST_OF_DOCUMENT: Final = 1_000


class DocumentChange(RequestBody):
    """What is left out stays; null takes away. `document_kind` is receipt, invoice, credit_note, statement or other,
    `due_date` is YYYY-MM-DD, `amount_due` a decimal string in the expense's currency."""

    document_kind: Annotated[str | None, Field(max_length=_LONGEST_OF_DOCUMENT)] = None
    receipt_number: Annotated[str | None, Field(max_length=_LONGEST_OF_DOCUMENT)] = None
    due_date: Annotated[str | None, Field(max_length=_LONGEST_OF_DOCUMENT)] = None
    amount_due: Annotated[str | None, Field(max_length=_LONGEST_OF_DOCUMENT)] = None
    buyer: Annotated[str | None, Field(max_length=_LONGEST_OF_DOCUMENT)] = None


@router.patch("/api/expenses/{expense_id}/document", openapi_extra=needs(Permission.EDIT))
async def change_document(
    platform: PlatformHere, principal: Caller, expense_id: str, change: DocumentChange
) -> ExpenseDetail:
    """Change the kind, number, due date, amount due or buyer of an expense. The same again changes nothing."""
    given = change.model_dump(by_alias=True, exclude_unset=True)
    with as_problems():
        return await edit(platform, principal.account_id, expense_id, Wish(given), principal.actor)


class NamesChange(RequestBody):
    """Both names, of up to 200 characters each; `registered_name` is null where the receipt names no firm."""

    merchant: str
    registered_name: str | None = None


@router.patch("/api/expenses/{expense_id}/names", openapi_extra=needs(Permission.EDIT))
async def change_names(
    platform: PlatformHere, principal: Caller, expense_id: str, change: NamesChange
) -> ExpenseDetail:
    """Name an expense's shop. Whoever does so has seen the expense: its spelling leads to that name from now on."""
    wish = Wish(change.model_dump(by_alias=True))
    with as_problems():
        return await edit(platform, principal.account_id, expense_id, wish, principal.actor)

"""Routes of one expense: it is shown and changed, and a change is undone."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import Header, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import VERSION_RESPONSES, Problem
from tillroll.api.routing import Router
from tillroll.expenses import repository, service
from tillroll.expenses.fields import Entry, derived, fields_of
from tillroll.expenses.models import ExpenseChange, ExpenseDetail
from tillroll.expenses.progress import PROGRESS, ExpenseProgress, show_progress
from tillroll.expenses.service import MOVES, Move, Wish
from tillroll.expenses.values import MOST_LINES, MOST_PARTS
from tillroll.identity.authentication import Principal
from tillroll_durable.platform.models import ChangeBody, Flag, Page, RequestBody
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.conditional_requests import ANY, NoTags, tags_of

_INVALID_VERSION: Final = Kind("invalid-version", 400, "If-Match is no ETag of ours")
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the version that the change was made from, or several",
    ),
]

_ETAG = re.compile(r'"([0-9]{1,15})(?:-[0-9a-f]{1,64})?"')


def _named_versions(if_match: str | None) -> list[int] | None:
    """The versions that a change was made from, any of which will do; None where the sender does
    not say, or says that each will do.
    """
    if if_match is None:
        return None
    try:
        tags = tags_of(if_match)
    except NoTags:
        tags = []
    if tags == [ANY]:
        return None
    matches = [_ETAG.fullmatch(tag) for tag in tags]
    versions = [int(match[1]) for match in matches if match is not None]
    if not versions or len(versions) < len(matches):
        raise Problem(
            _INVALID_VERSION,
            'Send the ETag of GET /api/expenses/{id} as it is, such as "3-1f0c5a".',
        )
    return versions


async def version_of(
    platform: Platform, principal: Principal, expense_id: str, if_match: str | None
) -> int | None:
    """The version that a change was made from. Of several, the one that stands, if that is among
    them.
    """
    versions = _named_versions(if_match)
    if versions is None:
        return None
    if len(versions) == 1:
        return versions[0]
    current = await repository.show(platform.database, principal.sight, expense_id)
    if current.version in versions:
        return current.version
    return versions[0]


def _tagged(response: Response, expense: ExpenseDetail) -> ExpenseDetail:
    response.headers["etag"] = expense.etag
    return expense


router = Router(tags=["expenses"])


@router.get("/api/expenses/{expense_id}", openapi_extra=needs(Permission.OWN))
async def show_expense(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    expense_id: str,
) -> ExpenseDetail:
    """Show one expense, with what its document lists. Its version is the ETag that a change
    names.
    """
    return _tagged(response, await repository.show(platform.database, principal.sight, expense_id))


@router.get("/api/expenses/{expense_id}/progress", openapi_extra=needs(Permission.OWN))
async def show_expense_progress(
    platform: PlatformHere,
    principal: Caller,
    expense_id: str,
) -> ExpenseProgress:
    """How far an expense has come, and what says so. Somebody who may not see an export, claim,
    bank entry or the books is shown the stage and its day alone.
    """
    return await show_progress(
        platform.database,
        principal.sight,
        may=principal.may,
        expense_id=expense_id,
        parts=PROGRESS.answers(),
    )


_LONGEST: Final = 4_000
Confirmable = Literal["date"]
Value = Annotated[str | None, Field(max_length=_LONGEST)]
_ABOUT: Final = ("reason", "confirmed")


class ExpensePart(RequestBody):
    """A part of a category of its own. Where no part has a tax, the expense's is shared out among
    them.
    """

    category: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]
    tax: Value = None
    note: Value = None


class TaxLine(RequestBody):
    """`rate` in percent. `vatCategory` is one of EN 16931: S, Z, E, AE, K, G, O, L, M."""

    rate: Value = None
    base: Value = None
    tax: Annotated[str, Field(max_length=_LONGEST)]
    vat_category: Value = None


class Item(RequestBody):
    description: Annotated[str, Field(max_length=_LONGEST)]
    quantity: Value = None
    unit_price: Value = None
    amount: Annotated[str, Field(max_length=_LONGEST)]


_LISTS: Final = {
    "tags": (Annotated[list[str], Field(max_length=100)], list[str]),
    "parts": (Annotated[list[ExpensePart], Field(max_length=MOST_PARTS)], list[ExpensePart]),
    "tax_lines": (Annotated[list[TaxLine], Field(max_length=MOST_LINES)], list[TaxLine]),
    "items": (Annotated[list[Item], Field(max_length=MOST_LINES)], list[Item]),
}


def _body_of(name: str, entry: Entry) -> tuple[Any, object]:
    """The type of a value in the body of a change, and its default, which stands for nothing."""
    if name in _LISTS:
        kind, make = _LISTS[name]
        return kind, Field(default_factory=make)
    if entry.kind == "yes":
        return Flag, False
    return Value, None


_Values: Final = derived(
    "ExpenseValues",
    ChangeBody,
    {name: _body_of(name, entry) for name, entry in fields_of(ExpenseDetail, Entry).items()},
)


class ExpenseEdit(_Values):
    """What is left out stays; null takes away. Amounts are decimal strings in the expense's
    currency, days YYYY-MM-DD. `clientId` and `projectId` select a client and a project of it; a
    project brings its client along. `parts` replace those there are, add up to the total and are
    two at least, or none. `reason` says why, where total, tax, currency or date change. `confirmed`
    names fields whose doubtful value is meant.
    """

    reason: Value = None
    confirmed: list[Confirmable] = Field(default_factory=list[Confirmable], max_length=20)


@router.patch(
    "/api/expenses/{expense_id}", responses=VERSION_RESPONSES, openapi_extra=needs(Permission.EDIT)
)
async def edit_expense(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    expense_id: str,
    change: ExpenseEdit,
    if_match: IfMatch = None,
) -> ExpenseDetail:
    """Change an expense. Anyone who names its shop or category has seen it: its merchant counts as
    confirmed. If-Match is needed where total, tax, currency, date, parts or tax lines change. The
    same again changes nothing. Of an approved one, category, client, project, billable, tags and
    note are changed by who may sort, until it is handed on.
    """
    changes = change.model_dump(mode="json", by_alias=True, exclude_unset=True)
    values = {name: value for name, value in changes.items() if name not in _ABOUT}
    wish = Wish(
        values,
        await version_of(platform, principal, expense_id=expense_id, if_match=if_match),
        reason=change.reason,
        confirmed=change.confirmed,
        sent=changes,
        may_sort=principal.may(Permission.SORT),
    )
    return _tagged(response, await _edit(platform, principal, expense_id=expense_id, wish=wish))


async def _edit(
    platform: PlatformHere,
    principal: Principal,
    expense_id: str,
    wish: Wish,
) -> ExpenseDetail:
    return await service.edit(
        platform, principal.sight, expense_id=expense_id, wish=wish, actor=principal.actor
    )


class Reasoned(RequestBody):
    """Why, in a few words."""

    reason: Annotated[str | None, Field(max_length=_LONGEST)] = None


class Undone(RequestBody):
    """The id of the change that is taken back."""

    change: Annotated[str, Field(min_length=1, max_length=60)]


def _route(step: Move, path: str, description: str) -> None:
    async def answer(
        response: Response,
        platform: PlatformHere,
        principal: Caller,
        expense_id: str,
        request: Reasoned,
        if_match: IfMatch = None,
    ) -> ExpenseDetail:
        version = await version_of(platform, principal, expense_id=expense_id, if_match=if_match)
        wish = Wish({}, version, request.reason, sent=request.as_json())
        sight = principal.sight
        is_owner = principal.may(Permission.APPROVE)
        by = (principal.user_id, principal.actor)
        return _tagged(
            response,
            await service.move(
                platform,
                sight,
                expense_id=expense_id,
                step=step,
                wish=wish,
                by=by,
                is_owner=is_owner,
            ),
        )

    router.add_api_route(
        f"/api/expenses/{{expense_id}}/{path}",
        answer,
        methods=["POST"],
        name=f"{path.replace('-', '_')}_expense",
        description=description,
        responses=VERSION_RESPONSES,
        openapi_extra=needs(Permission.EDIT),
    )


_SAYS = {
    "void": (
        "Void an expense, or reject somebody else's: it counts nowhere from then on, and is kept. "
        "A reason is needed, which the person whose expense it is gets to read."
    ),
    "restore": (
        "Let a voided expense count again. One that somebody else has voided is restored by those "
        "who may approve."
    ),
    "send-back": (
        "Send an expense back to review; an approved one only by an owner. A reason is needed."
    ),
    "confirm": "Say that an expense was looked at: it is ready again.",
}
for _path, _step in MOVES.items():
    _route(_step, _path, _SAYS[_path])


@router.post("/api/expenses/{expense_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo_expense_change(
    response: Response, platform: PlatformHere, principal: Caller, expense_id: str, request: Undone
) -> ExpenseDetail:
    """Take the newest change of an expense back. That is a change of its own, which names the one
    that it undoes.
    """
    undone = await service.undo(
        platform,
        principal.sight,
        expense_id=expense_id,
        change_id=request.change,
        by=(principal.user_id, principal.actor),
        may_sort=principal.may(Permission.SORT),
        is_owner=principal.may(Permission.APPROVE),
    )
    return _tagged(response, undone)


@router.get("/api/expenses/{expense_id}/history", openapi_extra=needs(Permission.OWN))
async def list_expense_changes(
    platform: PlatformHere, principal: Caller, expense_id: str, page: Paged
) -> Page[ExpenseChange]:
    """List what was changed of an expense, the newest first: old and new, by whom and why; last,
    what a person corrected of the reading that it was made from.
    """
    database = platform.database
    account_id = principal.account_id
    await repository.expense_of(database, principal.sight, expense_id)
    items = await repository.changes_of(
        database, account_id, expense_id=expense_id, before=page.after, limit=page.fetch_limit
    )
    changes = page.of(items, repository.place_of)
    if changes.next_cursor is None:
        changes.items += await repository.reviews_of(platform, account_id, expense_id)
    return changes


_DocumentValue = Annotated[str | None, Field(max_length=1_000)]


class DocumentChange(ChangeBody):
    """What is left out stays; null takes away. `document_kind` is receipt, invoice, credit_note,
    statement or other, `due_date` is YYYY-MM-DD, `amount_due` a decimal string in the expense's
    currency.
    """

    document_kind: _DocumentValue = None
    receipt_number: _DocumentValue = None
    due_date: _DocumentValue = None
    amount_due: _DocumentValue = None
    buyer: _DocumentValue = None


@router.patch("/api/expenses/{expense_id}/document", openapi_extra=needs(Permission.EDIT))
async def change_expense_document(
    platform: PlatformHere, principal: Caller, expense_id: str, change: DocumentChange
) -> ExpenseDetail:
    """Change the kind, number, due date, amount due or buyer of an expense. The same again changes
    nothing.
    """
    return await _edit(
        platform,
        principal,
        expense_id=expense_id,
        wish=Wish(change.model_dump(by_alias=True, exclude_unset=True)),
    )


class NamesChange(ChangeBody):
    """Both names, of up to 200 characters each. `registered_name` is null where the receipt names
    no firm; left out, it stays.
    """

    merchant: str
    registered_name: str | None = None


@router.patch("/api/expenses/{expense_id}/names", openapi_extra=needs(Permission.EDIT))
async def change_expense_names(
    platform: PlatformHere, principal: Caller, expense_id: str, change: NamesChange
) -> ExpenseDetail:
    """Name an expense's shop. Anyone who does so has seen the expense: its spelling leads to that
    name from now on.
    """
    return await _edit(
        platform,
        principal,
        expense_id=expense_id,
        wish=Wish(change.model_dump(by_alias=True, exclude_unset=True)),
    )

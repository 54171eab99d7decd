"""Accounts of the ledger: made, listed, and what they have."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.ledger.asking import Code, NewId
from tillroll.api.ledger.owned import check_account
from tillroll.api.ledger.shapes import (
    BalanceShape,
    LedgerAccountPage,
    LedgerAccountShape,
    account_shape,
    balance_shape,
)
from tillroll.api.needs import needs
from tillroll.api.paging import Paged, decode_cursor
from tillroll.api.payouts.changes import WAITING, ask_for_account
from tillroll.api.problems import ACCOUNT_CONFLICT, Problem, not_found
from tillroll.api.times import Moment
from tillroll.ledger.record.accounts import AnotherAccount, account_of, create, find, listed
from tillroll.ledger.record.balances import balance_at
from tillroll.ledger.values.accounts import Account, Side
from tillroll.ledger.values.transfers import LARGEST_AMOUNT
from tillroll.platform.clock import to_text
from tillroll.platform.shape import Asked

router = APIRouter(tags=["ledger"])

_FOUND = 200
_LONGEST_NAME = 200


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


class LedgerAccountAsked(Asked):
    """`leastAvailable`: what is available does not go below this many minor units; 0: no overdraft, -50000: that much,
    null: no limit."""

    id: NewId
    name: Annotated[str, AfterValidator(_name)]
    currency: Code
    normal_side: Side
    least_available: Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=0)] | None = None


@router.post(
    "/api/ledger/accounts",
    status_code=201,
    response_model=LedgerAccountShape,
    responses={
        _FOUND: {"model": LedgerAccountShape, "description": "There is this account; nothing was done"},
        **WAITING,
    },
    openapi_extra=needs(Permission.BOOK),
)
async def make(
    response: Response, platform: PlatformHere, principal: Asking, asked: LedgerAccountAsked
) -> LedgerAccountShape | JSONResponse:
    """Make an account of the ledger. It is never changed or deleted. The same again is the one there is (200). Those of
    payouts and claims are made by their runs; who may `pay` bounds the company's before, with a second person (202)."""
    is_funded = check_account(principal, asked.id, asked.currency)
    account = Account(asked.id, asked.name, asked.currency, asked.normal_side, asked.least_available)
    if is_funded and await find(platform.database, principal.account_id, account.id) is None:
        return await ask_for_account(platform, principal, account)
    try:
        made, is_new = await create(platform, principal.account_id, principal.actor, account)
    except AnotherAccount as error:
        raise Problem(
            ACCOUNT_CONFLICT, "Accounts do not change: use another id for another currency, side or limit."
        ) from error
    if not is_new:
        response.status_code = _FOUND
    return account_shape(made)


@router.get("/api/ledger/accounts", openapi_extra=needs(Permission.LEDGER))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> LedgerAccountPage:
    """The accounts of the ledger, by id."""
    behind = None if page.cursor is None else decode_cursor(page.cursor)
    rows = await platform.database.all(listed(principal.account_id, behind, page.wanted))
    shown, following = page.cut([account_of(row) for row in rows], lambda account: account.id)
    return LedgerAccountPage(items=[account_shape(each) for each in shown], next_cursor=following)


@router.get("/api/ledger/accounts/{ledger_account_id}/balance", openapi_extra=needs(Permission.LEDGER))
async def show_balance(
    platform: PlatformHere,
    principal: Asking,
    ledger_account_id: str,
    at: Annotated[Moment | None, Query(description="As it was before then; else now")] = None,
) -> BalanceShape:
    """What an account has: posted, pending, available."""
    before = None if at is None else to_text(at)
    balance = await balance_at(platform.database, principal.account_id, ledger_account_id, before)
    if balance is None:
        raise not_found("account of the ledger")
    return balance_shape(balance)

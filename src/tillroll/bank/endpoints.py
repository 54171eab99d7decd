"""Routes of bank accounts, statements and entries."""

import re
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged, decode_cursor
from tillroll.api.problems import INVALID_CURSOR, Problem, not_found
from tillroll.bank import entries, models, repository, service
from tillroll.bank.models import BankAccount, BankStatement, BankStatementDetail, Entry, EntryDetail
from tillroll.platform.models import Items, Page

router = APIRouter(tags=["bank"])
_PLACE: Final = re.compile(r"(\d{4}-\d{2}-\d{2}) (ent_[0-9A-Z-]{1,60})", re.ASCII)
_BankAccount = Annotated[str | None, Query(max_length=60, description="Only those of this bank account: ban_…")]


@router.get("/api/bank/accounts", openapi_extra=needs(Permission.LEDGER))
async def list_accounts(platform: PlatformHere, principal: Caller) -> Items[BankAccount]:
    """The company's bank accounts with their balances, the oldest first."""
    return Items(items=await repository.list_accounts(platform.database, principal.account_id))


@router.post("/api/bank/accounts", status_code=201, openapi_extra=needs(Permission.BOOK))
async def create_account(platform: PlatformHere, principal: Caller, body: models.BankAccountRequest) -> BankAccount:
    """Keep a bank account, whose statements are read from then on. Its number is encrypted."""
    return await service.create_account(platform, principal.as_actor, body)


@router.get("/api/bank/accounts/{bank_account_id}", openapi_extra=needs(Permission.LEDGER))
async def show_account(platform: PlatformHere, principal: Caller, bank_account_id: str) -> BankAccount:
    """One bank account."""
    return await service.show_account(platform, principal.account_id, bank_account_id)


@router.patch("/api/bank/accounts/{bank_account_id}", openapi_extra=needs(Permission.BOOK))
async def change_account(
    platform: PlatformHere, principal: Caller, bank_account_id: str, body: models.BankAccountChange
) -> BankAccount:
    """Rename a bank account, archive it or take it up again, or let certain matches be booked without a person."""
    return await service.change_account(platform, principal.as_actor, bank_account_id, body)


@router.get("/api/bank/statements", openapi_extra=needs(Permission.LEDGER))
async def list_statements(
    platform: PlatformHere, principal: Caller, page: Paged, account: _BankAccount = None
) -> Page[BankStatement]:
    """The files of banks, the newest first. POST takes one."""
    place = page.after, page.fetch_limit
    return page.of(await repository.list_statements(platform.database, principal.account_id, account, *place))


@router.get("/api/bank/statements/{statement_id}", openapi_extra=needs(Permission.LEDGER))
async def show_statement(platform: PlatformHere, principal: Caller, statement_id: str) -> BankStatementDetail:
    """One file: its balances, counts, everything that did not fit, and where it does not join other statements."""
    return await service.show_statement(platform, principal.account_id, statement_id)


@router.get("/api/bank/entries", openapi_extra=needs(Permission.LEDGER))
async def list_entries(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    account: _BankAccount = None,
    standing: Annotated[
        Literal["open", "explained", "pending"] | None,
        Query(description="open: nothing explains it yet. pending: the bank has not booked it. Without it, all"),
    ] = None,
    from_: Annotated[date | None, Query(alias="from", description="The first day")] = None,
    to: Annotated[date | None, Query(description="The last day")] = None,
) -> Page[Entry]:
    """What banks have booked, the newest first."""
    found = await entries.list_entries(
        platform.database,
        principal.account_id,
        bank_account_id=account,
        standing=standing,
        first=from_,
        last=to,
        cursor=_place_of(page.cursor),
        limit=page.fetch_limit,
    )
    return page.of(found, lambda entry: f"{entry.day} {entry.id}")


def _place_of(cursor: str | None) -> tuple[str, str]:
    """The day and the id behind which a page begins."""
    if cursor is None:
        return "~", "~"
    place = _PLACE.fullmatch(decode_cursor(cursor))
    if place is None:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
    return place[1], place[2]


@router.get("/api/bank/entries/{entry_id}", openapi_extra=needs(Permission.LEDGER))
async def show_entry(platform: PlatformHere, principal: Caller, entry_id: str) -> EntryDetail:
    """One entry, with the single payments of a batch."""
    found = await entries.find_entry(platform.database, principal.account_id, entry_id)
    if found is None:
        raise not_found("bank entry")
    return found

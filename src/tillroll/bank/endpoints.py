"""Routes of bank accounts, statements and entries."""

import re
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged, decode_cursor
from tillroll.api.problems import INVALID_CURSOR, Problem
from tillroll.bank import deciding, entries, match_models, matches, models, repository, service
from tillroll.bank.documents import search_documents as search
from tillroll.bank.match_models import BankMatch, EntryWithMatches, FoundDocument
from tillroll.bank.models import BankAccount, BankStatement, BankStatementDetail, Entry
from tillroll.ledger.transfers import LARGEST_AMOUNT
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
async def show_entry(platform: PlatformHere, principal: Caller, entry_id: str) -> EntryWithMatches:
    """One entry, with the single payments of a batch, and with what was proposed or accepted for it, the best first."""
    return await deciding.show_entry(platform, principal.account_id, entry_id)


@router.put("/api/bank/entries/{entry_id}/explanation", openapi_extra=needs(Permission.BOOK))
async def explain(
    platform: PlatformHere, principal: Caller, entry_id: str, body: match_models.Explanation
) -> EntryWithMatches:
    """Say why no document explains an entry, or take that back."""
    return await deciding.explain(platform, principal.as_actor, entry_id, body)


@router.get("/api/bank/documents", openapi_extra=needs(Permission.LEDGER))
async def search_documents(
    platform: PlatformHere,
    principal: Caller,
    words: Annotated[str | None, Query(max_length=100, description="A part of its name or number")] = None,
    amount: Annotated[
        int | None,
        Query(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, description="In minor units, of either sign"),
    ] = None,
    around: Annotated[date | None, Query(description="Those near this day come first")] = None,
) -> Items[FoundDocument]:
    """Expenses, claims and payouts that may explain an entry: at most 20 of which something is open."""
    found = await search(platform.database, principal.account_id, words, amount, around)
    return Items(items=found)


@router.get("/api/bank/matches", openapi_extra=needs(Permission.LEDGER))
async def list_matches(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    state: Annotated[match_models.MatchState | None, Query(description="Only those in this state")] = None,
) -> Page[BankMatch]:
    """What was proposed, accepted, declined or undone."""
    place = page.after, page.fetch_limit
    return page.of(await matches.list_matches(platform.database, principal.account_id, state, *place))


@router.post("/api/bank/matches", status_code=201, openapi_extra=needs(Permission.BOOK))
async def make_match(platform: PlatformHere, principal: Caller, body: match_models.MatchRequest) -> BankMatch:
    """Book entries with documents that belong together, as a person says: also a part of an entry, or several."""
    return await deciding.make_match(platform, principal.as_actor, principal.user_id, body)


@router.get("/api/bank/matches/{match_id}", openapi_extra=needs(Permission.LEDGER))
async def show_match(platform: PlatformHere, principal: Caller, match_id: str) -> BankMatch:
    """One match."""
    return await deciding.load_match(platform, principal.account_id, match_id)


@router.post("/api/bank/matches/{match_id}/decision", openapi_extra=needs(Permission.BOOK))
async def decide(
    platform: PlatformHere, principal: Caller, match_id: str, body: match_models.MatchDecision
) -> BankMatch:
    """Accept a match, which books it at once, or decline it: then it is proposed no more. The same again changes
    nothing."""
    return await deciding.decide(platform, principal.as_actor, principal.user_id, match_id, body)


@router.post("/api/bank/matches/{match_id}/undoing", openapi_extra=needs(Permission.BOOK))
async def undo(platform: PlatformHere, principal: Caller, match_id: str, body: match_models.Undoing) -> BankMatch:
    """Take an accepted match back: facts name what they undo, and what was closed is open again."""
    return await deciding.undo_match(platform, principal.as_actor, principal.user_id, match_id, body)


@router.post("/api/bank/matching", status_code=204, openapi_extra=needs(Permission.BOOK))
async def match_again(platform: PlatformHere, principal: Caller) -> None:
    """Have all open entries matched again, within minutes. It happens by itself when documents change."""
    await platform.database.batch([matches.match_again(principal.account_id)])

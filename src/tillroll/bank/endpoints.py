"""Routes of bank accounts, statements and entries."""

import re
from typing import Annotated, Final

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, ListPlatform, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged, decode_cursor
from tillroll.api.parameters import Day
from tillroll.api.problems import INVALID_CURSOR, Problem
from tillroll.api.routing import Router
from tillroll.bank import mending, models, repository, service
from tillroll.bank.chasing.holders import HoldersRequest, set_holders
from tillroll.bank.decisions import deciding, matches
from tillroll.bank.decisions import models as match_models
from tillroll.bank.decisions.models import EntryWithMatches, MatchedEntry
from tillroll.bank.models import BankAccount, BankStatement, BankStatementDetail, Break, EntryCounts
from tillroll.bank.statements import entries
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.models import Items, Page

router = Router(tags=["bank"])
_PLACE: Final = re.compile(r"(\d{4}-\d{2}-\d{2}) (ent_[0-9A-Z-]{1,60})", re.ASCII)
_BankAccount = Annotated[
    str | None, Query(max_length=60, description="Only those of this bank account: ban_…")
]

_From = Annotated[Day | None, Query(alias="from", description="The first day")]
_To = Annotated[Day | None, Query(description="The last day")]


@router.get("/api/bank/accounts", openapi_extra=needs(Permission.LEDGER))
async def list_bank_accounts(platform: PlatformHere, principal: Caller) -> Items[BankAccount]:
    """The company's bank accounts with their balances, the oldest first."""
    return Items(items=await repository.list_accounts(platform.database, principal.account_id))


@router.post("/api/bank/accounts", status_code=201, openapi_extra=needs(Permission.BOOK))
async def create_bank_account(
    platform: PlatformHere, principal: Caller, body: models.BankAccountRequest
) -> BankAccount:
    """Keep a bank account, whose statements are read from then on. Its number is encrypted."""
    return await service.create_account(platform, principal.as_actor, body)


@router.get("/api/bank/accounts/{bank_account_id}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_account(
    platform: PlatformHere,
    principal: Caller,
    bank_account_id: str,
) -> BankAccount:
    """Show one bank account."""
    return await service.show_account(platform, principal.account_id, bank_account_id)


@router.patch("/api/bank/accounts/{bank_account_id}", openapi_extra=needs(Permission.BOOK))
async def change_bank_account(
    platform: PlatformHere, principal: Caller, bank_account_id: str, body: models.BankAccountChange
) -> BankAccount:
    """Rename a bank account, archive it or take it up again, or let certain matches be booked
    without a person.
    """
    return await service.change_account(
        platform, principal.as_actor, id_=bank_account_id, change=body
    )


@router.put("/api/bank/accounts/{bank_account_id}/holders", openapi_extra=needs(Permission.BOOK))
async def set_bank_account_holders(
    platform: PlatformHere, principal: Caller, bank_account_id: str, body: HoldersRequest
) -> BankAccount:
    """Say whose a bank account and its cards are. They are asked each week for documents that are
    missing.
    """
    return await set_holders(platform, principal.as_actor, id_=bank_account_id, request=body)


@router.post("/api/bank/accounts/{bank_account_id}/mending", openapi_extra=needs(Permission.BOOK))
async def mend_books(
    platform: PlatformHere, principal: Caller, bank_account_id: str, body: models.BooksMending
) -> BankAccount:
    """Bring the books of a bank account to what explains its entries.

    By facts that name the matches that they mend. Where all agrees, nothing is changed."""
    actor = principal.as_actor
    return await mending.mend_books(platform, actor, id_=bank_account_id, reason=body.reason)


@router.get("/api/bank/statements", openapi_extra=needs(Permission.LEDGER))
async def list_bank_statements(
    platform: PlatformHere, principal: Caller, page: Paged, account: _BankAccount = None
) -> Page[BankStatement]:
    """The files of banks, the newest first. POST takes one."""
    return page.of(
        await repository.list_statements(
            platform.database,
            principal.account_id,
            account,
            cursor=page.after,
            limit=page.fetch_limit,
        )
    )


@router.get("/api/bank/breaks", openapi_extra=needs(Permission.LEDGER))
async def list_bank_breaks(
    platform: PlatformHere,
    principal: Caller,
    account: _BankAccount = None,
) -> Items[Break]:
    """Days, numbers and pages that are missing or doubled between the statements of bank accounts,
    the oldest first.
    """
    return Items(items=await service.list_breaks(platform, principal.account_id, account))


@router.get("/api/bank/statements/{statement_id}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_statement(
    platform: PlatformHere,
    principal: Caller,
    statement_id: str,
) -> BankStatementDetail:
    """Show one file: its balances, counts, everything that did not fit, and where it does not join
    other statements.
    """
    return await service.show_statement(platform, principal.account_id, statement_id)


@router.post(
    "/api/bank/statements/{statement_id}/undo",
    status_code=202,
    openapi_extra=needs(Permission.BOOK),
)
async def undo_bank_statement(
    platform: PlatformHere, principal: Caller, statement_id: str, body: models.ImportUndoing
) -> BankStatementDetail:
    """Undo the import of a file: the entries that no other file has are taken back, and what was
    accepted of them is undone by facts that name it. The same again changes nothing. Then the same
    bytes can be imported again.
    """
    await service.undo_import(
        platform, principal.as_actor, person=principal.person_behind, id_=statement_id, request=body
    )
    return await service.show_statement(platform, principal.account_id, statement_id)


@router.get("/api/bank/entries", openapi_extra=needs(Permission.LEDGER))
async def list_bank_entries(  # noqa: PLR0913 - what they are chosen by
    platform: ListPlatform,
    principal: Caller,
    page: Paged,
    account: _BankAccount = None,
    standing: Annotated[
        entries.Standing | None,
        Query(
            description=(
                "open: nothing explains it yet. pending: the bank has not booked it. Without it, "
                "all"
            )
        ),
    ] = None,
    from_: _From = None,
    to: _To = None,
    document: Annotated[
        str | None,
        Query(
            max_length=80,
            description=(
                "Only those that it was proposed or accepted for, without the others: exp_…"
            ),
        ),
    ] = None,
) -> Page[MatchedEntry]:
    """List what banks have booked, the newest first, each with what was proposed or accepted for
    it.
    """
    database = platform.database
    account_id = principal.account_id
    place = place_of(page.cursor)
    if document is None:
        rows = await entries.list_entries(
            database,
            account_id,
            bank_account_id=account,
            standing=standing,
            first=from_,
            last=to,
            cursor=place,
            limit=page.fetch_limit,
        )
    elif (account, standing, from_, to) == (None, None, None, None):
        rows = await entries.list_of_document(
            database, account_id, document_id=document, cursor=place, limit=page.fetch_limit
        )
    else:
        raise ValuesRefused([("document", "Give a document alone, or leave it out.")])
    listed, following = page.cut(rows, lambda each: f"{each.entry.day} {each.entry.id}")
    matches_by_entry = await matches.matches_of(
        database, account_id, [each.entry.id for each in listed]
    )
    matched_entries = [
        MatchedEntry(
            **vars(each.entry),
            payment_count=each.payments,
            matches=matches_by_entry.get(each.entry.id, []),
        )
        for each in listed
    ]
    return Page(items=matched_entries, next_cursor=following)


def place_of(cursor: str | None) -> tuple[str, str]:
    """The day and the id after which a page begins."""
    if cursor is None:
        return "~", "~"
    place = _PLACE.fullmatch(decode_cursor(cursor))
    if place is None:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
    return place[1], place[2]


@router.get("/api/bank/progress", openapi_extra=needs(Permission.LEDGER))
async def show_bank_progress(
    platform: PlatformHere,
    principal: Caller,
    account: _BankAccount = None,
    from_: _From = None,
    to: _To = None,
) -> EntryCounts:
    """How many entries are left to be explained."""
    return await entries.count_entries(
        platform.database, principal.account_id, bank_account_id=account, first=from_, last=to
    )


@router.get("/api/bank/entries/{entry_id}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_entry(
    platform: PlatformHere,
    principal: Caller,
    entry_id: str,
) -> EntryWithMatches:
    """Show one entry, with the single payments of a batch, and with what was proposed or accepted
    for it, the best first.
    """
    return await deciding.show_entry(platform, principal.account_id, entry_id)


@router.put("/api/bank/entries/{entry_id}/explanation", openapi_extra=needs(Permission.BOOK))
async def explain_bank_entry(
    platform: PlatformHere, principal: Caller, entry_id: str, body: match_models.Explanation
) -> EntryWithMatches:
    """Say why no document explains an entry, or take that back."""
    return await deciding.explain(platform, principal.as_actor, id_=entry_id, explanation=body)


@router.put("/api/bank/entries/{entry_id}/owed-by", openapi_extra=needs(Permission.BOOK))
async def set_document_owed_by(
    platform: PlatformHere, principal: Caller, entry_id: str, body: match_models.DocumentAsked
) -> match_models.AskedEntry:
    """Name the person who owes an entry's document. They are asked now, in the app and by mail, and
    then once a week; the answer says so where no mail goes out.
    """
    return await deciding.ask_for_document(
        platform, principal.as_actor, user_id=principal.user_id, id_=entry_id, request=body
    )

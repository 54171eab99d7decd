"""Routes of statements and the trial balance, as JSON in pages or as CSV whole."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, decode_cursor, decode_number
from tillroll.api.parameters import Moment
from tillroll.api.problems import TOO_LONG_FOR_ONE_FILE, Problem, invalid_values, not_found
from tillroll.exports.writers.formats import harmless
from tillroll.ledger.models import (
    BalanceShape,
    CurrencyTotalShape,
    StatementShape,
    TrialBalance,
    account_shape,
    balance_shape,
    entry_shape,
)
from tillroll.ledger.repository import AccountStatement, CurrencyTotal, balances_at, statement_of, totals_at
from tillroll.ledger.requests import Code
from tillroll.platform.bindings.database import Database
from tillroll.platform.clock import to_text

router = APIRouter(tags=["ledger"])

_MOST_LINES: Final = 10_000
_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}

Since = Annotated[Moment | None, Query(alias="from", description="From then on; else from the first entry")]
Until = Annotated[Moment | None, Query(alias="to", description="Before then; else by now")]
At = Annotated[Moment | None, Query(description="As it was before then; else now")]
Of = Annotated[Code | None, Query(alias="currency", description="Only the accounts of this currency, such as EUR")]


@router.get("/api/ledger/accounts/{ledger_account_id}/statement", openapi_extra=needs(Permission.LEDGER))
async def show_statement(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    ledger_account_id: str,
    since: Since = None,
    until: Until = None,
) -> StatementShape:
    """An account's entries of a time, the oldest first: opening + entries = closing."""
    found = await _statement(
        platform.database,
        principal.account_id,
        ledger_account_id,
        (since, until),
        decode_number(page.cursor) or 0,
        page.limit,
    )
    side = found.account.normal_side.value
    return StatementShape(
        account=account_shape(found.account),
        since=None if since is None else to_text(since),
        until=found.until,
        opening=found.opening,
        closing=found.closing,
        items=[entry_shape(each, side) for each in found.entries],
        next_cursor=page.lead(str(found.entries[-1].seq) if found.has_more else None),
    )


@router.get(
    "/api/ledger/accounts/{ledger_account_id}/statement.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def statement_csv(
    platform: PlatformHere, principal: Caller, ledger_account_id: str, since: Since = None, until: Until = None
) -> Response:
    """The same as one CSV file, of up to 10,000 entries; the first and the last line are its balances."""
    found = await _statement(platform.database, principal.account_id, ledger_account_id, (since, until), 0, _MOST_LINES)
    if found.has_more:
        raise Problem(TOO_LONG_FOR_ONE_FILE, f"One file has up to {_MOST_LINES} entries: ask for a shorter time.")
    side, code = found.account.normal_side.value, found.account.currency
    lines: list[Sequence[object]] = [
        ("opening", "" if since is None else to_text(since), "", "", "", "", "", found.opening, code, "")
    ]
    for entry in found.entries:
        shown = entry_shape(entry, side)
        lines.append(
            (
                shown.seq,
                shown.at,
                shown.transaction,
                shown.transfer,
                shown.kind,
                shown.other_account,
                shown.amount,
                shown.balance,
                code,
                shown.reference,
            )
        )
    lines.append(("closing", found.until, "", "", "", "", "", found.closing, code, ""))
    head = "seq", "at", "transaction", "transfer", "kind", "other account", "amount", "balance", "currency", "reference"
    return _file([head, *lines])


async def _statement(
    database: Database,
    account_id: str,
    ledger_account_id: str,
    period: tuple[Moment | None, Moment | None],
    behind: int,
    wanted: int,
) -> AccountStatement:
    since, until = (None if each is None else to_text(each) for each in period)
    if since is not None and until is not None and since > until:
        # Nothing is between the two, so that opening + entries would not be closing.
        raise invalid_values([("to", "Give a time that is not before `from`")])
    found = await statement_of(database, account_id, ledger_account_id, since, until, behind, wanted)
    if found is None:
        raise not_found("account of the ledger")
    return found


@router.get("/api/ledger/trial-balance", openapi_extra=needs(Permission.LEDGER))
async def show_trial_balance(
    platform: PlatformHere, principal: Caller, page: Paged, at: At = None, of: Of = None
) -> TrialBalance:
    """All accounts with their sums, and what these are by currency: debits are credits. Each currency balances by
    itself, so that one alone can be asked for."""
    before = None if at is None else to_text(at)
    behind = "" if page.cursor is None else decode_cursor(page.cursor)
    totals = await totals_at(platform.database, principal.account_id, before, of)
    found = await balances_at(platform.database, principal.account_id, before, behind, page.wanted, of)
    shown, following = page.cut(found, lambda balance: balance.account.id)
    return TrialBalance(
        is_balanced=all(each.is_balanced for each in totals),
        totals=[_total(each) for each in totals],
        items=[balance_shape(each) for each in shown],
        next_cursor=following,
    )


@router.get(
    "/api/ledger/trial-balance.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def trial_balance_csv(platform: PlatformHere, principal: Caller, at: At = None, of: Of = None) -> Response:
    """The same as one CSV file, of up to 10,000 accounts; a line for each currency's totals stands at the end."""
    before = None if at is None else to_text(at)
    found = await balances_at(platform.database, principal.account_id, before, "", _MOST_LINES + 1, of)
    if len(found) > _MOST_LINES:
        raise Problem(TOO_LONG_FOR_ONE_FILE, f"One file has up to {_MOST_LINES} accounts: read the pages in JSON.")
    totals = await totals_at(platform.database, principal.account_id, before, of)
    head = (
        "account",
        "name",
        "currency",
        "debits posted",
        "credits posted",
        "debits pending",
        "credits pending",
        "balance",
    )
    lines = [_line(balance_shape(each)) for each in found]
    sums = [
        ("total", "", each.currency, each.debits_posted, each.credits_posted, each.debits_pending, each.credits_pending)
        for each in totals
    ]
    return _file([head, *lines, *((*each, "") for each in sums)])


def _line(balance: BalanceShape) -> Sequence[object]:
    return (
        balance.id,
        balance.name,
        balance.currency,
        balance.debits_posted,
        balance.credits_posted,
        balance.debits_pending,
        balance.credits_pending,
        balance.posted,
    )


def _total(total: CurrencyTotal) -> CurrencyTotalShape:
    return CurrencyTotalShape(**vars(total), is_balanced=total.is_balanced)


def _file(lines: Iterable[Sequence[object]]) -> Response:
    """RFC 4180. Texts that a spreadsheet would take for a formula are made harmless."""
    written = io.StringIO()
    rows = ([harmless(each) if isinstance(each, str) else each for each in line] for line in lines)
    csv.writer(written).writerows(rows)
    return Response(written.getvalue(), media_type=_CSV)

"""Routes of the ledger's statements and trial balance, as JSON in pages or as CSV whole."""

import csv
import io
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final

from fastapi import Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, decode_cursor, decode_number
from tillroll.api.parameters import Moment
from tillroll.api.problems import Problem, not_found
from tillroll.api.routing import Router
from tillroll.exports.writers.formats import harmless
from tillroll.ledger import models, repository
from tillroll.ledger.models import (
    AccountStatement,
    Balance,
)
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.refusals import Kind

router = Router(tags=["ledger"])

_TOO_LONG_FOR_ONE_FILE: Final = Kind(
    "too-long-for-one-file", 422, "There is more than one file may have"
)
_MOST_LINES: Final = 10_000
_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}
_Since = Annotated[
    Moment | None, Query(alias="from", description="From then on; else from the first entry")
]
_Until = Annotated[Moment | None, Query(alias="to", description="Before then; else by now")]
_At = Annotated[Moment | None, Query(description="As it was before then; else now")]
_Of = Annotated[
    models.Code | None,
    Query(alias="currency", description="Only the accounts of this currency, such as EUR"),
]


@router.get(
    "/api/ledger/accounts/{ledger_account_id}/statement", openapi_extra=needs(Permission.LEDGER)
)
async def show_ledger_statement(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    ledger_account_id: str,
    since: _Since = None,
    until: _Until = None,
) -> AccountStatement:
    """An account's entries of a time, the oldest first: opening + entries = closing."""
    ids = (principal.account_id, ledger_account_id)
    cursor = decode_number(page.cursor) or 0
    statement_page = await _statement(
        platform.database, ids, from_=since, to=until, cursor=cursor, limit=page.fetch_limit
    )
    statement_page.items, statement_page.next_cursor = page.cut(
        statement_page.items, lambda entry: str(entry.seq)
    )
    return statement_page


@router.get(
    "/api/ledger/accounts/{ledger_account_id}/statement.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def show_ledger_statement_csv(
    platform: PlatformHere,
    principal: Caller,
    ledger_account_id: str,
    since: _Since = None,
    until: _Until = None,
) -> Response:
    """Download the statement as one CSV file of up to 10,000 entries.

    The first and the last line are its balances.
    """
    ids = principal.account_id, ledger_account_id
    statement_page = await _statement(
        platform.database, ids, from_=since, to=until, cursor=0, limit=_MOST_LINES + 1
    )
    if len(statement_page.items) > _MOST_LINES:
        raise Problem(
            _TOO_LONG_FOR_ONE_FILE,
            f"One file has up to {_MOST_LINES} entries: ask for a shorter time.",
        )
    code = statement_page.account.currency
    head = (
        "seq",
        "at",
        "transaction",
        "transfer",
        "kind",
        "other account",
        "amount",
        "balance",
        "currency",
        "reference",
        "day",
    )
    columns = attrgetter(
        "seq", "at", "transaction", "transfer", "kind", "other_account", "amount", "balance"
    )
    entries = [(*columns(each), code, each.reference, each.day) for each in statement_page.items]
    opening = (
        "opening",
        statement_page.since or "",
        "",
        "",
        "",
        "",
        "",
        statement_page.opening,
        code,
        "",
        "",
    )
    return _file(
        [
            head,
            opening,
            *entries,
            (
                "closing",
                statement_page.until,
                "",
                "",
                "",
                "",
                "",
                statement_page.closing,
                code,
                *("", ""),
            ),
        ]
    )


async def _statement(
    database: Database,
    ids: tuple[str, str],
    from_: Moment | None,
    to: Moment | None,
    cursor: int,
    limit: int,
) -> AccountStatement:
    """The statement of a ledger account of the API's account."""
    since, until = (None if each is None else to_text(each) for each in (from_, to))
    if since is not None and until is not None and since > until:
        # Nothing is between the two, so that opening + entries would not be closing.
        raise ValuesRefused([("to", "Give a time that is not before `from`")])
    rows = await repository.statement_of(database, *ids, since, until, cursor, limit)
    if rows is None:
        raise not_found("account of the ledger")
    return rows


@router.get("/api/ledger/trial-balance", openapi_extra=needs(Permission.LEDGER))
async def show_trial_balance(
    platform: PlatformHere, principal: Caller, page: Paged, at: _At = None, of: _Of = None
) -> models.TrialBalance:
    """All accounts with their sums, and what these are by currency: debits are credits. Each
    currency balances by itself, so that one alone can be asked for.
    """
    before = None if at is None else to_text(at)
    cursor = "" if page.cursor is None else decode_cursor(page.cursor)
    totals = await repository.totals_at(
        platform.database, principal.account_id, before=before, currency=of
    )
    balances = await repository.balances_at(
        platform.database,
        principal.account_id,
        before=before,
        cursor=cursor,
        limit=page.fetch_limit,
        currency=of,
    )
    items, following = page.cut(balances, lambda balance: balance.id)
    is_balanced = all(each.is_balanced for each in totals)
    return models.TrialBalance(
        is_balanced=is_balanced, totals=totals, items=items, next_cursor=following
    )


@router.get(
    "/api/ledger/trial-balance.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def show_trial_balance_csv(
    platform: PlatformHere,
    principal: Caller,
    at: _At = None,
    of: _Of = None,
) -> Response:
    """Download the trial balance as one CSV file of up to 10,000 accounts.

    A line for each currency's totals stands at the end.
    """
    before = None if at is None else to_text(at)
    balances = await repository.balances_at(
        platform.database,
        principal.account_id,
        before=before,
        cursor="",
        limit=_MOST_LINES + 1,
        currency=of,
    )
    if len(balances) > _MOST_LINES:
        raise Problem(
            _TOO_LONG_FOR_ONE_FILE,
            f"One file has up to {_MOST_LINES} accounts: read the pages in JSON.",
        )
    totals = await repository.totals_at(
        platform.database, principal.account_id, before=before, currency=of
    )
    sums = "debits posted", "credits posted", "debits pending", "credits pending"
    lines = [(each.id, each.name, each.currency, *_sums(each), each.posted) for each in balances]
    ends = [("total", "", each.currency, *_sums(each), "") for each in totals]
    return _file([("account", "name", "currency", *sums, "balance"), *lines, *ends])


def _sums(sums: Balance | models.TrialTotal) -> Sequence[int]:
    return sums.debits_posted, sums.credits_posted, sums.debits_pending, sums.credits_pending


def _file(lines: Iterable[Sequence[object]]) -> Response:
    """RFC 4180. Texts that a spreadsheet would take for a formula are made harmless."""
    written = io.StringIO()
    rows = ([harmless(each) if isinstance(each, str) else each for each in line] for line in lines)
    csv.writer(written).writerows(rows)
    return Response(written.getvalue(), media_type=_CSV)

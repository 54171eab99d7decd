"""Routes of matches, of what may explain an entry, and of how complete a month is."""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Day
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.bank import models, months, quiet_days
from tillroll.bank.decisions import automatic, deciding, documents, matches
from tillroll.bank.decisions import models as match_models
from tillroll.bank.decisions.models import BankMatch, FoundDocument, Month, MonthLine, MonthOverview
from tillroll.bank.endpoints import place_of
from tillroll.bank.month_tables import as_table
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll_durable.platform.models import Items, Page
from tillroll_durable.platform.refusals import Kind

router = Router(tags=["bank"])
_TOO_LONG: Final = Kind("month-too-long", 422, "The month has more entries than a file may have")
_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}


@router.get("/api/bank/unpaid", openapi_extra=needs(Permission.LEDGER))
async def list_unpaid_documents(
    platform: PlatformHere,
    principal: Caller,
    older: Annotated[
        int, Query(ge=0, le=400, description="Only those that are so many days old")
    ] = 30,
    month: Annotated[
        str | None,
        Query(
            max_length=7,
            description="Only those of this month, such as 2026-03, however old they are",
        ),
    ] = None,
) -> Items[FoundDocument]:
    """Documents that no entry pays, the oldest first: at most 1,000, of a month, or of the last 400
    days.
    """
    today = platform.clock.now().date()
    first = today - documents.LONGEST
    last = today - timedelta(days=older)
    if month is not None:
        first, last = months.days_of(month)
    return Items(
        items=await documents.list_unpaid(
            platform.database, principal.account_id, first=first, last=last
        )
    )


@router.get("/api/bank/months", openapi_extra=needs(Permission.LEDGER))
async def list_bank_months(
    platform: PlatformHere,
    principal: Caller,
    until: Annotated[
        str | None,
        Query(max_length=7, description="The newest one, such as 2026-03; without it, this month"),
    ] = None,
) -> Items[MonthOverview]:
    """How complete twelve months are, the newest first, from the month of the first statement
    on.
    """
    today = platform.clock.now().date()
    last = f"{today:%Y-%m}" if until is None else until
    return Items(
        items=await months.list_months(
            platform.database, principal.account_id, until=last, today=today
        )
    )


@router.get("/api/bank/months/{month}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_month(platform: PlatformHere, principal: Caller, month: str) -> Month:
    """How complete a month is: whether each entry has a document, a reason, or a person who owes
    one.
    """
    today = platform.clock.now().date()
    return await months.show_month(
        platform.database, principal.account_id, month=month, today=today
    )


@router.get("/api/bank/months/{month}/entries", openapi_extra=needs(Permission.LEDGER))
async def list_bank_month_entries(
    platform: PlatformHere, principal: Caller, page: Paged, month: str
) -> Page[MonthLine]:
    """The entries of a month, each with what documents it, the oldest first."""
    place = ("", "") if page.cursor is None else place_of(page.cursor)
    rows = await months.list_lines(
        platform.database, principal.account_id, month=month, cursor=place, limit=page.fetch_limit
    )
    return page.of(rows, lambda line: f"{line.day} {line.entry_id}")


@router.get(
    "/api/bank/months/{month}/entries.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def download_bank_month(
    platform: PlatformHere,
    principal: Caller,
    month: str,
    language: Annotated[
        Literal["en", "de"] | None,
        Query(description="As a table for people, in this language; left out: for programs"),
    ] = None,
) -> Response:
    """A month's entries as one file, of at most 20,000 entries."""
    account_id = principal.account_id
    if language is None:
        file = await months.as_file(platform.database, account_id, month)
    else:
        file = await as_table(platform, account_id, month=month, language=language)
    if file is None:
        raise Problem(
            _TOO_LONG, f"A file has at most {months.MOST_LINES} entries: read them in pages."
        )
    name = f"bank-{month}.csv"
    return Response(
        file.content,
        media_type=_CSV,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@router.post(
    "/api/bank/accounts/{bank_account_id}/quiet-days",
    status_code=201,
    openapi_extra=needs(Permission.BOOK),
)
async def say_quiet_days(
    platform: PlatformHere, principal: Caller, bank_account_id: str, body: models.QuietDaysRequest
) -> models.QuietDays:
    """Say that nothing happened in a bank account on some days: they need no statement. An entry
    that is booked on one of them later makes that void. The same again changes nothing.
    """
    return await quiet_days.say_quiet(platform, principal.as_actor, bank_account_id, request=body)


@router.delete(
    "/api/bank/accounts/{bank_account_id}/quiet-days/{quiet_days_id}",
    status_code=204,
    openapi_extra=needs(Permission.BOOK),
)
async def take_back_quiet_days(
    platform: PlatformHere, principal: Caller, bank_account_id: str, quiet_days_id: str
) -> None:
    """Take back that nothing happened on some days: they need a statement again."""
    await quiet_days.take_back(platform, principal.as_actor, bank_account_id, id_=quiet_days_id)


@router.get("/api/bank/documents", openapi_extra=needs(Permission.LEDGER))
async def search_bank_documents(
    platform: PlatformHere,
    principal: Caller,
    words: Annotated[
        str | None, Query(max_length=100, description="A part of its name or number")
    ] = None,
    amount: Annotated[
        int | None,
        Query(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, description="In minor units, of either sign"),
    ] = None,
    around: Annotated[Day | None, Query(description="Those near this day come first")] = None,
    is_paid: Annotated[
        bool, Query(alias="paid", description="Those that were paid, for an entry that pays back")
    ] = False,
) -> Items[FoundDocument]:
    """Expenses, claims and payouts that may explain an entry: at most 20 of which something is
    open, or was paid.
    """
    results = await documents.search_documents(
        platform.database,
        principal.account_id,
        words=words,
        amount=amount,
        around=around,
        paid=is_paid,
    )
    return Items(items=results)


@router.get("/api/bank/matches", openapi_extra=needs(Permission.LEDGER))
async def list_bank_matches(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    state: Annotated[
        match_models.MatchState | None, Query(description="Only those in this state")
    ] = None,
    document: Annotated[
        str | None, Query(max_length=80, description="Only those of this document: exp_…")
    ] = None,
) -> Page[BankMatch]:
    """List what was proposed, accepted, declined or undone."""
    return page.of(
        await matches.list_matches(
            platform.database,
            principal.account_id,
            state=state,
            document=document,
            cursor=page.after,
            limit=page.fetch_limit,
        )
    )


@router.post("/api/bank/matches", status_code=201, openapi_extra=needs(Permission.BOOK))
async def create_bank_match(
    platform: PlatformHere,
    principal: Caller,
    body: match_models.MatchRequest,
) -> BankMatch:
    """Book entries with documents that belong together, as a person says: also a part of an entry,
    or several.
    """
    return await deciding.make_match(
        platform, principal.as_actor, person=principal.person_behind, request=body
    )


@router.post("/api/bank/matches/certain", openapi_extra=needs(Permission.BOOK))
async def accept_certain_bank_matches(
    platform: PlatformHere, principal: Caller, body: match_models.CertainRequest
) -> match_models.CertainAccepted:
    """Accept all matches that are certain, at most 100 at once, the newest first. A payout that you
    asked for is left where a second person decides on it.
    """
    return await automatic.accept_certain(
        platform, principal.as_actor, person=principal.person_behind, body=body
    )


@router.get("/api/bank/matches/{match_id}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_match(platform: PlatformHere, principal: Caller, match_id: str) -> BankMatch:
    """Show one match."""
    return await deciding.load_match(platform, principal.account_id, match_id)


@router.post("/api/bank/matches/{match_id}/decision", openapi_extra=needs(Permission.BOOK))
async def decide_bank_match(
    platform: PlatformHere, principal: Caller, match_id: str, body: match_models.MatchDecision
) -> BankMatch:
    """Accept a match, which books it at once, or decline it: then it is proposed no more. The same
    again changes nothing.
    """
    return await deciding.decide(
        platform, principal.as_actor, person=principal.person_behind, id_=match_id, decision=body
    )


@router.post("/api/bank/matches/{match_id}/undoing", openapi_extra=needs(Permission.BOOK))
async def undo_bank_match(
    platform: PlatformHere, principal: Caller, match_id: str, body: match_models.Undoing
) -> BankMatch:
    """Take a decision back. Of an accepted match facts name what they undo, and what was closed is
    open again. Both that and what was declined are proposed again.
    """
    return await deciding.undo_match(
        platform, principal.as_actor, person=principal.person_behind, id_=match_id, undoing=body
    )


@router.post("/api/bank/matching", status_code=204, openapi_extra=needs(Permission.BOOK))
async def begin_bank_matching(platform: PlatformHere, principal: Caller) -> None:
    """Have all open entries matched again, within minutes. It happens by itself when documents
    change.
    """
    await automatic.begin_matching(platform, principal.account_id)

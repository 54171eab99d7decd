"""Routes of the tax report, the expenses behind its figures, and how expenses are taxed."""

from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR, INVALID_CURSOR_DETAIL, Paged, decode_cursor
from tillroll.api.parameters import Day
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.company.places import language_of_country
from tillroll.mail.service import language_of
from tillroll.tax import behind, decisions, models, service
from tillroll.tax.files import write_csv, write_pdf, write_table
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.repository import load_company
from tillroll.tax.rules import Treatment
from tillroll.tax.sales import SaleTreatment
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Page

router = Router(tags=["tax"])

_Each = Annotated[models.Each, Query(description="What a period is")]
_Due = Annotated[bool, Query(alias="due", description="Those with a part in the VAT to be paid")]
_Country = Annotated[
    models.Country | None,
    Query(description="Whose rates and return; without one, those of your own tax number"),
]


async def _request(
    first: Annotated[Day, Query(alias="from", description="The first day, YYYY-MM-DD")],
    last: Annotated[Day, Query(alias="to", description="The last day, YYYY-MM-DD")],
    each: _Each = "month",
    country: _Country = None,
) -> service.Asked:
    return service.Asked(first, last, each=each, country=country)


AskedHere = Annotated[service.Asked, Depends(_request)]


@router.get("/api/tax/report", openapi_extra=needs(Permission.READ))
async def show_tax_report(
    platform: PlatformHere,
    principal: Caller,
    request: AskedHere,
) -> models.TaxReport:
    """Net, tax and gross of ready and approved expenses, by how they are taxed and at which rate,
    for each period; and the lines of the VAT return that they fill.
    """
    return await service.report(platform, principal.account_id, request)


_CSV: Final = "text/csv; charset=utf-8"
_PDF: Final = "application/pdf"


@router.get(
    "/api/tax/report/file",
    response_class=Response,
    responses={200: {"content": {_CSV: {}, _PDF: {}}}},
    openapi_extra=needs(Permission.READ),
)
async def download_tax_report(
    platform: PlatformHere,
    principal: Caller,
    request: AskedHere,
    as_file: Annotated[
        Literal["csv", "pdf"], Query(alias="format", description="The kind of file")
    ] = "csv",
    language: Annotated[
        Literal["en", "de"] | None,
        Query(description="For people, in this language; left out: CSV is for programs"),
    ] = None,
) -> Response:
    """Download the tax report as a file."""
    report = await service.report(platform, principal.account_id, request)
    if as_file == "csv":
        media_type = _CSV
        if language is None:
            content = write_csv(report)
        else:
            content = await write_table(platform, report, language)
    else:
        company = await load_company(platform.database, principal.account_id)
        own = await language_of(platform.database, principal.user_id)
        content = await write_pdf(
            platform,
            report,
            company,
            made_at=to_text(platform.clock.now()),
            language=language or own or language_of_country(company.seat),
        )
        media_type = _PDF
    name = f"tax_{request.first}_{request.last}.{as_file}"
    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@router.get("/api/tax/expenses", openapi_extra=needs(Permission.READ))
async def list_tax_expenses(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    request: AskedHere,
    treatment: Annotated[Treatment | None, Query(description="Of rows of this treatment")] = None,
    rate: Annotated[
        str | None, Query(description="Of rows at this rate (percent); empty: without one")
    ] = None,
    line: Annotated[str | None, Query(description="Of a line of the return, by its number")] = None,
    is_open: Annotated[bool, Query(alias="open", description="Those that are in no row")] = False,
    reason: Annotated[OpenReason | None, Query(description="Of those, for which reason")] = None,
    is_due: _Due = False,
) -> Page[models.TaxExpense]:
    """The expenses behind a figure, and discounts on the days of their payments. A page can be
    short, or empty, and still have a `nextCursor`.
    """
    after = None
    if page.cursor is not None:
        day, _, expense_id = decode_cursor(page.cursor).partition(":")
        after = (day, expense_id)
    choice = behind.Behind(
        is_open or reason is not None,
        reason,
        treatment=treatment,
        rate=rate,
        line=line,
        is_due=is_due,
    )
    expenses, place = await behind.list_behind(
        platform,
        principal.account_id,
        request=request,
        choice=choice,
        after=after,
        limit=page.limit,
    )
    return Page(items=expenses, next_cursor=page.lead(None if place is None else ":".join(place)))


@router.get("/api/tax/sales", openapi_extra=needs(Permission.LEDGER))
async def list_tax_sales(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    request: AskedHere,
    treatment: Annotated[SaleTreatment | None, Query(description="Of rows of this one")] = None,
    rate: Annotated[
        str | None, Query(description="Of rows at this rate (percent); empty: without one")
    ] = None,
    line: Annotated[str | None, Query(description="Of a line of the return, by its number")] = None,
    is_due: _Due = False,
) -> Page[models.TaxSale]:
    """The invoices, credit notes and payments behind a figure of what was charged."""
    after = ("", 0)
    if page.cursor is not None:
        claim_id, _, count = decode_cursor(page.cursor).partition(":")
        if not count.isdecimal():
            raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
        after = (claim_id, int(count))
    sales, place = await service.list_sales(
        platform,
        principal.account_id,
        request=request,
        choice=service.SalesBehind(treatment, rate, line=line, is_due=is_due),
        after=after,
        limit=page.limit,
    )
    cursor = None
    if place is not None:
        cursor = f"{place[0]}:{place[1]}"
    return Page(items=sales, next_cursor=page.lead(cursor))


@router.post("/api/tax/decisions", openapi_extra=needs(Permission.SORT))
async def decide_tax(
    platform: PlatformHere,
    principal: Caller,
    body: models.TaxDecision,
) -> models.Decisions:
    """Say how expenses are taxed, all of them or none. Said again, it changes nothing but who said
    it.
    """
    principal.require(Permission.READ)
    return await decisions.decide(platform, principal.as_actor, body)

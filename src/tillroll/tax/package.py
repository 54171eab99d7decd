"""What the tax adds to the annual package: the report as a table and as PDF, the list of open
points, and invoices to clients as DATEV books them.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final

from tillroll.company.places import language_of_country, list_separator
from tillroll.exports.files import PACKAGED
from tillroll.exports.writers.formats import BYTE_ORDER_MARK, harmless
from tillroll.exports.writers.tables import Lines
from tillroll.tax.datev import booked_sales
from tillroll.tax.files import write_csv, write_pdf
from tillroll.tax.open_reasons import OPEN_SAYS, OpenReason
from tillroll.tax.repository import in_review, load_company, read_taxed
from tillroll.tax.rules import place
from tillroll.tax.service import Asked, TooMany, report
from tillroll_documents.money import Money
from tillroll_durable.platform.services import Platform

_HEAD: Final = ("Date", "Merchant", "Total", "Currency", "What is open", "Expense")
_IN_REVIEW: Final = "It is in review, and not in this package. Confirm it first."
_TOO_MANY: Final = (
    "The days have too many expenses for one report: fetch the reports of each quarter.\r\n"
)


@PACKAGED.fill
async def add_files(
    platform: Platform, account_id: str, first: date, last: date, made_at: str
) -> Sequence[tuple[str, bytes]]:
    """Make the tax files, by quarters as returns are filed. `made_at` is UTC text."""
    open_points = await _open_points(platform, account_id, first=first, last=last)
    booked = await booked_sales(platform, account_id, first=first, last=last, made_at=made_at)
    files = [("open-points.csv", open_points)]
    files += [(file.name, file.content) for file in booked]
    try:
        tax_report = await report(platform, account_id, Asked(first, last, "quarter"))
    except TooMany:
        return [*files, ("tax-report.txt", _TOO_MANY.encode())]
    company = await load_company(platform.database, account_id)
    return [
        *files,
        ("tax-report.csv", write_csv(tax_report, list_separator(company.seat))),
        (
            "tax-report.pdf",
            await write_pdf(
                platform,
                tax_report,
                company,
                made_at=made_at,
                language=language_of_country(company.seat),
            ),
        ),
    ]


async def _open_points(platform: Platform, account_id: str, first: date, last: date) -> bytes:
    company = await load_company(platform.database, account_id)
    lines = Lines(list_separator(company.seat))
    content = bytearray(BYTE_ORDER_MARK + lines.line(_HEAD))
    async for cells in _rows(platform, account_id, first=first, last=last):
        content += lines.line(cells)
    return bytes(content)


async def _rows(
    platform: Platform, account_id: str, first: date, last: date
) -> AsyncIterator[list[str]]:
    company = await load_company(platform.database, account_id)
    for day, merchant, total, currency, expense_id in await in_review(
        platform.database, account_id, first=first, last=last
    ):
        amount = Money(total, currency).to_decimal_string()
        yield [day, harmless(merchant), amount, currency, _IN_REVIEW, expense_id]
    async for each in read_taxed(platform, account_id, first=first, last=last):
        placed = place(each.taxed, company.country)
        if isinstance(placed, OpenReason):
            amount = Money(each.taxed.total, each.currency).to_decimal_string()
            day = each.taxed.day.isoformat()
            yield [
                day,
                harmless(each.merchant),
                amount,
                each.currency,
                OPEN_SAYS[placed],
                each.taxed.id,
            ]

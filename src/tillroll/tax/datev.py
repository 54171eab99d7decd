"""Invoices to clients and their credit notes as DATEV books them: a batch for each fiscal year.

An invoice debits its debtor and credits revenue, gross. These accounts of revenue are automatic in
SKR03 and SKR04: they know their tax, so a booking has no BU-Schlüssel. The debtor is a personal
account, of which DATEV has 10000 to 69999. Belegfeld 1 is the number of the invoice, by which DATEV
finds open items. Sources: "Buchungsstapel" on developer.datev.de; DATEV's charts SKR03 and SKR04.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tillroll.expenses.exported import decimal_amount
from tillroll.exports.profiles import list_profiles
from tillroll.exports.writers.datev import (
    DATEV_ENCODING,
    DatevWriter,
    Transliterated,
    booking_line,
    decimal_text,
    document_number,
)
from tillroll.exports.writers.formats import About, Datev, FormatName, ProfileOptions, harmless
from tillroll.tax.hooks import read_sales
from tillroll.tax.repository import load_company
from tillroll.tax.sales import Sale, SaleKey, SalesRequest, SaleTreatment
from tillroll_durable.platform.services import Platform

DEBTOR: Final = "10000"
"""The personal account of all clients: the text of a booking has the client's name."""
# By the account of what is owed to sellers, which tells the chart: 1610 SKR03, 3310 SKR04.
_REVENUE: Final[Mapping[str, Mapping[SaleTreatment, str]]] = {
    "1610": {
        SaleTreatment.TAXED: "8200",
        SaleTreatment.EU_SERVICES: "8336",
        SaleTreatment.DOMESTIC_REVERSE: "8337",
        SaleTreatment.ABROAD: "8338",
        SaleTreatment.OUTSIDE: "8200",
        SaleTreatment.EXEMPT: "8100",
        SaleTreatment.SMALL_BUSINESS: "8195",
        SaleTreatment.DISBURSED: "1590",
    },
    "3310": {
        SaleTreatment.TAXED: "4200",
        SaleTreatment.EU_SERVICES: "4336",
        SaleTreatment.DOMESTIC_REVERSE: "4337",
        SaleTreatment.ABROAD: "4338",
        SaleTreatment.OUTSIDE: "4200",
        SaleTreatment.EXEMPT: "4100",
        SaleTreatment.SMALL_BUSINESS: "4185",
        SaleTreatment.DISBURSED: "1370",
    },
}
_AT_RATE: Final[Mapping[str, Mapping[Decimal, str]]] = {
    "1610": {Decimal(19): "8400", Decimal(7): "8300"},
    "3310": {Decimal(19): "4400", Decimal(7): "4300"},
}
_MOST_TEXT: Final = 60


async def booked_sales(
    platform: Platform, account_id: str, *, first: date, last: date, made_at: str
) -> Sequence[tuple[str, bytes]]:
    """Files by their names. There are none without a DATEV profile of SKR03 or SKR04 in Germany,
    or without an invoice in the days. `made_at` is UTC text."""
    company = await load_company(platform.database, account_id)
    options = await _options(platform, account_id)
    if options is None or options.datev is None or company.country != "DE":
        return []
    files: list[tuple[str, bytes]] = []
    for begin, end in _years(options.datev, first, last):
        sales = [
            sale
            async for sale in read_sales(platform, SalesRequest(account_id, first=begin, last=end))
        ]
        if not sales:
            continue
        about = About(
            account_name=company.name,
            first_day=begin.isoformat(),
            last_day=end.isoformat(),
            asked_at=made_at,
            base_currency=company.base_currency,
            profile=options,
        )
        files.append((f"EXTF_invoices_{begin}_{end}.csv", write_sales(about, sales)))
    return files


def write_sales(about: About, sales: Sequence[Sale]) -> bytes:
    """The batch, in the order of days and numbers. `about.profile` is of SKR03 or SKR04."""
    texts = Transliterated()
    chart = about.profile.contra_account or ""
    ordered = sorted(sales, key=lambda sale: (sale.day, sale.number, str(sale.key)))
    bookings = [_booking(sale, chart, texts) for sale in ordered if sale.net + sale.tax]
    return DatevWriter(about).begin() + "".join(bookings).encode(DATEV_ENCODING)


async def _options(platform: Platform, account_id: str) -> ProfileOptions | None:
    """The first DATEV profile by name whose chart has accounts of revenue; None without one."""
    for profile in await list_profiles(platform.database, account_id):
        if profile.format == FormatName.DATEV and profile.options.contra_account in _REVENUE:
            return profile.options
    return None


def _years(client: Datev, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days by fiscal years, since a batch is of one."""
    begin = first
    while begin <= last:
        end = begin
        while end < last and client.fiscal_year_of(end + timedelta(days=1)) <= begin:
            end += timedelta(days=1)
        yield begin, end
        begin = end + timedelta(days=1)


def _booking(sale: Sale, chart: str, texts: Transliterated) -> str:
    side = "H"
    if sale.net + sale.tax > 0:
        side = "S"
    gross = Decimal(decimal_amount(abs(sale.net + sale.tax), sale.currency) or "0")
    fields = {
        "Umsatz (ohne Soll/Haben-Kz)": decimal_text(gross),
        "Soll/Haben-Kennzeichen": side,
        "WKZ Umsatz": sale.currency,
        "Konto": DEBTOR,
        "Gegenkonto (ohne BU-Schlüssel)": revenue_account(sale.key, chart),
        "Belegdatum": f"{sale.day:%d%m}",
        "Belegfeld 1": document_number(sale.number),
        "Buchungstext": harmless(texts.write(sale.client))[:_MOST_TEXT],
        "Zusatzinformation - Art 1": "Rechnung",
        "Zusatzinformation- Inhalt 1": sale.claim_id,
        "Festschreibung": "0",
    }
    return booking_line(fields)


def revenue_account(key: SaleKey, chart: str) -> str:
    """The account of revenue; the account of what is owed to sellers names the `chart`."""
    if key.treatment is SaleTreatment.TAXED and key.rate is not None:
        at_rate = _AT_RATE[chart].get(key.rate)
        if at_rate is not None:
            return at_rate
    return _REVENUE[chart][key.treatment]

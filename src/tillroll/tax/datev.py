"""Invoices to clients and their credit notes as DATEV books them: a batch for each fiscal year.

An invoice debits its debtor and credits revenue, gross. These accounts of revenue are automatic in
SKR03 and SKR04: they know their tax, so a booking has no BU-Schlüssel. The debtor is the client's
personal account, of which DATEV has 10000 to 69999. Belegfeld 1 is the number of the invoice, by
which DATEV finds open items. Services to a firm in the EU name its VAT id, which the recapitulative
statement of section 18a UStG needs. What has no sure account is in a list of its own, with the
reason. That holds for an invoice without a debtor, too: a collective account would hide its open
item among those of others, and each adviser has another number for it.

Where accounts are longer than the four digits of the chart, zeros stand behind; a personal account
has one digit more than the others. Sources: "Buchungsstapel" on developer.datev.de; DATEV's charts
SKR03 and SKR04; Kontonummernerweiterung in DATEV's Rechnungswesen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tillroll.company.places import Separator, list_separator
from tillroll.expenses.exported import decimal_amount
from tillroll.exports.batches import BatchFile
from tillroll.exports.profiles import list_profiles
from tillroll.exports.writers.datev import (
    DatevWriter,
    decimal_text,
    document_number,
)
from tillroll.exports.writers.datev_charts import Chart, chart_of
from tillroll.exports.writers.datev_debtors import Debtor, debtor_account, write_debtors
from tillroll.exports.writers.datev_rows import (
    DATEV_ENCODING,
    Transliterated,
    booking_line,
)
from tillroll.exports.writers.formats import (
    BYTE_ORDER_MARK,
    About,
    Datev,
    FormatName,
    ProfileOptions,
    harmless,
)
from tillroll.exports.writers.tables import Lines
from tillroll.tax.hooks import read_sales
from tillroll.tax.repository import load_company
from tillroll.tax.sales import Sale, SaleKey, SalesRequest, SaleTreatment
from tillroll_documents.money import Money
from tillroll_durable.platform.services import Platform

_REVENUE: Final[Mapping[str, Mapping[SaleTreatment, str]]] = {
    Chart.SKR03: {
        SaleTreatment.EU_SERVICES: "8336",
        SaleTreatment.DOMESTIC_REVERSE: "8337",
        SaleTreatment.ABROAD: "8338",
        SaleTreatment.OUTSIDE: "8200",
        SaleTreatment.EXEMPT: "8100",
        SaleTreatment.SMALL_BUSINESS: "8195",
        SaleTreatment.DISBURSED: "1590",
    },
    Chart.SKR04: {
        SaleTreatment.EU_SERVICES: "4336",
        SaleTreatment.DOMESTIC_REVERSE: "4337",
        SaleTreatment.ABROAD: "4338",
        SaleTreatment.OUTSIDE: "4200",
        SaleTreatment.EXEMPT: "4100",
        SaleTreatment.SMALL_BUSINESS: "4185",
        SaleTreatment.DISBURSED: "1370",
    },
}
_AT_RATE: Final[Mapping[str, Mapping[Decimal | None, str]]] = {
    Chart.SKR03: {Decimal(19): "8400", Decimal(7): "8300"},
    Chart.SKR04: {Decimal(19): "4400", Decimal(7): "4300"},
}
_MOST_TEXT: Final = 60
_HEAD: Final = ("Date", "Number", "Client", "Net", "Tax", "Currency", "Why it is not in the batch")
UNBOOKED: Final = "invoices-not-in-datev"
"""What the list of those is called that no batch has."""


class Lack(StrEnum):
    """Why a sale is not booked, as a sentence for the bookkeeper."""

    CHART = (
        "The DATEV profile's contra account is neither 1610 nor 3310, so the chart of accounts is "
        "not known."
    )
    RATE = "No automatic account of revenue has this rate."
    VAT_ID = "It is a service to a firm in the EU, and the invoice does not name its VAT id."
    CURRENCY = "It is in another currency, and the invoice has no exchange rate."
    DEBTOR = "Its client has no debtor account. Give the client one: 10000 to 69999."


async def booked_sales(
    platform: Platform,
    account_id: str,
    *,
    first: date,
    last: date,
    made_at: str,
    options: ProfileOptions | None = None,
) -> Sequence[BatchFile]:
    """The batches, each behind its debtors, and a list of what none of them has. There are none
    without a DATEV profile in Germany, or without an invoice in the days. `made_at` is UTC text.
    Without `options` a profile of the account is taken.
    """
    company = await load_company(platform.database, account_id)
    profile = options or await _options(platform, account_id)
    if profile is None or profile.datev is None or not company.books_by_datev:
        return []
    files: list[BatchFile] = []
    unbooked: list[tuple[Sale, Lack]] = []
    for begin, end in _years(profile.datev, first, last):
        request = SalesRequest(account_id, first=begin, last=end)
        sales = [sale async for sale in read_sales(platform, request)]
        about = About(
            account_name=company.name,
            first_day=begin.isoformat(),
            last_day=end.isoformat(),
            asked_at=made_at,
            base_currency=company.base_currency,
            profile=profile,
        )
        lacks = lacks_of(sales, about)
        # DATEV takes no booking of 0.00.
        booked = [sale for sale in sales if sale.number not in lacks and sale.net + sale.tax]
        unbooked += [(sale, lacks[sale.number]) for sale in sales if sale.number in lacks]
        if booked:
            days = f"{begin}_{end}"
            batch = BatchFile(
                f"EXTF_invoices_{days}.csv", write_sales(about, booked), lines=len(booked)
            )
            files += [_debtors_of(about, booked, name=f"EXTF_debtors_{days}.csv"), batch]
    if unbooked:
        files.append(
            BatchFile(
                f"{UNBOOKED}.csv",
                write_unbooked(unbooked, list_separator(company.seat)),
                len(unbooked),
            )
        )
    return files


def _debtors_of(about: About, booked: Iterable[Sale], *, name: str) -> BatchFile:
    """Whom a batch debits: a booking has their account, and no name or address."""
    debtors = {sale.debtor.account: sale.debtor for sale in booked if sale.debtor is not None}
    return BatchFile(name, write_debtors(about, debtors.values()), lines=len(debtors))


def lacks_of(sales: Iterable[Sale], about: About) -> Mapping[str, Lack]:
    """Why no batch can have a document, by its number. Where one rate lacks an account, the whole
    document stays out: else its open item would have a part of its sum."""
    lacks: dict[str, Lack] = {}
    for sale in sales:
        lack = _lack_of(sale, about)
        if lack is not None:
            lacks.setdefault(sale.number, lack)
    return lacks


def _lack_of(sale: Sale, about: About) -> Lack | None:
    chart = chart_of(about.profile)
    if chart is None:
        return Lack.CHART
    if sale.debtor is None:
        return Lack.DEBTOR
    if sale.currency != about.base_currency:
        return Lack.CURRENCY
    if sale.key.treatment is SaleTreatment.TAXED and sale.key.rate not in _AT_RATE[chart]:
        return Lack.RATE
    if sale.key.treatment is SaleTreatment.EU_SERVICES and sale.client_vat_id is None:
        return Lack.VAT_ID
    return None


def write_unbooked(unbooked: Iterable[tuple[Sale, Lack]], separator: Separator = ",") -> bytes:
    """The list of what no batch has, as CSV. A credit note has amounts below zero."""
    lines = Lines(separator)
    content = bytearray(BYTE_ORDER_MARK + lines.line(_HEAD))
    for sale, lack in unbooked:
        cells = [
            sale.day.isoformat(),
            harmless(sale.number),
            harmless(sale.client),
            Money(sale.net, sale.currency).to_decimal_string(),
            Money(sale.tax, sale.currency).to_decimal_string(),
            sale.currency,
            lack.value,
        ]
        content += lines.line(cells)
    return bytes(content)


def write_sales(about: About, sales: Sequence[Sale]) -> bytes:
    """The batch, in the order of days and numbers, of sales without a lack."""
    texts = Transliterated()
    ordered = sorted(sales, key=lambda sale: (sale.day, sale.number, str(sale.key)))
    bookings = [
        _booking(sale, sale.debtor, profile=about.profile, texts=texts)
        for sale in ordered
        if sale.debtor is not None and sale.net + sale.tax
    ]
    return DatevWriter(about).begin() + "".join(bookings).encode(DATEV_ENCODING)


async def _options(platform: Platform, account_id: str) -> ProfileOptions | None:
    """The first DATEV profile by name whose chart is known, or else the first one; None without
    one."""
    profiles = await list_profiles(platform.database, account_id)
    options = [each.options for each in profiles if each.format == FormatName.DATEV]
    for each in options:
        if chart_of(each) is not None:
            return each
    return next(iter(options), None)


def _years(client: Datev, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days by fiscal years, since a batch is of one."""
    begin = first
    while begin <= last:
        end = begin
        while end < last and client.fiscal_year_of(end + timedelta(days=1)) <= begin:
            end += timedelta(days=1)
        yield begin, end
        begin = end + timedelta(days=1)


def _booking(sale: Sale, debtor: Debtor, *, profile: ProfileOptions, texts: Transliterated) -> str:
    side = "H"
    if sale.net + sale.tax > 0:
        side = "S"
    gross = Decimal(decimal_amount(abs(sale.net + sale.tax), sale.currency) or "0")
    revenue = revenue_account(sale.key, chart_of(profile) or "")
    fields = {
        "Umsatz (ohne Soll/Haben-Kz)": decimal_text(gross),
        "Soll/Haben-Kennzeichen": side,
        "WKZ Umsatz": sale.currency,
        "Konto": debtor_account(debtor.account, profile),
        "Gegenkonto (ohne BU-Schlüssel)": revenue.ljust(profile.account_length, "0"),
        "Belegdatum": f"{sale.day:%d%m}",
        "Belegfeld 1": document_number(sale.number),
        "EU-Land u. UStID (Bestimmung)": _vat_id(sale),
        "Buchungstext": harmless(texts.write(sale.client))[:_MOST_TEXT],
        "Zusatzinformation - Art 1": "Rechnung",
        "Zusatzinformation- Inhalt 1": sale.claim_id,
        "Festschreibung": "0",
    }
    return booking_line(fields)


def _vat_id(sale: Sale) -> str:
    if sale.key.treatment is not SaleTreatment.EU_SERVICES:
        return ""
    return sale.client_vat_id or ""


def revenue_account(key: SaleKey, chart: str) -> str:
    """The account of revenue; the account of what is owed to sellers names the `chart`. Raises
    KeyError: none has the rate."""
    if key.treatment is SaleTreatment.TAXED:
        return _AT_RATE[chart][key.rate]
    return _REVENUE[chart][key.treatment]

"""KSeF FA(2) and FA(3), the invoice of Poland. Pure.

Source: logical structures FA(2) and FA(3) of the Ministry of Finance,
crd.gov.pl/wzor/2023/06/29/12648 and 2025/06/25/13775: P_13 and P_14 are net and tax by rate, P_15
the amount due with tax. A corrective invoice (KOR) states differences; a settling one (ROZ) what
is left after the advances."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tillroll_documents.reading.e_invoices import national
from tillroll_documents.reading.e_invoices.e_invoice import (
    Amount,
    ElectronicInvoice,
    Element,
    InvoiceLine,
    Located,
    Party,
    Syntax,
    TaxBreakdown,
    Text,
    Totals,
)
from tillroll_documents.reading.extraction import DocumentKind

NAMESPACES: Final = {
    "http://crd.gov.pl/wzor/2023/06/29/12648/": "FA(2)",
    "http://crd.gov.pl/wzor/2025/06/25/13775/": "FA(3)",
}
_ZERO: Final = Decimal(0)
# Net, tax, the rates that it may be, the first being that of today, and the VAT category of EN
# 16931.
_SUMS: Final[tuple[tuple[str, str | None, tuple[str, ...], str], ...]] = (
    ("P_13_1", "P_14_1", ("23", "22"), "S"),
    ("P_13_2", "P_14_2", ("8", "7"), "S"),
    ("P_13_3", "P_14_3", ("5",), "S"),
    # The flat rate of taxis, and taxes of other countries in the one-stop shop.
    ("P_13_4", "P_14_4", (), "S"),
    ("P_13_5", "P_14_5", (), "S"),
    ("P_13_6_1", None, ("0",), "Z"),
    ("P_13_6_2", None, ("0",), "K"),
    ("P_13_6_3", None, ("0",), "G"),
    ("P_13_7", None, ("0",), "E"),
    ("P_13_8", None, ("0",), "O"),
    ("P_13_9", None, ("0",), "AE"),
    ("P_13_10", None, ("0",), "AE"),
    # The margin scheme: its tax is in the price, and is not deducted.
    ("P_13_11", None, ("0",), "E"),
)
_CORRECTIONS: Final = frozenset({"KOR", "KOR_ZAL", "KOR_ROZ"})


def read(root: Element) -> ElectronicInvoice:
    """The invoice of a file. Raises InvalidInvoice: an amount or a day is none."""
    invoice = root.first("Fa")
    rows = [*_rows(invoice)]
    gross = national.amount_at(invoice, "P_15")
    net = national.summed(row.base for row in rows)
    tax = national.summed(row.tax for row in rows)
    kind = national.value_at(invoice, "RodzajFaktury")
    whole = sum((amount.value for amount in (net, tax) if amount is not None), _ZERO)
    corrected = national.text_at(invoice, "DaneFaKorygowanej/NrFaKorygowanej")
    advance = national.text_at(invoice, "FakturaZaliczkowa/NrFaZaliczkowej")
    return ElectronicInvoice(
        syntax=Syntax.KSEF,
        profile=Located(f"KSeF {NAMESPACES.get(root.namespace, '')}".strip(), root.path),
        number=national.text_at(invoice, "P_2"),
        type_code=national.text_at(invoice, "RodzajFaktury"),
        issue_date=national.day_at(invoice, "P_1"),
        due_date=national.day_at(invoice, "Platnosc/TerminPlatnosci/Termin"),
        currency=national.text_at(invoice, "KodWaluty"),
        seller=_party(root.first("Podmiot1")),
        buyer=_party(root.first("Podmiot2")),
        totals=Totals(
            net=net, tax=tax, gross=gross, due=national.amount_at(invoice, "Rozliczenie/DoZaplaty")
        ),
        taxes=tuple(rows),
        adjustments=(),
        lines=tuple(_lines(invoice)),
        iban=national.text_at(invoice, "Platnosc/RachunekBankowy/NrRB"),
        payment_reference=None,
        preceding=corrected or advance,
        relation=national.replaces_if(kind in _CORRECTIONS),
        doubts=tuple(national.doubts_of(rows, gross, expected=[whole])),
        # A corrective invoice has its own sign.
        stated_kind=DocumentKind.INVOICE,
    )


def _rows(invoice: Element | None) -> Iterator[TaxBreakdown]:
    if invoice is None:
        return
    printed = {national.value_at(line, "P_12") for line in invoice.named("FaWiersz")}
    for net_name, tax_name, rates, category in _SUMS:
        net = national.amount_at(invoice, net_name)
        if net is None:
            continue
        tax = Located(_ZERO, net.path)
        if tax_name is not None:
            tax = national.amount_at(invoice, tax_name) or tax
        yield TaxBreakdown(
            base=net, tax=tax, rate=_rate(net, tax, rates=rates, printed=printed), category=category
        )


def _rate(
    net: Amount,
    tax: Amount,
    *,
    rates: tuple[str, ...],
    printed: set[str],
) -> Amount | None:
    """The rate that the lines name, else the one that the tax comes to."""
    if not rates:
        return None
    named = [rate for rate in rates if rate in printed]
    if len(named) == 1:
        return Located(Decimal(named[0]), net.path)

    def distance(rate: str) -> Decimal:
        return abs(net.value * Decimal(rate) / 100 - tax.value)

    return Located(Decimal(min(rates, key=distance)), net.path)


def _lines(invoice: Element | None) -> Iterator[InvoiceLine]:
    if invoice is None:
        return
    for line in invoice.named("FaWiersz"):
        yield InvoiceLine(
            path=line.path,
            name=national.text_at(line, "P_7"),
            quantity=national.amount_at(line, "P_8B"),
            unit_price=national.amount_at(line, "P_9A") or national.amount_at(line, "P_9B"),
            amount=national.amount_at(line, "P_11") or national.amount_at(line, "P_11A"),
        )


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    number = national.text_at(party, "DaneIdentyfikacyjne/NIP")
    vat_id: Text | None = None
    if number is not None:
        vat_id = Located(f"PL{number.value}", number.path)
    else:
        country = national.value_at(party, "DaneIdentyfikacyjne/KodUE")
        other = national.text_at(party, "DaneIdentyfikacyjne/NrVatUE")
        if other is not None:
            vat_id = Located(f"{country}{other.value}", other.path)
    return Party(
        name=national.text_at(party, "DaneIdentyfikacyjne/Nazwa"),
        vat_id=vat_id,
        country=national.text_at(party, "Adres/KodKraju"),
    )

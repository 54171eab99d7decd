"""FatturaPA, the invoice of Italy: FPA12 (to the public sector) and FPR12 (to others), and
the simplified one, FSM10. Pure.

Source: "Specifiche tecniche relative al tracciato della fattura elettronica", Agenzia delle
Entrate, and its tables of TipoDocumento, Natura and EsigibilitaIVA."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from tillroll_documents.reading.e_invoices import national
from tillroll_documents.reading.e_invoices.e_invoice import (
    Amount,
    Day,
    ElectronicInvoice,
    Element,
    InvoiceLine,
    Located,
    Party,
    Syntax,
    TaxBreakdown,
    Text,
    Totals,
    day_of,
)
from tillroll_documents.reading.reasons import InvoiceReason

SIMPLIFIED: Final = "FatturaElettronicaSemplificata"
"""The root of a simplified invoice."""
_CREDIT_NOTE: Final = "TD04"
# Documents that the buyer writes: taxes of purchases from abroad, of its own consumption, or of an
# invoice that never came.
_WRITTEN_BY_BUYER: Final = frozenset(
    {"TD16", "TD17", "TD18", "TD19", "TD20", "TD21", "TD22", "TD23", "TD27", "TD28", "TD29"}
)
# Natura by its first two marks, or as a whole: excluded, not subject, not taxable, exempt, margin,
# reverse charge, taxed in another country of the EU.
_CATEGORIES: Final[Mapping[str, str]] = {
    "N1": "O",
    "N2": "O",
    "N3": "E",
    "N4": "E",
    "N5": "E",
    "N6": "AE",
    "N7": "O",
    "N3.1": "G",
    "N3.2": "K",
    "N3.3": "G",
}
_SPLIT_PAYMENT: Final = "S"
_DISCOUNT: Final = "SC"


def read(root: Element) -> ElectronicInvoice:
    """The first invoice of a file. Raises InvalidInvoice: an amount or a day is none."""
    if root.local == SIMPLIFIED:
        from tillroll_documents.reading.e_invoices import (  # noqa: PLC0415 - of few files
            fattura_simplified,
        )

        return fattura_simplified.read(root)
    header = root.first("FatturaElettronicaHeader")
    bodies = [*root.named("FatturaElettronicaBody")]
    body = next(iter(bodies), None)
    document = None
    if body is not None:
        document = body.first("DatiGenerali", "DatiGeneraliDocumento")
    rows = [*_rows(body)]
    net = national.summed(row.base for row in rows)
    tax = national.summed(row.tax for row in rows)
    rounding = national.amount_at(document, "Arrotondamento")
    stated = national.amount_at(document, "ImportoTotaleDocumento")
    gross = stated or national.plus(net, tax, rounding, _adjustments(document))
    kind = national.value_at(document, "TipoDocumento")
    return ElectronicInvoice(
        syntax=Syntax.FATTURA,
        profile=Located(f"FatturaPA {root.attributes.get('versione', '')}".strip(), root.path),
        number=national.text_at(document, "Numero"),
        type_code=national.text_at(document, "TipoDocumento"),
        issue_date=national.day_at(document, "Data"),
        due_date=_due_date(body),
        currency=national.text_at(document, "Divisa"),
        seller=_party(header, "CedentePrestatore"),
        buyer=_party(header, "CessionarioCommittente"),
        totals=Totals(net=net, tax=tax, gross=gross, due=_due(body, document, gross)),
        taxes=tuple(rows),
        adjustments=(),
        lines=tuple(_lines(body)),
        iban=national.text_at(body, "DatiPagamento/DettaglioPagamento/IBAN"),
        payment_reference=national.text_at(
            body, "DatiPagamento/DettaglioPagamento/CodicePagamento"
        ),
        preceding=national.text_at(body, "DatiGenerali/DatiFattureCollegate/IdDocumento"),
        doubts=tuple(_doubts(bodies, document, rows, kind=kind)),
        stated_kind=national.credit_note_if(kind == _CREDIT_NOTE),
    )


def _doubts(
    bodies: list[Element],
    document: Element | None,
    rows: list[TaxBreakdown],
    *,
    kind: str,
) -> Iterator[str]:
    if len(bodies) > 1:
        yield InvoiceReason.SEVERAL_INVOICES.value
    if kind in _WRITTEN_BY_BUYER:
        yield InvoiceReason.SELF_INVOICE.value
    sums = [amount.value for row in rows for amount in (row.base, row.tax) if amount is not None]
    whole = sum(sums, Decimal(0))
    rounding = national.amount_at(document, "Arrotondamento")
    stamp = national.amount_at(document, "DatiBollo/ImportoBollo")
    if document is not None:
        whole += _adjustment(document)
    expected = {whole, *(whole + amount for amount in _roundings(bodies, rounding))}
    if stamp is not None:
        # The stamp duty of two euros may be charged to the buyer, or be the seller's own.
        expected |= {amount + stamp.value for amount in expected}
    stated = national.amount_at(document, "ImportoTotaleDocumento")
    yield from national.doubts_of(rows, stated, expected=expected)


def _adjustments(document: Element | None) -> Amount | None:
    if document is None:
        return None
    return Located(_adjustment(document), document.path)


def _adjustment(document: Element) -> Decimal:
    """Discounts (SC) and surcharges (MG) on the whole document, which the stated total has."""
    total = Decimal(0)
    for each in document.named("ScontoMaggiorazione"):
        amount = national.amount_at(each, "Importo")
        if amount is None:
            continue
        if national.value_at(each, "Tipo") == _DISCOUNT:
            total -= amount.value
        else:
            total += amount.value
    return total


def _roundings(bodies: list[Element], of_document: Amount | None) -> Iterator[Decimal]:
    """What the document, or its rows, say that the total was rounded by."""
    if of_document is not None:
        yield of_document.value
    for body in bodies[:1]:
        rows = [
            national.amount_at(row, "Arrotondamento")
            for row in body.all("DatiBeniServizi", "DatiRiepilogo")
        ]
        of_rows = national.summed(rows)
        if of_rows is not None:
            yield of_rows.value


def _rows(body: Element | None) -> Iterator[TaxBreakdown]:
    if body is None:
        return
    for row in body.all("DatiBeniServizi", "DatiRiepilogo"):
        nature = national.value_at(row, "Natura")
        category = _CATEGORIES.get(nature) or _CATEGORIES.get(nature[:2])
        yield TaxBreakdown(
            base=national.amount_at(row, "ImponibileImporto"),
            tax=national.amount_at(row, "Imposta"),
            rate=national.amount_at(row, "AliquotaIVA"),
            category=category or "S",
        )


def _lines(body: Element | None) -> Iterator[InvoiceLine]:
    if body is None:
        return
    for line in body.all("DatiBeniServizi", "DettaglioLinee"):
        yield InvoiceLine(
            path=line.path,
            name=national.text_at(line, "Descrizione"),
            quantity=national.amount_at(line, "Quantita"),
            unit_price=national.amount_at(line, "PrezzoUnitario"),
            amount=national.amount_at(line, "PrezzoTotale"),
        )


def _due_date(body: Element | None) -> Day | None:
    if body is None:
        return None
    return day_of(body.first("DatiPagamento", "DettaglioPagamento", "DataScadenzaPagamento"))


def _due(body: Element | None, document: Element | None, gross: Amount | None) -> Amount | None:
    """What the seller is paid: the total without the tax that a public buyer pays to the state
    (split payment), and without what is withheld."""
    if body is None or document is None:
        return None
    split = [
        national.amount_at(row, "Imposta")
        for row in body.all("DatiBeniServizi", "DatiRiepilogo")
        if national.value_at(row, "EsigibilitaIVA") == _SPLIT_PAYMENT
    ]
    withheld = [
        national.amount_at(each, "ImportoRitenuta") for each in document.named("DatiRitenuta")
    ]
    return national.minus(gross, national.summed([*split, *withheld]))


def _party(header: Element | None, name: str) -> Party:
    party = None
    if header is not None:
        party = header.first(name)
    if party is None:
        return Party()
    return Party(
        name=_name(party),
        vat_id=_vat_id(party),
        tax_number=national.text_at(party, "DatiAnagrafici/CodiceFiscale"),
        country=national.text_at(party, "Sede/Nazione")
        or national.text_at(party, "DatiAnagrafici/IdFiscaleIVA/IdPaese"),
    )


def _name(party: Element) -> Text | None:
    """A firm's name, or a person's two."""
    firm = national.text_at(party, "DatiAnagrafici/Anagrafica/Denominazione")
    if firm is not None:
        return firm
    first = national.text_at(party, "DatiAnagrafici/Anagrafica/Nome")
    last = national.text_at(party, "DatiAnagrafici/Anagrafica/Cognome")
    if first is None or last is None:
        return first or last
    return Located(f"{first.value} {last.value}", first.path)


def _vat_id(party: Element) -> Text | None:
    country = national.value_at(party, "DatiAnagrafici/IdFiscaleIVA/IdPaese")
    number = national.text_at(party, "DatiAnagrafici/IdFiscaleIVA/IdCodice")
    if number is None or number.value.startswith(country or "-"):
        return number
    return Located(f"{country}{number.value}", number.path)

"""FatturaPA's simplified invoice (fattura semplificata, FSM10), for up to 400 euros. Pure.

Source: "Specifiche tecniche relative al tracciato della fattura elettronica semplificata", Agenzia
delle Entrate, version 1.0. Its lines have gross amounts (Importo), each with its tax (Imposta) or
the rate (Aliquota) that tells it.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
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
from tillroll_documents.reading.reasons import InvoiceReason

_CREDIT_NOTE: Final = "TD08"
_DEBIT_NOTE: Final = "TD09"
_CENT: Final = Decimal("0.01")


def read(root: Element) -> ElectronicInvoice:
    """The first invoice of a file. Raises InvalidInvoice: an amount or a day is none."""
    header = root.first("FatturaElettronicaHeader")
    bodies = [*root.named("FatturaElettronicaBody")]
    body = next(iter(bodies), None)
    document = None
    if body is not None:
        document = body.first("DatiGenerali", "DatiGeneraliDocumento")
    kind = national.value_at(document, "TipoDocumento")
    rows = [*_rows(body)]
    gross = national.summed(line.amount for line in _lines(body))
    tax = national.summed(row.tax for row in rows)
    doubts = national.doubts_of(rows, None, expected=())
    if len(bodies) > 1:
        doubts.append(InvoiceReason.SEVERAL_INVOICES.value)
    if kind == _DEBIT_NOTE:
        doubts.append(InvoiceReason.DEBIT_NOTE.value)
    return ElectronicInvoice(
        syntax=Syntax.FATTURA,
        profile=Located(f"FatturaPA {root.attributes.get('versione', '')}".strip(), root.path),
        number=national.text_at(document, "Numero"),
        type_code=national.text_at(document, "TipoDocumento"),
        issue_date=national.day_at(document, "Data"),
        due_date=None,
        currency=national.text_at(document, "Divisa"),
        seller=_party(header, "CedentePrestatore", names="", ids="IdFiscaleIVA"),
        buyer=_party(
            header,
            "CessionarioCommittente",
            names="AltriDatiIdentificativi/",
            ids="IdentificativiFiscali/IdFiscaleIVA",
        ),
        totals=Totals(net=national.minus(gross, tax), tax=tax, gross=gross, due=gross),
        taxes=tuple(rows),
        adjustments=(),
        lines=tuple(_lines(body)),
        iban=None,
        payment_reference=None,
        preceding=national.text_at(body, "DatiGenerali/DatiFatturaRettificata/NumeroFR"),
        doubts=tuple(doubts),
        stated_kind=national.credit_note_if(kind == _CREDIT_NOTE),
    )


def _rows(body: Element | None) -> Iterator[TaxBreakdown]:
    if body is None:
        return
    for line in body.named("DatiBeniServizi"):
        gross = national.amount_at(line, "Importo")
        rate = national.amount_at(line, "DatiIVA/Aliquota")
        tax = national.amount_at(line, "DatiIVA/Imposta") or _tax_in(gross, rate)
        category = "S"
        if national.value_at(line, "Natura"):
            category = "E"
        yield TaxBreakdown(national.minus(gross, tax), tax, rate=rate, category=category)


def _tax_in(gross: Amount | None, rate: Amount | None) -> Amount | None:
    """The tax that a gross amount holds at a rate in percent, to a cent."""
    if gross is None or rate is None:
        return None
    tax = gross.value * rate.value / (100 + rate.value)
    return Located(tax.quantize(_CENT, ROUND_HALF_UP), rate.path)


def _lines(body: Element | None) -> Iterator[InvoiceLine]:
    if body is None:
        return
    for line in body.named("DatiBeniServizi"):
        yield InvoiceLine(
            path=line.path,
            name=national.text_at(line, "Descrizione"),
            quantity=None,
            unit_price=None,
            amount=national.amount_at(line, "Importo"),
        )


def _party(header: Element | None, party: str, *, names: str, ids: str) -> Party:
    element = None
    if header is not None:
        element = header.first(party)
    if element is None:
        return Party()
    return Party(
        name=_name(element, names),
        vat_id=_vat_id(element, ids),
        tax_number=national.text_at(element, f"{ids.removesuffix('IdFiscaleIVA')}CodiceFiscale"),
        country=national.text_at(element, f"{names}Sede/Nazione")
        or national.text_at(element, f"{ids}/IdPaese"),
    )


def _name(party: Element, names: str) -> Text | None:
    """A firm's name, or a person's two."""
    firm = national.text_at(party, f"{names}Denominazione")
    if firm is not None:
        return firm
    first = national.text_at(party, f"{names}Nome")
    last = national.text_at(party, f"{names}Cognome")
    if first is None or last is None:
        return first or last
    return Located(f"{first.value} {last.value}", first.path)


def _vat_id(party: Element, ids: str) -> Text | None:
    country = national.value_at(party, f"{ids}/IdPaese")
    number = national.text_at(party, f"{ids}/IdCodice")
    if number is None or number.value.startswith(country or "-"):
        return number
    return Located(f"{country}{number.value}", number.path)

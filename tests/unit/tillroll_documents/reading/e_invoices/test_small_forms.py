"""Series of numbers, simplified invoices of Italy, and what is due to others."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.e_invoices import Facts, ubl
from tests.support.national_invoices import National, facturae
from tests.unit.tillroll_documents.reading.as_uploaded import read_xml
from tillroll_documents.reading.extraction import DocumentKind

_SPAIN = National(number="114", seller="Talleres Ejemplo S.L.", seller_id="B12345674")


@pytest.mark.parametrize(
    ("series", "number"),
    [("A", "A-114"), ("2026", "2026-114"), ("", "114"), ("11", "114")],
)
def test_the_number_of_a_facturae_has_its_series(series: str, number: str) -> None:
    element = f"<InvoiceSeriesCode>{series}</InvoiceSeriesCode>"
    reading = read_xml(facturae(replace(_SPAIN, more={"series": element})))
    assert reading is not None
    assert reading.extraction.receipt_number.value == number


_SIMPLIFIED = """<p:FatturaElettronicaSemplificata versione="FSM10"
 xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0">
<FatturaElettronicaHeader><CedentePrestatore>
<IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234567897</IdCodice></IdFiscaleIVA>
<Denominazione>Bar Roma SRL</Denominazione>
<Sede><Indirizzo>Via Roma 5</Indirizzo><Nazione>IT</Nazione></Sede>
</CedentePrestatore><CessionarioCommittente>
<IdentificativiFiscali><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>12345670017</IdCodice>
</IdFiscaleIVA></IdentificativiFiscali>
<AltriDatiIdentificativi><Denominazione>Studio Verdi</Denominazione></AltriDatiIdentificativi>
</CessionarioCommittente></FatturaElettronicaHeader>
<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>
<TipoDocumento>{kind}</TipoDocumento><Divisa>EUR</Divisa><Data>2026-09-24</Data>
<Numero>S/17</Numero></DatiGeneraliDocumento></DatiGenerali>
<DatiBeniServizi><Descrizione>Pranzo</Descrizione><Importo>22.00</Importo>
<DatiIVA><Aliquota>10.00</Aliquota></DatiIVA></DatiBeniServizi>
<DatiBeniServizi><Descrizione>Vino</Descrizione><Importo>12.20</Importo>
<DatiIVA><Imposta>2.20</Imposta></DatiIVA></DatiBeniServizi>
</FatturaElettronicaBody></p:FatturaElettronicaSemplificata>"""


def test_a_simplified_fattura_has_gross_lines() -> None:
    reading = read_xml(_SIMPLIFIED.format(kind="TD07").encode())
    assert reading is not None
    assert (reading.accepted, reading.reasons) == (True, ())
    read = reading.extraction
    assert (read.total.value, read.tax.value, read.subtotal.value) == ("34.20", "4.20", "30.00")
    assert (read.receipt_number.value, read.date.value) == ("S/17", date(2026, 9, 24))
    assert (read.merchant.value, read.tax_id.value) == ("Bar Roma SRL", "IT01234567897")
    assert (read.buyer.value, read.currency.value) == ("Studio Verdi", "EUR")


@pytest.mark.parametrize(
    ("kind", "is_accepted", "total", "document_kind"),
    [
        ("TD08", True, "-34.20", DocumentKind.CREDIT_NOTE),
        ("TD09", False, "34.20", DocumentKind.INVOICE),
    ],
)
def test_a_simplified_note_is_a_credit_or_asked(
    kind: str,
    *,
    is_accepted: bool,
    total: str,
    document_kind: DocumentKind,
) -> None:
    reading = read_xml(_SIMPLIFIED.format(kind=kind).encode())
    assert reading is not None
    assert reading.accepted is is_accepted
    assert reading.extraction.total.value == total
    assert reading.extraction.document_kind.value is document_kind


def _with_third_party(profile: str) -> bytes:
    facts = Facts()
    content = ubl(facts).decode()
    before, _, rest = content.partition("<cbc:CustomizationID>")
    _, _, after = rest.partition("</cbc:CustomizationID>")
    content = f"{before}<cbc:CustomizationID>{profile}</cbc:CustomizationID>{after}"
    payable = f'<cbc:PayableAmount currencyID="EUR">{facts.amount("due")}'
    more = f'<cbc:PayableAmount currencyID="EUR">{facts.amount("due") + 10}'
    assert payable in content
    paid = '<cbc:PaidAmount currencyID="EUR">10.00</cbc:PaidAmount>'
    payment = f"<cac:PrepaidPayment>{paid}</cac:PrepaidPayment><cac:TaxTotal>"
    return content.replace(payable, more).replace("<cac:TaxTotal>", payment, 1).encode()


def test_what_is_due_to_others_breaks_no_sum_and_is_asked() -> None:
    extension = (
        "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
        "#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
    )
    reading = read_xml(_with_third_party(extension))
    assert reading is not None
    assert reading.reasons == ("charged_otherwise",)
    assert reading.extraction.total.value == "83.30"


def test_elsewhere_such_a_payment_was_made_before() -> None:
    reading = read_xml(_with_third_party("urn:cen.eu:en16931:2017"))
    assert reading is not None
    assert "br_co_16" in reading.reasons

"""FatturaPA, KSeF, Facturae and ebInterface give what was written into them; what has to be asked
is asked.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.national_invoices import National, Row, ebinterface, facturae, fattura, ksef
from tillroll_documents.reading.e_invoices.e_invoice import UnknownDocument
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.extraction import DocumentKind, Extraction
from tillroll_documents.reading.receipt import Reading

ITALY = National()
POLAND = National(
    number="FV/2026/09/17",
    currency="PLN",
    seller="Przykład Sp. z o.o.",
    seller_id="5260250274",
    buyer="Exempla Sp. z o.o.",
    buyer_id="7010023045",
    iban="61109010140000071219812874",
    rows=(Row(Decimal(23), Decimal("100.00")), Row(Decimal(8), Decimal("50.00"))),
)
SPAIN = National(
    number="2026-114",
    seller="Talleres Ejemplo S.L.",
    seller_id="B12345674",
    buyer="Ejemplar S.A.",
    buyer_id="A28000727",
    iban="ES9121000418450200051332",
    rows=(Row(Decimal(21), Decimal("200.00")), Row(Decimal(10), Decimal("30.00"))),
)
AUSTRIA = National(
    number="993433000298",
    seller="Schrauben Muster GmbH",
    seller_id="ATU51507409",
    buyer="Exempla GmbH",
    buyer_id="ATU13585627",
    iban="AT611904300234573201",
    rows=(Row(Decimal(20), Decimal("80.00")), Row(Decimal(10), Decimal("20.00"), "AA")),
)
FORMS: dict[str, tuple[National, Callable[[National], bytes]]] = {
    "FatturaPA": (ITALY, fattura),
    "FA(2)": (POLAND, lambda facts: ksef(facts, 2)),
    "FA(3)": (POLAND, ksef),
    "Facturae": (SPAIN, facturae),
    "ebInterface 6.0": (AUSTRIA, lambda facts: ebinterface(facts, "6p0")),
    "ebInterface 6.1": (AUSTRIA, ebinterface),
}


def judged(content: bytes) -> Reading:
    invoice = read_invoice(content)
    extraction, _ = extract(invoice)
    return judge(invoice, extraction, "")


def read(content: bytes) -> Extraction:
    return judged(content).extraction


@pytest.mark.parametrize("form", FORMS)
def test_every_value_is_read(form: str) -> None:
    facts, write = FORMS[form]
    reading = judged(write(facts))
    found = reading.extraction
    assert (reading.accepted, reading.reasons) == (True, ())
    assert found.merchant.value == facts.seller
    assert found.receipt_number.value == facts.number
    assert (found.date.value, found.due_date.value) == (facts.issued, facts.due)
    assert found.currency.value == facts.currency
    assert (found.total.value, found.tax.value) == (f"{facts.total}", f"{facts.tax}")
    assert found.subtotal.value == f"{facts.net}"
    assert found.buyer.value == facts.buyer
    assert found.iban.value == facts.iban
    assert found.tax_id.value is not None
    assert found.tax_id.value.endswith(facts.seller_id)
    assert found.document_kind.value is DocumentKind.INVOICE
    assert [(line.rate, line.net, line.tax, line.vat_category) for line in found.tax_lines] == [
        (f"{row.rate:f}", f"{row.net}", f"{row.tax}", "S") for row in facts.rows
    ]
    assert [item.amount for item in found.line_items] == [f"{row.net}" for row in facts.rows]
    assert found.e_invoice is not None
    assert found.e_invoice.profile is not None
    assert all(field.evidence.path for field in (found.total, found.date) if field.evidence)


_AMOUNTS = st.decimals("0.01", "99999.99", places=2)


@given(
    st.sampled_from(list(FORMS)),
    st.lists(_AMOUNTS, min_size=1, max_size=3),
    st.dates(date(2015, 1, 1), date(2040, 12, 31)),
)
def test_any_amount_and_day_is_read(form: str, amounts: list[Decimal], day: date) -> None:
    facts, write = FORMS[form]
    rows = tuple(replace(row, net=amount) for row, amount in zip(facts.rows, amounts, strict=False))
    written = replace(facts, rows=rows, issued=day)
    reading = judged(write(written))
    assert reading.accepted, reading.reasons
    assert reading.extraction.total.value == f"{written.total}"
    assert reading.extraction.date.value == day


@pytest.mark.parametrize("form", FORMS)
def test_a_total_that_is_not_net_and_tax_is_asked(form: str) -> None:
    facts, write = FORMS[form]
    reading = judged(write(replace(facts, stated_total=facts.total + 3)))
    assert not reading.accepted
    assert "br_co_15" in reading.reasons


@pytest.mark.parametrize(
    ("nature", "category"),
    [
        ("N1", "O"),
        ("N2.1", "O"),
        ("N2.2", "O"),
        ("N3.1", "G"),
        ("N3.2", "K"),
        ("N3.5", "E"),
        ("N4", "E"),
        ("N5", "E"),
        ("N6.3", "AE"),
        ("N6.9", "AE"),
        ("N7", "O"),
    ],
)
def test_the_natura_of_a_row_is_its_vat_category(nature: str, category: str) -> None:
    found = read(fattura(replace(ITALY, rows=(Row(Decimal(0), Decimal("100.00"), nature),))))
    assert [(line.vat_category, line.tax) for line in found.tax_lines] == [(category, "0.00")]


def test_a_fattura_to_the_public_sector_is_read() -> None:
    """The buyer pays the tax to the state (split payment), so less is due."""
    split = replace(ITALY, more={"esigibilita": "<EsigibilitaIVA>S</EsigibilitaIVA>"})
    found = read(fattura(split, "FPA12"))
    assert (found.total.value, found.amount_due.value) == ("122.00", "100.00")


def test_withheld_tax_is_of_the_total_and_not_paid_to_the_seller() -> None:
    found = read(fattura(replace(ITALY, document_type="TD06", withheld=Decimal("20.00"))))
    assert (found.total.value, found.amount_due.value) == ("122.00", "102.00")
    spanish = read(facturae(replace(SPAIN, withheld=Decimal("30.00"))))
    assert (spanish.total.value, spanish.amount_due.value) == ("275.00", "245.00")


def test_a_total_that_is_left_out_is_net_and_tax() -> None:
    reading = judged(fattura(replace(ITALY, states_total=False)))
    assert (reading.accepted, reading.extraction.total.value) == (True, "122.00")


def test_credit_notes_give_money_back() -> None:
    italian = read(fattura(replace(ITALY, document_type="TD04", of="9/2026")))
    assert (italian.total.value, italian.refers_to.value) == ("-122.00", "9/2026")
    austrian = read(ebinterface(replace(AUSTRIA, document_type="CreditMemo")))
    assert (austrian.total.value, austrian.document_kind.value) == (
        "-118.00",
        DocumentKind.CREDIT_NOTE,
    )


@pytest.mark.parametrize("kind", ["TD16", "TD17", "TD18", "TD19", "TD27", "TD28"])
def test_what_the_buyer_wrote_for_its_taxes_is_asked(kind: str) -> None:
    reading = judged(fattura(replace(ITALY, document_type=kind)))
    assert reading.reasons == ("self_invoice",)


def test_several_invoices_in_one_file_are_asked() -> None:
    assert "several_invoices" in judged(fattura(replace(ITALY, more={"bodies": "2"}))).reasons
    assert "several_invoices" in judged(facturae(replace(SPAIN, more={"invoices": "3"}))).reasons


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("0 KR", "Z"),
        ("0 WDT", "K"),
        ("0 EX", "G"),
        ("zw", "E"),
        ("np I", "O"),
        ("np II", "AE"),
        ("oo", "AE"),
    ],
)
def test_a_polish_rate_without_tax_is_its_vat_category(kind: str, category: str) -> None:
    found = read(ksef(replace(POLAND, rows=(Row(Decimal(0), Decimal("100.00"), kind),))))
    assert [(line.vat_category, line.rate, line.tax) for line in found.tax_lines] == [
        (category, "0", "0.00")
    ]


def test_a_polish_correction_states_differences_and_is_asked() -> None:
    less = (Row(Decimal(23), Decimal("-10.00")),)
    reading = judged(ksef(replace(POLAND, rows=less, document_type="KOR", of="FV/2026/08/3")))
    assert reading.reasons == ("corrected_invoice",)
    assert (reading.extraction.total.value, reading.extraction.refers_to.value) == (
        "-12.30",
        "FV/2026/08/3",
    )


def test_a_settling_invoice_names_what_is_left() -> None:
    reading = judged(ksef(replace(POLAND, document_type="ROZ", of="FV/2026/08/ZAL")))
    assert (reading.accepted, reading.extraction.refers_to.value) == (True, "FV/2026/08/ZAL")


def test_a_corrective_facturae_is_asked() -> None:
    assert judged(facturae(replace(SPAIN, document_type="OR", of="2026-90"))).reasons == (
        "corrected_invoice",
    )


def test_taxes_of_the_canary_islands_are_named() -> None:
    found = read(facturae(replace(SPAIN, rows=(Row(Decimal(7), Decimal("100.00"), "03"),))))
    assert [line.vat_category for line in found.tax_lines] == ["L"]


def test_a_final_settlement_with_something_prepaid_is_asked() -> None:
    final = replace(AUSTRIA, document_type="FinalSettlement", prepaid=Decimal("50.00"))
    reading = judged(ebinterface(final))
    assert reading.reasons == ("final_invoice",)
    assert (reading.extraction.total.value, reading.extraction.amount_due.value) == (
        "118.00",
        "68.00",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            (
                b'<FatturaElettronicaSemplificata versione="FSM10" xmlns="http://ivaservizi.'
                b'agenziaentrate.gov.it/v1.0"/>'
            ),
            "xml_fattura_semplificata",
        ),
        (fattura(ITALY, "FPR11"), "xml_old_fattura"),
        (ksef(POLAND).replace(b"2025/06/25/13775", b"2021/11/29/11089"), "xml_old_ksef"),
        (facturae(SPAIN).replace(b"3.2.2<", b"3.1<"), "xml_old_facturae"),
        (ebinterface(AUSTRIA, "4p3"), "xml_old_ebinterface"),
        (b'<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>', "xml_svefaktura"),
        (b"<Finvoice/>", "xml_finvoice"),
        (b'<Invoice xmlns="http://isdoc.cz/namespace/2013"/>', "xml_isdoc"),
        (
            b'<Reminder xmlns="urn:oasis:names:specification:ubl:schema:xsd:Reminder-2"/>',
            "xml_ubl_reminder",
        ),
        (b'<Comprobante xmlns="http://www.sat.gob.mx/cfd/4"/>', "xml_cfdi"),
        (b'<EnvioDTE xmlns="http://www.sii.cl/SiiDte"/>', "xml_dte"),
        (b'<DTE xmlns="http://www.sii.cl/SiiDte"/>', "xml_dte"),
        (
            (
                b'<FacturaElectronica xmlns="https://cdn.comprobanteselectronicos.go.cr/'
                b'xml-schemas/v4.4/facturaElectronica"/>'
            ),
            "xml_costa_rica",
        ),
        (b'<GTDocumento xmlns="http://www.sat.gob.gt/dte/fel/0.2.0"/>', "xml_fel"),
        (b'<rDE xmlns="http://ekuatia.set.gov.py/sifen/xsd"/>', "xml_sifen"),
        (b"<autorizacion><estado>AUTORIZADO</estado></autorizacion>", "xml_sri"),
        (b"<weather/>", None),
    ],
)
def test_what_is_not_read_is_named(content: bytes, reason: str | None) -> None:
    with pytest.raises(UnknownDocument) as caught:
        read_invoice(content)
    assert caught.value.reason == reason


def test_a_discount_on_the_whole_document_is_in_its_total() -> None:
    discount = b"<ScontoMaggiorazione><Tipo>SC</Tipo><Importo>12.00</Importo></ScontoMaggiorazione>"
    content = fattura(replace(ITALY, stated_total=Decimal("110.00")))
    reading = judged(
        content.replace(b"<ImportoTotaleDocumento>", discount + b"<ImportoTotaleDocumento>")
    )
    assert (reading.accepted, reading.extraction.total.value) == (True, "110.00")


def test_a_total_that_its_row_rounds_is_taken() -> None:
    content = fattura(replace(ITALY, stated_total=Decimal("121.65")))
    rounding = b"<Arrotondamento>-0.35</Arrotondamento><ImponibileImporto>"
    assert judged(content.replace(b"<ImponibileImporto>", rounding)).accepted


def test_a_spanish_total_may_be_stated_before_withheld_taxes() -> None:
    content = facturae(replace(SPAIN, withheld=Decimal("30.00")))
    before = content.replace(b"<InvoiceTotal>245.00", b"<InvoiceTotal>275.00")
    reading = judged(before)
    assert (reading.accepted, reading.extraction.total.value) == (True, "275.00")

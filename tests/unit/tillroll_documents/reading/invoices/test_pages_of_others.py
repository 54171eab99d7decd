"""Pages as programs of others lay them out: parties side by side, names without a legal form,
sparse credit notes.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading

BESIDE_THE_BUYER = """
Invoice To:
Rivertown Bikes LLC                                                  Ellen Ward Plumbing
410 Main St
Austin, TX 78701                                                                                     8 Harbour View
                                                                                                     Cork T12 X2V5
                                                                                           VAT Reg No: IE1234567WA
TAX INVOICE
Invoice No     Invoice Date / Tax Point          Account Ref       Your Order No
2026-6548      04/07/2026                        NGD001            PO-333
#       Details                                             Qty               Price £                     Net £
1       Oak shelving                                          2                100.00                   200.00
                                                                   Total Net Amount                    £200.00
                                                                   VAT @ 20.00%                         £40.00
                                                                   Invoice Total                       £240.00
                                                                   Balance brought forward             £300.00
                                                                   Total balance on account            £540.00
"""
SPARSE_CREDIT_NOTE = """
                                                                                            CREDIT NOTE
Marlow Catering Services Limited                                            Credit Note #       CN-2026-4517
Unit 3 Riverside Park, Reading RG1 8DN
                                                                            Credit Date         22 July 2026
                                                                            Original Invoice    INV-346
Credit to
Northgate Dental Practice
5 Abbey Road
York YO1 7HY
#         Item                                  Qty                         Rate                       Amount
1         Call-out                                 1                    £667.60                       £667.60
                                                                           Sub Total                  £667.60
                                                                           VAT (20%)                  £133.52
                                                                           Total                      £801.12
                                                                           Credits Remaining          £801.12
"""
WITHOUT_TAX = """
INVOICE
TO                                                                   Invoice: 2026-5029
Acorn Media Group plc                                                Date: 5 April 2026
100 Liverpool Street                                                 Due: 5 May 2026
London EC2M 2RH
         Work                                         Hours                         Rate                        Total
 1       Drawings                                         1                      £506.70                      £506.70
 2       Layout                                           2                       £10.00                       £20.00
                                                                         TOTAL                                £526.70
Payment by bank transfer within 14 days.
Account name: Amelia Hart Design
Sort code: 04-00-04 Account: 87654321
Amelia Hart Design Flat 4, 18 Mill Lane, Bristol BS1 5TY hello@ameliahart.design
"""
SUMS_IN_A_ROW = """
                                                                         Autohaus Brinkmann GmbH
                                                                         Hansering 9, 48155 Münster
     Autohaus Brinkmann GmbH - Hansering 9 - 48155 Münster
     Firma
     Verlag Kiepen & Sohn KG
     Domstraße 1
     50668 Köln
     Werkstattrechnung                 Rechnungs-Nr. 2026-5363                  Datum 02.02.2026           Blatt 1
     Amtl. Kennzeichen MS-AB 123 | Erstzulassung 01.03.2019 | Annahme 27.01.2026
      Pos        Arbeitslohn / Teile                     Menge          E-Preis                     Gesamtpreis
      1          Bremsen                                     4           125,52                          502,08
                Lohn           Material              Netto EUR          MwSt 19,00%                 Gesamt EUR
              251,04             251,04                 502,08                95,40                     597,48
     Zahlbar sofort ohne Abzug.
Bank: VR-Bank Münster IBAN DE44 5001 0517 5407 3249 31                 USt-IdNr DE204204204 Amtsgericht Münster HRB 3344
"""
NUMBER_BELOW_THE_TITLE = """
Suministros Ortega S.L.                                                FACTURA
Calle Mayor 14                                                         Número: INV-464/26
28013 Madrid                                                           Fecha: 05/03/2026
CIF: B12345678                                                         Vencimiento: 04/04/2026
Cliente
Clínica Dental Sol
Avenida de América 7
28028 Madrid
       Concepto                          Cant.               Precio               Importe
1      Kilo de café                          2              50,00 €              100,00 €
                                           Base imponible                        100,00 €
                                           IVA 21%                                21,00 €
                                           TOTAL                                 121,00 €
"""


def read(text: str) -> Reading:
    reading = read_printed(Page.of(Transcript.from_text(text)), today=date(2026, 11, 1))
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            BESIDE_THE_BUYER,
            ("invoice", "Ellen Ward Plumbing", "2026-6548", date(2026, 7, 4), "240.00"),
        ),
        (
            SPARSE_CREDIT_NOTE,
            (
                "credit_note",
                "Marlow Catering Services Limited",
                "CN-2026-4517",
                date(2026, 7, 22),
                "-801.12",
            ),
        ),
        (WITHOUT_TAX, ("invoice", "Amelia Hart Design", "2026-5029", date(2026, 4, 5), "526.70")),
        (
            SUMS_IN_A_ROW,
            ("invoice", "Autohaus Brinkmann GmbH", "2026-5363", date(2026, 2, 2), "597.48"),
        ),
        (
            NUMBER_BELOW_THE_TITLE,
            ("invoice", "Suministros Ortega S.L.", "INV-464/26", date(2026, 3, 5), "121.00"),
        ),
    ],
    ids=[
        "beside the buyer",
        "sparse credit note",
        "without tax",
        "sums in a row",
        "number below the title",
    ],
)
def test_what_stands_there_is_read(text: str, expected: tuple[str, str, str, date, str]) -> None:
    found = read(text).extraction
    kind = found.document_kind.value
    assert kind is not None
    got = (
        kind.value,
        found.registered_name.value,
        found.receipt_number.value,
        found.date.value,
        found.total.value,
    )
    assert got == expected


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (SPARSE_CREDIT_NOTE, ("seller_unconfirmed",)),
        (WITHOUT_TAX, ("total_uncertain",)),
        (NUMBER_BELOW_THE_TITLE, ()),
    ],
)
def test_a_person_is_asked_only_for_what_nothing_confirms(
    text: str, reasons: tuple[str, ...]
) -> None:
    assert read(text).reasons == reasons


def test_an_owner_and_a_number_are_no_part_of_the_name() -> None:
    text = NUMBER_BELOW_THE_TITLE.replace("Calle Mayor 14 ", "Inhaber J. Ortega")
    assert read(text).extraction.registered_name.value == "Suministros Ortega S.L."
    with_holder = f"{WITHOUT_TAX}\nAccount name: Amelia Hart Design, VAT No GB123456789\n"
    assert read(with_holder).extraction.registered_name.value == "Amelia Hart Design"


DISPATCHED = """
Pennine Plant Hire Ltd                                                            INVOICE
Victoria Works
Huddersfield HD1 3BT
Customer                                              Invoice No.       RE66373
Elm Tree Nursery                                      {label}             09-Mar-2026
9 Elm Road                                            Delivery Note     DN-482
Bolton BL1 4QR                                        Dispatch date     01-Mar-2026
Sl    Description of Goods                  Qty               Rate             Amount
1     Call-out                                1             100.00             100.00
                                            Net                               £100.00
                                            Output VAT 20%                     £20.00
                                            Grand Total                       £120.00
VAT Regn: GB 334 5566 77
"""


@pytest.mark.parametrize(("label", "is_sure"), [("Dated", True), ("Stated", False)])
def test_a_day_of_dispatch_is_not_believed(label: str, is_sure: bool) -> None:
    reading = read(DISPATCHED.format(label=label))
    assert ("date_uncertain" not in reading.reasons) is is_sure
    assert not is_sure or reading.extraction.date.value == date(2026, 3, 9)


def test_a_kilogram_is_no_legal_form_and_a_tax_adviser_no_label() -> None:
    text = WITHOUT_TAX.replace("Drawings", "Coffee 1 kg").replace(
        "Amelia Hart Design", "Steuerbüro Annika Wolf"
    )
    assert read(text).extraction.registered_name.value == "Steuerbüro Annika Wolf"


def test_a_number_in_passing_is_read_but_not_believed() -> None:
    text = WITHOUT_TAX.replace("Invoice: 2026-5029", "").replace(
        "Payment by", "Invoice 2026-5029. Payment by"
    )
    reading = read(text)
    assert reading.extraction.receipt_number.value == "2026-5029"
    assert "number_uncertain" in reading.reasons


def test_who_stands_beside_themselves_does_not_sell() -> None:
    text = """
Cloudpeak Hosting Inc.
2261 Market Street
Invoice no:       RE72181
Invoice date:     21 February 2026
Acorn Media Group plc                                    Acorn Media Group plc
100 Liverpool Street                                     100 Liverpool Street
London EC2M 2RH                                          London EC2M 2RH
                                            Subtotal USD                 100.00
                                            Tax 5% USD                     5.00
                                            Total USD                    105.00
"""
    assert read(text).extraction.registered_name.value == "Cloudpeak Hosting Inc."

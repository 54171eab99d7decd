"""The tax by rate of printed invoices: what the VAT directive asks for (2006/112/EC, art. 226,
points 8 to 10) in the layouts of many countries. The papers were written before the rule.
"""

import time

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page

Row = tuple[str, str, str]
"""Rate, net and tax."""

HEAD = """\
Brandner Technik GmbH
Hafenweg 12, 20457 Hamburg
USt-IdNr. DE136695976

Rechnung
Rechnungsnummer: 2026-118
Rechnungsdatum: 14.09.2026
Kunde: Nordwind Studio GmbH

"""


def rows(sums: str, head: str = HEAD) -> list[Row]:
    reading = read_printed(Page.of(Transcript.from_text(head + sums)), default_currency="EUR")
    assert reading is not None
    lines = reading.extraction.tax_lines
    return [(line.rate or "", line.net or "", line.tax) for line in lines]


PRINTED: dict[str, tuple[str, list[Row]]] = {
    "German, one rate added": (
        """
Nettobetrag            100,00 EUR
zzgl. 19 % MwSt.        19,00 EUR
Gesamtbetrag           119,00 EUR
""",
        [("19", "100.00", "19.00")],
    ),
    "German, the base in the label": (
        """
Zwischensumme netto    170,00
USt 19 % auf 100,00     19,00
USt 7 % auf 70,00        4,90
Rechnungsbetrag        193,90
""",
        [("19", "100.00", "19.00"), ("7", "70.00", "4.90")],
    ),
    "German, a table by rate": (
        """
Gesamtbetrag brutto    193,90 EUR

Steuersatz    Netto     Steuer    Brutto
19 %         100,00     19,00    119,00
7 %           70,00      4,90     74,90
Summe        170,00     23,90    193,90
""",
        [("19", "100.00", "19.00"), ("7", "70.00", "4.90")],
    ),
    "German, included": (
        """
Gesamtbetrag           119,00 EUR
darin enthalten 19 % MwSt.   19,00 EUR
""",
        [("19", "100.00", "19.00")],
    ),
    "French, a line each": (
        """
Total HT               1 250,00 EUR
TVA 20 %                 250,00 EUR
Total TTC              1 500,00 EUR
""",
        [("20", "1250.00", "250.00")],
    ),
    "French, two rates in a table": (
        """
Taux TVA    Base HT    Montant TVA
20,00 %     200,00     40,00
5,50 %      100,00      5,50

Total HT    300,00
Total TVA    45,50
Net à payer TTC    345,50
""",
        [("20", "200.00", "40.00"), ("5.5", "100.00", "5.50")],
    ),
    "Italian": (
        """
Imponibile    200,00
IVA 22%        44,00
Totale fattura    244,00
""",
        [("22", "200.00", "44.00")],
    ),
    "Spanish, base and cuota": (
        """
Base imponible    IVA    Cuota
150,00            21%    31,50
Total factura    181,50 €
""",
        [("21", "150.00", "31.50")],
    ),
    "Dutch, two rates, bases and taxes apart": (
        """
Subtotaal 21%    300,00
Subtotaal 9%     100,00
Btw 21%    63,00
Btw 9%    9,00
Totaal incl. btw    472,00
""",
        [("21", "300.00", "63.00"), ("9", "100.00", "9.00")],
    ),
    "English, a zero rate beside another": (
        """
VAT rate    Net    VAT
20%    400.00    80.00
0%    50.00    0.00
Net total    450.00
VAT total    80.00
Total due    530.00
""",
        [("20", "400.00", "80.00"), ("0", "50.00", "0.00")],
    ),
    "Swedish": (
        """
Netto    800,00
Moms 25%    200,00
Att betala    1 000,00
""",
        [("25", "800.00", "200.00")],
    ),
    "Polish, with letters before the rates": (
        """
Stawka VAT    Netto    VAT    Brutto
A 23%    100,00    23,00    123,00
B 8%    50,00    4,00    54,00
Razem    150,00    27,00    177,00
Do zapłaty    177,00
""",
        [("23", "100.00", "23.00"), ("8", "50.00", "4.00")],
    ),
    "Austrian, a rate with a decimal of nothing": (
        """
Summe netto    84,00
20,0 % USt    16,80
Summe brutto    100,80
""",
        [("20", "84.00", "16.80")],
    ),
    "rounded by the line, a cent away from the rate": (
        """
Nettobetrag    33,33
zzgl. 19 % USt.    6,34
Gesamtbetrag    39,67
""",
        [("19", "33.33", "6.34")],
    ),
    "Swiss, rounded to five Rappen": (
        """
Nettobetrag    834.99
MwSt. 8.1 %     67.63
Rundung         -0.02
Totalbetrag    902.60
""",
        [("8.1", "834.99", "67.63")],
    ),
    "side by side, the rate in a heading": (
        """
Zwischensumme (netto)    + 20% MwSt.    Rechnungsbetrag
534,32                   106,86         641,18
""",
        [("20", "534.32", "106.86")],
    ),
    "the bases are those of the goods": (
        """
Beschreibung    MwSt.    Menge    Preis    Betrag
Pacht           7 %      1        190,00   190,00
Wartung         19 %     2        230,00   460,00

Nettobetrag    650,00
MwSt. 7 %       13,30
MwSt. 19 %      87,40
Gesamtbetrag   750,70
""",
        [("7", "190.00", "13.30"), ("19", "460.00", "87.40")],
    ),
}

DOUBTFUL = {
    "a tax that is not of its rate": """
Nettobetrag    100,00
zzgl. 19 % MwSt.    16,00
Gesamtbetrag    116,00
""",
    "no rate is printed": """
Nettobetrag    100,00
MwSt.    19,00
Gesamtbetrag    119,00
""",
    "one rate of two": """
Nettobetrag    170,00
USt 19 % auf 100,00    19,00
Gesamtbetrag    193,90
""",
    "no tax is due": """
Gesamtbetrag    100,00
Gemäß § 19 UStG wird keine Umsatzsteuer berechnet
""",
    "a discount in percent": """
Nettobetrag    100,00
2 % Skonto bei Zahlung bis 20.09.2026    2,00
MwSt.    19,00
Gesamtbetrag    119,00
""",
    "a rate that only a clause names": """
Gesamtbetrag    119,00
Alle Preise verstehen sich inklusive 19 % MwSt.
""",
}


@pytest.mark.parametrize(("sums", "expected"), PRINTED.values(), ids=PRINTED)
def test_tax_is_read_by_rate(sums: str, expected: list[Row]) -> None:
    assert rows(sums) == expected


@pytest.mark.parametrize("sums", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_does_not_add_up_names_no_rate(sums: str) -> None:
    assert rows(sums) == []


def test_money_that_goes_back_has_tax_below_zero() -> None:
    head = HEAD.replace("Rechnung\n", "Gutschrift\n").replace("Rechnungs", "Gutschrifts")
    assert rows(PRINTED["German, one rate added"][0], head) == [("19", "-100.00", "-19.00")]


def test_rows_without_an_end_take_no_time() -> None:
    goods = [
        f"{rate} %  {100 + row},00  {(100 + row) * rate // 100},00"
        for row in range(40)
        for rate in (5, 7, 10, 19, 20)
    ]
    taxes = [f"USt 19 %  {row},07" for row in range(100)]
    totals = [f"Gesamtbetrag  {9_000 + row},00" for row in range(100)]
    begun = time.process_time()
    assert rows("\n".join([*totals, *goods, *taxes, "Gesamtbetrag  1,00"])) == []
    assert time.process_time() - begun < 5

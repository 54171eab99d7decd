"""Papers of which one click would book a wrong value: the right one is proposed, or none.

Written after parking slips, tickets, hotels, energy bills and tills of ten countries, before the
rules were opened.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

_TODAY = date(2026, 11, 27)


@dataclass(frozen=True)
class Paper:
    """A transcript, the currency of the account, and the right total, day and name, where they count."""

    name: str
    text: str
    currency: str
    total: str
    day: str = ""
    is_without_name: bool = False


_PAPERS = (
    Paper(
        "fr-parking-tva",
        "\n".join(
            (
                "Q-PARK FRANCE",
                "Parking Bellecour Lyon",
                "Entrée 12/04/2024 18:00",
                "Sortie 12/04/2024 21:10",
                "Montant TTC 9,60 EUR",
                "dont TVA 20% 1,60",
            )
        ),
        "EUR",
        total="9.60",
        day="2024-04-12",
    ),
    Paper(
        "it-arrivo",
        "\n".join(
            (
                "TRENITALIA S.P.A.",
                "Partenza Roma Termini 03/05/2024 08:00",
                "Arrivo Milano C.le 03/05/2024 11:10",
                "Ritorno 06/05/2024",
                "Importo pagato 89,00 EUR",
                "Emesso il 20/04/2024",
            )
        ),
        "EUR",
        total="89.00",
        day="2024-04-20",
    ),
    Paper(
        "hotel-es",
        "\n".join(
            (
                "HOTEL MIRADOR S.L.",
                "CIF B58818501",
                "Llegada: 10/05/2024",
                "Salida: 13/05/2024",
                "3 noches x 80,00 240,00",
                "Base 218,18 IVA 10% 21,82",
                "Total factura 240,00 EUR",
                "Fecha factura: 13/05/2024",
            )
        ),
        "EUR",
        total="240.00",
        day="2024-05-13",
    ),
    Paper(
        "period-pl",
        "\n".join(
            (
                "TAURON SPRZEDAŻ SP. Z O.O.",
                "NIP 676-217-44-83",
                "Okres rozliczeniowy 01.02.2024 - 31.03.2024",
                "Data wystawienia 05.04.2024",
                "Termin płatności 19.04.2024",
                "Energia 210,50",
                "Do zapłaty 258,92 zł",
            )
        ),
        "PLN",
        total="258.92",
        day="2024-04-05",
    ),
    Paper(
        "lakh",
        "\n".join(
            (
                "SHREE TRADERS",
                "MG Road, Pune",
                "GSTIN 27AAPFU0939F1ZV",
                "Date 14-05-2024",
                "Laptop 1,25,000.00",
                "Total Rs. 1,25,000.00",
            )
        ),
        "INR",
        total="125000.00",
        day="2024-05-14",
    ),
    Paper(
        "lost-point-fr",
        "\n".join(
            (
                "TABAC DE LA GARE",
                "Nantes",
                "14/05/2024 10:11",
                "Timbres 12 90",
                "TOTAL 12 90",
                "CB 12 90",
            )
        ),
        "EUR",
        total="12.90",
        day="2024-05-14",
    ),
    Paper(
        "pt-cifrao",
        "\n".join(
            (
                "MERCEARIA MINDELO",
                "São Vicente, Cabo Verde",
                "14/05/2024",
                "Café 250$00",
                "Total 250$00",
            )
        ),
        "CVE",
        total="250.00",
        day="2024-05-14",
    ),
    Paper(
        "moneda-seller",
        "\n".join(
            (
                "Moneda: EUR",
                "Fecha: 14/05/2024",
                "Cliente: Varios",
                "Gafas de sol 45,00",
                "Total 45,00",
            )
        ),
        "EUR",
        total="45.00",
        day="2024-05-14",
        is_without_name=True,
    ),
    Paper(
        "fuel-litres-nl",
        "\n".join(
            (
                "TANKSTATION DE BRUG",
                "Utrecht",
                "14-05-2024 07:30",
                "Euro95 42,10 L x 2,059",
                "Totaal 86,68",
                "BTW 21% 15,04",
                "PIN 86,68",
            )
        ),
        "EUR",
        total="86.68",
        day="2024-05-14",
    ),
    Paper(
        "points-se",
        "\n".join(
            (
                "ICA NÄRA",
                "Malmö",
                "2024-05-14 18:20",
                "Mjölk 15,90",
                "Ost 89,00",
                "Totalt 104,90",
                "Bonuspoäng 1 049",
                "Saldo poäng 12 310",
            )
        ),
        "SEK",
        total="104.90",
        day="2024-05-14",
    ),
    Paper(
        "ko-won",
        "\n".join(
            (
                "이마트 성수점",
                "서울특별시 성동구",
                "2024-05-14 18:20",
                "우유 2,980",
                "빵 3,500",
                "합계 6,480",
                "부가세 589",
            )
        ),
        "KRW",
        total="6480",
        day="2024-05-14",
    ),
    Paper(
        "toll-at",
        "\n".join(
            (
                "ASFINAG",
                "Mautstelle Brenner",
                "14.05.2024 12:11",
                "PKW 11,50",
                "inkl. 20% USt 1,92",
                "Vignette gültig bis 13.07.2024",
            )
        ),
        "EUR",
        total="11.50",
        day="2024-05-14",
    ),
    Paper(
        "cl-miles",
        "\n".join(
            (
                "FERRETERIA LOS ANDES LTDA",
                "RUT 76.123.456-0",
                "Santiago",
                "14-05-2024 10:10",
                "Martillo 12.990",
                "Clavos 3.500",
                "TOTAL $ 16.490",
            )
        ),
        "CLP",
        total="16490",
        day="2024-05-14",
    ),
    Paper(
        "taxi-it",
        "\n".join(
            (
                "RADIOTAXI 3570",
                "Roma",
                "Data 14/05/2024",
                "Corsa n. 12345",
                "Euro 23",
                "Grazie",
            )
        ),
        "EUR",
        total="23",
        day="2024-05-14",
    ),
    Paper(
        "gym-period",
        "\n".join(
            (
                "FITNESS FIRST",
                "London",
                "Membership 01/05/2024 to 31/05/2024",
                "Paid 28/04/2024",
                "Amount £39.99",
            )
        ),
        "GBP",
        total="39.99",
        day="2024-04-28",
    ),
)


@pytest.mark.parametrize("paper", _PAPERS, ids=lambda paper: paper.name)
def test_the_right_value_is_proposed_or_none(paper: Paper) -> None:
    found = read(
        Transcript.from_text(paper.text), default_currency=paper.currency, today=_TODAY
    ).extraction
    assert found.total.value in (None, paper.total)
    if paper.day:
        assert str(found.date.value) in ("None", paper.day)
    if paper.is_without_name:
        assert found.merchant.value is None


def test_cash_of_another_currency_is_not_the_total() -> None:
    paper = (
        "FARMACIA LA FRONTERA SA DE CV\nAv. Revolución 500, Tijuana B.C.\n02/03/2024 11:05\n"
        "AMOXICILINA 180.00\nPASTA DENTAL 45.00\nTOTAL MXN 225.00\n"
        "TOTAL USD 13.20 TC 17.05\nEFECTIVO USD 20.00\nCAMBIO MXN 116.00"
    )
    reading = read(Transcript.from_text(paper), today=_TODAY)
    assert not reading.accepted
    assert reading.extraction.total.value != "20.00"


def test_a_slips_price_is_proposed_and_not_the_tax_in_it() -> None:
    slip = "PARKHAUS HAUPTBAHNHOF\nAusfahrt 04.05.2024 07:45\nParkgebühr 14,00 EUR\ninkl. 19% MwSt 2,24"
    assert read(Transcript.from_text(slip), today=_TODAY).extraction.total.value == "14.00"

"""A slip that names no total, beside a receipt in one picture: of a car park or a garage.

The slips were written after what pay-and-display and barrier machines print (operator or council,
arrival, expiry or exit, the fee, the machine's number), before the rule.
"""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.pieces.several import are_several
from tillroll_documents.reading.receipt import read

BAKERY = """PINE BAKERY LTD
4 Market Square, Totnes TQ9 5DL
12/03/2026 09:14
Sourdough   4.20
Coffee      3.10
TOTAL      £7.30
VISA       £7.30
Thank you
"""
LINDE = """Bäckerei Linde
Hauptstr. 5, 50667 Köln
12.03.2026 09:14
Brot            4,20
Kaffee          3,10
SUMME EUR       7,30
BAR             7,30
Vielen Dank
"""
CAFE = """PINE COFFEE HOUSE SDN BHD
12 JALAN MELATI, 50450 KUALA LUMPUR
Date: 12/03/2026 09:14
LATTE            12.00
CROISSANT         9.50
TOTAL RM         21.50
CASH             50.00
CHANGE           28.50
THANK YOU
"""
SLIPS = {
    "pay and display": (
        BAKERY,
        (
            "NORTH STREET CAR PARK\nPay and Display\n12 MAR 2026 14:02\nExpires 16:02\n"
            "Fee paid £3.50\nMachine 0412\n"
        ),
    ),
    "council": (
        BAKERY,
        (
            "TOTNES COUNCIL\nPAY & DISPLAY\nArrived 12/03/2026 14:02\nEXPIRY 16:02 12/03/2026\n"
            "£3.50\nShow it\n"
        ),
    ),
    "barrier": (
        CAFE,
        (
            "MELATI PARKING\nENTRY 12/03/2026 10:02\nEXIT  12/03/2026 12:31\n2H 29M\n"
            "FEE RM 5.00\nPAID RM 5.00\n"
        ),
    ),
    "ticket with a number": (
        CAFE,
        (
            "METRO PARKING (M)\nTicket No: 004411\nIn : 12/03/2026 10:02\nOut: 12/03/2026 12:31\n"
            "Parking fee   RM 5.00\n"
        ),
    ),
    "Parkhaus": (
        LINDE,
        (
            "Parkhaus Dom\nParkschein\nEinfahrt 12.03.2026 14:02\nAusfahrt 12.03.2026 16:02\n"
            "Parkgebühr 3,50 EUR\n"
        ),
    ),
    "Parkschein": (
        LINDE,
        "STADT KÖLN\nPARKSCHEIN\n12.03.2026 14:02\nParkzeit bis 16:02\n3,50 EUR\nAutomat 0412\n",
    ),
    "aparcamiento": (
        LINDE,
        "APARCAMIENTO CENTRO\nEntrada 12/03/2026 14:02\nSalida 12/03/2026 16:02\nTarifa 3,50 EUR\n",
    ),
    "parcheggio": (
        LINDE,
        "PARCHEGGIO DUOMO\nSosta dal 12/03/2026 14:02\nal 12/03/2026 16:02\nTariffa EUR 3,50\n",
    ),
}


def several(text: str) -> bool:
    return are_several(Page.of(Transcript.from_text(text)), "EUR")


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_below_or_above_a_receipt_is_asked_about(name: str) -> None:
    receipt, slip = SLIPS[name]
    assert read(Transcript.from_text(receipt + slip), default_currency="EUR").accepted
    assert several(receipt + slip)
    assert several(slip + receipt)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_alone_is_one(name: str) -> None:
    _, slip = SLIPS[name]
    assert not several(slip)


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(
            "CARD SALE\n12/03/2026 09:15\nVISA ****1234\nAMOUNT £7.30\n", id="its card slip"
        ),
        pytest.param("NEXT VISIT\nSave £2.00\nValid until 30/04/2026\n", id="a coupon"),
        pytest.param(
            "Loyalty Club\nPoints worth £0.40\n12/03/2026 09:16\n", id="points at its own time"
        ),
        pytest.param(
            "Easter offers\nOpen 08:00-20:00\nSpend £20.00, get £5.00, or £9.00\n", id="offers"
        ),
        pytest.param(
            "DCC receipt\n12/03/2026 09:15\nUSD 9.40\n", id="its amount in another currency"
        ),
        pytest.param(
            "Returns by 09/04/2026\nwith this receipt\n", id="until when it may be returned"
        ),
    ],
)
def test_what_else_stands_below_a_receipt_is_none(below: str) -> None:
    assert not several(BAKERY + below)

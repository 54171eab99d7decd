"""A small month of a bank account, with expenses of which two certainly belong to its entries."""

from datetime import date
from typing import Final

from tests.support.bank_month import Line, Month
from tests.support.expenses import Given

LINES: Final = (
    Line(
        amount=-1250,
        booked_on=date(2026, 3, 2),
        name="Café Lüna",
        text="Kartenzahlung",
        reference="REF-000001",
    ),
    Line(
        amount=-1250,
        booked_on=date(2026, 3, 2),
        name="Café Lüna",
        text="Kartenzahlung",
        reference="REF-000002",
    ),
    Line(
        amount=250000,
        booked_on=date(2026, 3, 4),
        name="Kontor Nord AG",
        text="Rechnung 4711",
        reference="REF-000003",
    ),
    Line(
        amount=-4999,
        booked_on=date(2026, 3, 9),
        name="REWE Markt GmbH",
        text="Einkauf",
        reference="REF-000004",
    ),
    Line(
        amount=-890,
        booked_on=date(2026, 3, 30),
        name="Taxi Berlin",
        text="Fahrt",
        reference="REF-000005",
    ),
)
MARCH: Final = Month(opening=100_000, lines=LINES)
REWE: Final = Given(1, merchant="REWE Markt GmbH", total_minor=4999, date="2026-03-09")
# The second café is a twin, which nobody decides on by itself.
TWINS: Final = ("Café Lüna",)
GIVEN: Final = (
    REWE,
    Given(2, merchant="Taxi Berlin", total_minor=890, date="2026-03-30"),
    Given(3, merchant="Café Lüna", total_minor=1250, date="2026-03-02"),
)

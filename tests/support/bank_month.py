"""A month of a bank account, to be written as different banks write it: see `bank_files` and
`bank_csv`.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tillroll_documents.money import minor_digits

IBAN: Final = "DE89370400440532013000"
BIC: Final = "COBADEFFXXX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Money that moved: `amount` in signed minor units. `parts` are amounts of a batch, `foreign`
    is the amount in the other currency, its code and the rate. `numbers` are structured references
    of the creditor. `code` is that of the transaction, by ISO 20022 or the bank's own; "" for none.
    """

    amount: int
    booked_on: date
    valued_on: date | None = None
    name: str = ""
    account: str = ""
    text: str = ""
    reference: str = ""
    end_to_end: str = ""
    mandate: str = ""
    is_pending: bool = False
    is_reversal: bool = False
    charges: int = 0
    foreign: tuple[int, str, str] | None = None
    parts: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    code: str = "PMNT-CCRD-POSD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A statement to write. `closing` may be given to write one that does not close."""

    opening: int
    lines: tuple[Line, ...]
    account: str = IBAN
    bank: str = BIC
    currency: str = "EUR"
    number: int = 3
    from_day: date = date(2026, 3, 1)
    to_day: date = date(2026, 3, 31)
    wrong_by: int = 0

    @property
    def closing(self) -> int:
        return (
            self.opening
            + sum(line.amount for line in self.lines if not line.is_pending)
            + self.wrong_by
        )


_PAYEES: Final = (
    ("Café Lüna", "Kartenzahlung 12:31 Terminal 4711"),
    ("REWE Markt GmbH", "REWE SAGT DANKE 4711 Köln"),
    ("Deutsche Bahn AG", "Fahrkarte Auftrag 88213"),
    ("Netflix International B.V.", "Monatsbeitrag Standard"),
    ("Bäckerei Weiß & Söhne", "Brötchen"),
    ("Stadtwerke Mülheim", "Abschlag Strom Kd 5512"),
    ("Sam Example", "Erstattung Claim 2026-0014"),
    ("Hotel Zur Post", "Zimmer 12 zwei Nächte"),
    ("Shell Station 0815", "Tanken Diesel"),
    ("Amazon Payments Europe", "Bestellung 302-5512-8812"),
)


def month(seed: int, entries: int = 60, **given: object) -> Month:
    """A month with recurring payees, twins on one day, batches, foreign amounts and reversals."""
    chance = random.Random(seed)
    first = date(2026, 3, 1)
    days = sorted(chance.randrange(31) for _ in range(entries))
    lines: list[Line] = []
    for number, day in enumerate(days, start=1):
        name, text = chance.choice(_PAYEES)
        booked_on = first + timedelta(days=day)
        amount = -chance.randrange(100, 20_000)
        kind = chance.random()
        line = Line(
            amount=amount,
            booked_on=booked_on,
            valued_on=booked_on,
            name=name,
            account=f"DE{10 + number % 80}50010517{5407324931 + number % 9:010d}",
            text=text,
            reference=f"B{seed:04d}{number:08d}",
            end_to_end=f"E2E-{seed}-{number}",
        )
        if kind < 0.1:
            line = replace(
                line, amount=-350, name="Café Lüna", text="Espresso", end_to_end="", account=""
            )
            lines.append(replace(line, reference=line.reference + "T"))  # its twin
        elif kind < 0.2:
            line = replace(line, amount=chance.randrange(5_000, 90_000), mandate=f"M-{number}")
        elif kind < 0.25:
            parts = tuple(-chance.randrange(100, 5_000) for _ in range(3))
            line = replace(line, amount=sum(parts), parts=parts)
        elif kind < 0.3:
            line = replace(line, foreign=(line.amount * 11 // 10, "USD", "1.1"), charges=25)
        elif kind < 0.33:
            line = replace(line, amount=-line.amount, is_reversal=True)
        lines.append(line)
    lines.sort(key=lambda line: line.booked_on)
    return replace(Month(opening=1_250_000, lines=tuple(lines)), **given)


def decimal(minor: int, currency: str, point: str = ".") -> str:
    """Without a sign: `12.50`, or `12,` in MT940's way of yen."""
    digits = minor_digits(currency)
    whole, fraction = divmod(abs(minor), 10**digits)
    return f"{whole}{point}{fraction:0{digits}d}" if digits else f"{whole}"


def signed(minor: int, currency: str, point: str = ".") -> str:
    return ("-" if minor < 0 else "") + decimal(minor, currency, point)

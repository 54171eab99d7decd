"""What a firm in Germany does in three months, drawn from a seed.

Imports nothing of the product.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

YEAR: Final = 2026
MONTHS: Final = (1, 2, 3)
OWNER: Final = "usr_first"
BY_FILE: Final = "usr_002"
"""The employee who is paid by a file for the bank."""
CLIENT: Final = "Globex AG"
ENTERTAINMENT: Final = "Entertaining"
_LARGEST_NET: Final = 90_000
_SMALLEST_NET: Final = 500
_PAID_WITHIN: Final = 5


class Treatment(StrEnum):
    """How a purchase is taxed, by the words of the API; a domestic one needs no decision."""

    DOMESTIC = "domestic"
    EU_SERVICES = "eu_services"
    EU_GOODS = "eu_goods"
    OTHER_SERVICES = "other_services"


@dataclass(frozen=True)
class Seller:
    """Somebody whom the firm buys from. `vat_code` is UNTDID 5305's, as an e-invoice has it."""

    name: str
    country: str
    vat_id: str
    currency: str
    vat_code: str
    rates: tuple[int, ...]
    treatment: Treatment = Treatment.DOMESTIC
    category: str | None = None


@dataclass(frozen=True)
class TaxLine:
    """What a paper says of one rate, in minor units. `rate` is in percent."""

    rate: int
    net: int

    @property
    def tax(self) -> int:
        """Rounded half up, as the sum of a rate on an invoice is."""
        return (self.net * self.rate + 50) // 100


@dataclass(frozen=True)
class Paper:
    """An invoice that the firm got.

    Attributes:
        payer: the company, or the employee who paid it themselves.
        is_billed: it is passed on to the client.
        is_copy: it is a second document of the purchase before it; the two are merged.
        is_voided: somebody takes it out of the books again.
        is_late: it comes when its month is closed.
        paid_on: the day on which the bank paid it; nobody knows of one that an employee paid.
        discount: what was paid less in percent, since it was paid soon.
        tip: what was paid more in percent.
        pages: of a PDF that nobody can read; 0: it is an e-invoice.
    """

    number: str
    day: date
    seller: Seller
    lines: tuple[TaxLine, ...]
    payer: str = "company"
    is_billed: bool = False
    is_copy: bool = False
    is_voided: bool = False
    is_late: bool = False
    paid_on: date | None = None
    discount: int = 0
    tip: int = 0
    pages: int = 0

    @property
    def net(self) -> int:
        """In minor units of its currency."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        """In minor units of its currency."""
        return sum(line.tax for line in self.lines)

    @property
    def total(self) -> int:
        """In minor units of its currency."""
        return self.net + self.tax

    @property
    def counts(self) -> bool:
        """Whether it stays in the books."""
        return not self.is_copy and not self.is_voided


@dataclass(frozen=True)
class Charge:
    """What the bank booked by itself, in cents: a fee, or what only words explain."""

    day: date
    amount: int
    text: str
    explanation: str | None = None


@dataclass(frozen=True)
class MonthOfFirm:
    """What the firm does in a month. `rate` is how many euros one US dollar was."""

    first: date
    papers: tuple[Paper, ...]
    charges: tuple[Charge, ...]
    rate: str

    @property
    def last(self) -> date:
        """Its last day."""
        following = (self.first + timedelta(days=31)).replace(day=1)
        return following - timedelta(days=1)

    @property
    def name(self) -> str:
        """Such as `2026-01`."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Story:
    """The months of the firm. `credited` numbers the billed paper that is credited later."""

    seed: int
    months: tuple[MonthOfFirm, ...]
    credited: str
    late: Paper
    reopened: Paper


PAPER: Final = Seller("Papier Fischer GmbH", "DE", "DE129273398", "EUR", "S", (19,))
BOOKS: Final = Seller("Buchladen Atlas KG", "DE", "DE136695976", "EUR", "S", (7,))
HOTEL: Final = Seller("Hotel Zur Post KG", "DE", "DE136695976", "EUR", "S", (7, 19))
MEAL: Final = Seller(
    "Gasthaus Linde GmbH", "DE", "DE129273398", "EUR", "S", (19,), category=ENTERTAINMENT
)
CLOUD: Final = Seller(
    "Cloud Services Ltd", "IE", "IE6388047V", "EUR", "AE", (0,), Treatment.EU_SERVICES
)
GOODS: Final = Seller(
    "Meubles Durand SARL", "FR", "FR40303265045", "EUR", "K", (0,), Treatment.EU_GOODS
)
TOOLS: Final = Seller("Tools Inc", "US", "", "USD", "O", (0,), Treatment.OTHER_SERVICES)
_SELLERS: Final = (PAPER, BOOKS, HOTEL, MEAL, CLOUD, GOODS, TOOLS)


@dataclass
class _Drawing:
    """Draws papers whose totals differ, so that no two are taken for one by chance."""

    dice: random.Random
    number: int = 1000
    totals: set[int] = field(default_factory=set[int])

    def paper(self, seller: Seller, day: date, **more: object) -> Paper:
        """One paper of a seller."""
        self.number += 1
        while True:
            lines = tuple(
                TaxLine(rate, self.dice.randrange(_SMALLEST_NET, _LARGEST_NET))
                for rate in seller.rates
            )
            drawn = Paper(f"R-{self.number}", day, seller, lines, **more)  # type: ignore[arg-type] - names of its fields
            if drawn.total not in self.totals:
                self.totals.add(drawn.total)
                return drawn


def draw_story(seed: int, papers: int = 2) -> Story:
    """The months by a seed, with so many papers of each seller in a month."""
    drawing = _Drawing(random.Random(f"{seed} views"))
    months = tuple(_draw_month(drawing, date(YEAR, month, 1), papers) for month in MONTHS)
    first = months[0]
    credited = next(paper.number for paper in first.papers if paper.is_billed)
    late = drawing.paper(PAPER, first.first + timedelta(days=10), is_late=True)
    reopened = drawing.paper(BOOKS, months[1].first + timedelta(days=10), is_late=True)
    return Story(seed, months, credited, late, reopened)


def _draw_month(drawing: _Drawing, first: date, papers: int) -> MonthOfFirm:
    dice = drawing.dice
    drawn: list[Paper] = []
    for seller in _SELLERS:
        for _ in range(papers):
            day = first + timedelta(days=dice.randrange(20))
            paid_on = day + timedelta(days=1 + dice.randrange(_PAID_WITHIN))
            drawn.append(drawing.paper(seller, day, paid_on=paid_on))
    own_day = first + timedelta(days=dice.randrange(15))
    drawn.append(drawing.paper(HOTEL, own_day, payer=BY_FILE))
    drawn.append(drawing.paper(PAPER, own_day, payer=BY_FILE))
    billed_day = first + timedelta(days=dice.randrange(15))
    passed_on_paid = billed_day + timedelta(days=2)
    drawn += [
        drawing.paper(seller, billed_day, is_billed=True, paid_on=passed_on_paid)
        for seller in (PAPER, BOOKS)
    ]
    original = drawn[0]
    copy = replace(original, number=f"{original.number}-2", is_copy=True, paid_on=None)
    drawn.append(copy)
    drawn.append(drawing.paper(BOOKS, first + timedelta(days=3), is_voided=True))
    soon = first + timedelta(days=18)
    drawn += [
        drawing.paper(PAPER, soon, paid_on=soon + timedelta(days=2), discount=2),
        drawing.paper(HOTEL, soon, paid_on=soon + timedelta(days=3), discount=3),
        drawing.paper(MEAL, soon, paid_on=soon + timedelta(days=1), tip=10),
    ]
    charges = (
        Charge(first + timedelta(days=24), -dice.randrange(300, 900), "Kontofuehrung Entgelt"),
        Charge(first + timedelta(days=25), dice.randrange(50, 300), "Gutschrift", "Interest"),
    )
    rate = f"0.{dice.randrange(80, 96)}"
    return MonthOfFirm(first, tuple(drawn), charges, rate)

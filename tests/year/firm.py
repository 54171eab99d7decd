"""The firm: its people, what they buy, and the texts of their receipts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

PEOPLE: Final = 50
OWNER: Final = "usr_first"
SECOND: Final = "usr_second"
BOOKKEEPER: Final = "usr_books"
CLIENTS: Final = ("ACME GmbH", "Globex AG", "Initech Ltd", "Umbrella SE")
_BANK: Final = "50010517"
_SHOPS: Final = (
    ("GREEN GARDEN CAFE", "Kastanienallee 12, 10435 Berlin", "Lunch", 6, 60),
    ("HOTEL ZUR POST", "Bahnhofstr. 3, 50667 Koeln", "1 night", 70, 240),
    ("TAXI BERLIN EG", "Persiusstr. 7, 10245 Berlin", "Ride", 9, 70),
    ("PAPIER FISCHER", "Markt 4, 04109 Leipzig", "Paper", 3, 45),
    ("BOOKS AND ATLAS", "Lange Gasse 9, 80331 Muenchen", "Atlas", 8, 80),
    ("BAHN TICKETS", "Europaplatz 1, 10557 Berlin", "Ticket", 15, 180),
    ("SHELL STATION 0815", "Ring 1, 60311 Frankfurt", "Diesel", 30, 110),
    ("BAUHAUS MARKT", "Hafenstr. 20, 20457 Hamburg", "Tools", 10, 150),
)


@dataclass(frozen=True)
class Employee:
    """Somebody of the firm. `by_file`: they are paid by a file for the bank, else by the
    provider."""

    number: int

    @property
    def id(self) -> str:
        return f"usr_{self.number:03}"

    @property
    def name(self) -> str:
        return f"Employee {self.number}"

    @property
    def token(self) -> str:
        return f"till_of_{self.number:03}"

    @property
    def mail(self) -> str:
        return f"employee{self.number}@firm.example"

    @property
    def by_file(self) -> bool:
        return self.number % 2 == 0

    @property
    def iban(self) -> str:
        return iban_of(f"{_BANK}{1_000_000_000 + self.number * 7919:010}")

    @property
    def recipient(self) -> str:
        return f"acct_{self.number:03}"


def employees(count: int) -> list[Employee]:
    """So many people, from number 1."""
    return [Employee(number) for number in range(1, count + 1)]


def iban_of(account: str) -> str:
    """A German IBAN with its check digits."""
    rest = int(f"{account}131400") % 97
    return f"DE{98 - rest:02}{account}"


CARDS: Final = iban_of(f"{_BANK}0000004711")
"""The account of the firm's cards."""


@dataclass(frozen=True)
class Purchase:
    """What somebody bought, and hands in: the truth, whatever is read of it.

    Attributes:
        number: counts the purchases of the year; its picture is named by it.
        is_private: the employee paid, so the firm owes it; else the firm's card paid.
        is_unclear: the total is cut off, so that a person must say it.
        is_mistake: it is no receipt of the firm, and is rejected.
        client: whom it is billed to, or nobody.
    """

    number: int
    person: Employee
    day: date
    shop: str
    total: int
    is_private: bool
    is_unclear: bool = False
    is_mistake: bool = False
    client: str | None = None

    @property
    def picture(self) -> str:
        return f"picture {self.number}"

    @property
    def text(self) -> str:
        """What stands on the receipt."""
        shop, street, goods, _, _ = next(each for each in _SHOPS if each[0] == self.shop)
        total = f"{self.total // 100}.{self.total % 100:02}"
        lines = [shop, street, f"Date: {self.day}  12:{self.number % 60:02}"]
        if self.is_unclear:
            lines += ["Thank you, come again"]
        else:
            lines += [f"{goods}  {total}", f"TOTAL EUR  {total}", f"CARD EUR  {total}", "Thank you"]
        return "\n".join(lines) + "\n"


def draw_purchase(
    dice: random.Random, number: int, people: Sequence[Employee], day: date
) -> Purchase:
    """One purchase of a day. No two totals of a day are alike, so no two are taken for one."""
    shop = dice.choice(_SHOPS)
    euros = dice.randint(shop[3], shop[4])
    is_private = dice.random() < 0.6
    return Purchase(
        number=number,
        person=dice.choice(people),
        day=day,
        shop=shop[0],
        total=euros * 100 + number % 100,
        is_private=is_private,
        is_unclear=dice.random() < 0.04,
        is_mistake=dice.random() < 0.01,
        client=dice.choice(CLIENTS) if dice.random() < 0.12 else None,
    )

"""What the stories of a month are drawn with: days, ids, amounts, and a bank that writes lines."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from tests.support.bank_months import Month, Truth
from tests.support.company.words import CITIES
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind

T = TypeVar("T")

FIRST_DAY: Final = date(2026, 3, 1)
DAYS: Final = 31
CHECKING: Final = "bac_checking"
SAVINGS: Final = "bac_savings"
EUR: Final = "EUR"

CODES: Final = {
    "card": ("PMNT-CCRD-POSD", "106"),
    "debit": ("PMNT-RDDT-ESDD", "105"),
    "transfer": ("PMNT-ICDT-ESCT", "177"),
    "received": ("PMNT-RCDT-ESCT", "166"),
    "fee": ("ACMT-MDOP-CHRG", "808"),
    "returned debit": ("PMNT-IDDT-UPDD", "109"),
    "returned transfer": ("PMNT-ICDT-RRTN", "159"),
    "batch": ("PMNT-ICDT-ESCT", "191"),
}
"""By the kind of movement: domain, family and sub-family of ISO 20022, and the German GVC."""


@dataclass(frozen=True, kw_only=True)
class Bank:
    """How a bank writes.

    Attributes:
        codes: "iso", "gvc", or "" for none.
        names: False if it writes the payee into the text only.
        shouts: True if it writes names in capitals.
    """

    codes: str
    names: bool
    shouts: bool


BANKS: Final = (
    Bank(codes="iso", names=True, shouts=False),
    Bank(codes="gvc", names=True, shouts=True),
    Bank(codes="", names=True, shouts=False),
    Bank(codes="", names=False, shouts=False),
)


class Drawing:
    """A month under way. All chance comes from its seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(f"company {seed}")
        self.month = Month()
        self.bank = self.random.choice(BANKS)
        self.story = ""
        self._claims = self.random.randrange(3, 60)
        self._used: set[int] = set()

    def id(self, prefix: str) -> str:
        """A new id that says nothing of its place."""
        return f"{prefix}_{self.random.getrandbits(64):016x}"

    def choice(self, of: Sequence[T]) -> T:
        """One of them."""
        return self.random.choice(of)

    def day(self, first: int = 0, last: int = DAYS - 1) -> date:
        """A day of the month, from its number `first` to `last`, both from 0."""
        return FIRST_DAY + timedelta(days=self.random.randint(first, last))

    def amount(self, least: int = 500, most: int = 40_000) -> int:
        """Cents: no two of a month are drawn alike."""
        drawn = self.random.randint(least, most)
        while drawn in self._used:
            drawn = self.random.randint(least, most)
        self._used.add(drawn)
        return drawn

    def digits(self, count: int) -> str:
        """A number of so many digits; the first is not 0."""
        return str(self.random.randrange(10 ** (count - 1), 10**count))

    def mark(self) -> str:
        """The fingerprint of an account."""
        return f"mark:{self.random.getrandbits(48):012x}"

    def claim_number(self) -> str:
        """The next number of a claim, such as 2026-0014."""
        self._claims += 1
        return f"2026-{self._claims:04d}"

    def later(self, day: date, least: int, most: int) -> date:
        """So many days later."""
        return day + timedelta(days=self.random.randint(least, most))

    def line(
        self,
        kind: str,
        amount: int,
        day: date,
        *,
        name: str | None = None,
        text: str = "",
        bought: date | None = None,
        references: tuple[str, ...] = (),
        counterparty: str | None = None,
        charges: int = 0,
        foreign: tuple[int, str, str] | None = None,
        is_pending: bool = False,
        is_settled: bool = False,
    ) -> Line:
        """What this bank writes of a movement. `kind` is a key of CODES."""
        iso, gvc = CODES[kind]
        code = {"iso": iso, "gvc": gvc, "": None}[self.bank.codes]
        if kind == "card":
            name, text = self._card(name or "", text, bought or day)
        elif name is not None and self.bank.shouts:
            name = _plain(name).upper()
        if name is not None and not self.bank.names:
            text = f"{_plain(name)} {text}"
            name = None
        minor, currency, rate = foreign or (None, None, None)
        line = Line(
            id=self.id("ben"),
            account=CHECKING,
            amount=amount,
            currency=EUR,
            day=None if is_pending else day,
            value_day=day,
            name=name,
            counterparty=counterparty,
            text=text,
            references=references,
            foreign_amount=minor,
            foreign_currency=currency,
            rate=rate,
            charges=charges,
            code=code,
            is_pending=is_pending,
            is_settled=is_settled,
        )
        self.month.lines.append(line)
        self.month.stories[line.id] = self.story
        return line

    def _card(self, name: str, text: str, bought: date) -> tuple[str, str]:
        city = self.choice(CITIES)
        written = self.random.randrange(4)
        if written == 0:
            return f"{name}/{city}", "VISA Debitkartenumsatz"
        if written == 1:
            terminal = self.digits(8)
            return name, f"{bought}T12:{self.digits(2)} Debitk.3 2028-12 TID {terminal} {text}"
        if written == 2:
            return f"{name} {city.upper()}", f"Kartenzahlung {text}".strip()
        return name[:20], f"KARTENZAHLUNG {bought:%d.%m} {city.upper()} DEU {text}".strip()

    def expense(
        self,
        merchant: str,
        total: int,
        day: date,
        *,
        number: str | None = None,
        currency: str = EUR,
        converted: int | None = None,
        due: date | None = None,
        allows_tip: bool = False,
        employee: str | None = None,
    ) -> Document:
        """An expense of `total` cents; a credit note is negative."""
        document = Document(
            id=self.id("exp"),
            kind=DocumentKind.EXPENSE,
            amount=-total,
            remainder=-total,
            currency=currency,
            day=day,
            due=due,
            converted=None if converted is None else -converted,
            converted_currency=None if converted is None else EUR,
            names=(merchant,),
            references=() if number is None else (number,),
            allows_tip=allows_tip,
            employee=employee,
        )
        self.month.documents.append(document)
        return document

    def claim(
        self,
        client: str,
        total: int,
        day: date,
        *,
        number: str | None = None,
        remainder: int | None = None,
        accounts: tuple[str, ...] = (),
    ) -> Document:
        """A claim to a client; its first reference is its number."""
        document = Document(
            id=self.id("clm"),
            kind=DocumentKind.CLAIM,
            amount=total,
            remainder=total if remainder is None else remainder,
            currency=EUR,
            day=day,
            due=day + timedelta(days=14),
            names=(client,),
            accounts=accounts,
            references=(number or self.claim_number(),),
        )
        self.month.documents.append(document)
        return document

    def payout(
        self, person: str, total: int, day: date, run: str, *, remainder: int | None = None
    ) -> Document:
        """A payout that the company has ordered: `run` is its end-to-end id."""
        document = Document(
            id=self.id("pyt"),
            kind=DocumentKind.PAYOUT,
            amount=-total,
            remainder=-total if remainder is None else -remainder,
            currency=EUR,
            day=day,
            names=(person,),
            references=(run,),
            bank_account=CHECKING,
        )
        self.month.documents.append(document)
        return document

    def is_true(self, kind: MatchKind, lines: Sequence[Line], *documents: Document | str) -> None:
        """These belong together."""
        ids = frozenset(each if isinstance(each, str) else each.id for each in documents)
        self.month.truths.append(Truth(kind, frozenset(line.id for line in lines), ids))

    def must_be_asked(self, line: Line, why: str) -> None:
        """Nobody but a person decides on this line."""
        self.month.asked[line.id] = why

    def must_be_proposed(self, line: Line, why: str) -> None:
        """The true match is the first proposal of this line."""
        self.month.must_propose[line.id] = why


def _plain(name: str) -> str:
    pairs = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    return name.translate(str.maketrans(pairs))

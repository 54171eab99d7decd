"""What all stories of an invented month are drawn with."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from tests.support.bank_words import (
    CHAINS,
    CLIENT_NAMES,
    COMMON_PRICES,
    FIRST_NAMES,
    FORMS,
    LAST_NAMES,
    SHOP_KINDS,
    SHOP_NAMES,
)
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind

T = TypeVar("T")
FIRST: Final = date(2026, 3, 1)
DAYS: Final = 61
_LAGS: Final = ((0, 10), (1, 34), (2, 25), (3, 16), (4, 8), (5, 4), (6, 2), (7, 1))


@dataclass(frozen=True)
class Truth:
    """Lines and documents that belong together."""

    kind: MatchKind
    lines: frozenset[str]
    documents: frozenset[str]
    is_twin: bool = False
    """Nothing tells it from another truth: same day, merchant and amount."""


@dataclass
class Month:
    """What a bank and a company wrote, and what is true of it.

    Attributes:
        asked: ids of lines that nobody but a person may decide, and why.
        must_propose: ids of lines whose true match must be proposed, and why.
        also_right: pairs that count as right beside the truths, such as a return and its claim.
        stories: by id of a line, the story that it is part of.
    """

    lines: list[Line] = field(default_factory=list[Line])
    documents: list[Document] = field(default_factory=list[Document])
    truths: list[Truth] = field(default_factory=list[Truth])
    asked: dict[str, str] = field(default_factory=dict[str, str])
    must_propose: dict[str, str] = field(default_factory=dict[str, str])
    also_right: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    stories: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Party:
    name: str
    iban: str
    is_known: bool
    """The account's books have the IBAN."""


class Basics:
    """Draws days, amounts and names, and notes what is true."""

    def __init__(self, chance: random.Random, size: int) -> None:
        self._chance = chance
        self._size = size
        self._month = Month()
        self._halves: set[str] = set()
        people = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        self._people = [self._party(name) for name in chance.sample(people, 14)]
        self._clients = [
            self._party(f"{name} {chance.choice(FORMS)}") for name in chance.sample(CLIENT_NAMES, 9)
        ]
        self._suppliers = [
            self._party(
                f"{name} {chance.choice(('Bürobedarf', 'Druckerei', 'IT-Service', 'Reinigung'))} "
                "GmbH"
            )
            for name in chance.sample(LAST_NAMES, 8)
        ]
        self._chains = chance.sample(CHAINS, len(CHAINS))
        kinds = [(kind, name) for kind in SHOP_KINDS for name in SHOP_NAMES]
        self._shops = [f"{kind} {name}" for kind, name in chance.sample(kinds, 30)]
        self._own = {"giro": self._iban(), "card": self._iban(), "savings": self._iban()}

    def _iban(self) -> str:
        return f"DE{self._chance.randrange(10**20):020d}"

    def _party(self, name: str) -> Party:
        return Party(name, self._iban(), self._chance.random() < 0.7)

    def _id(self, what: str) -> str:
        # Random, so that their order says nothing of what belongs together.
        return f"{what}-{self._chance.getrandbits(64):016x}"

    def _day(self) -> date:
        return FIRST + timedelta(days=self._chance.randrange(DAYS))

    def _lag(self) -> int:
        return self._chance.choices([lag for lag, _ in _LAGS], [weight for _, weight in _LAGS])[0]

    def _price(self) -> int:
        """As prices are: some again and again, and many that end alike."""
        chance = self._chance
        what = chance.random()
        if what < 0.14:
            return chance.choice(COMMON_PRICES)
        amount = max(120, round(chance.lognormvariate(7.6, 1.0)))
        if what < 0.55:
            amount = amount // 100 * 100 + chance.choice((0, 0, 50, 90, 95, 99))
        return max(100, amount)

    def _favourite(self, several: Sequence[T]) -> T:
        """Some places are visited much more often than others."""
        return self._chance.choices(several, [1 / (2 + at) for at in range(len(several))])[0]

    def _line(self, amount: int, day: date | None, **values: Any) -> Line:
        account = values.pop("account", "giro")
        id_ = self._id("line")
        own = {"id": id_, "account": account, "amount": amount, "currency": "EUR", "day": day}
        line = Line(**own, **values)
        self._month.lines.append(line)
        return line

    def _document(
        self, kind: DocumentKind, amount: int, day: date | None, **values: Any
    ) -> Document:
        values = {"id": self._id("doc"), "currency": "EUR", "remainder": amount, **values}
        document = Document(kind=kind, amount=amount, day=day, **values)
        self._month.documents.append(document)
        return document

    def _true(
        self,
        kind: MatchKind,
        lines: Sequence[Line],
        documents: Sequence[Document],
        *,
        is_twin: bool = False,
    ) -> None:
        ids = frozenset(line.id for line in lines), frozenset(document.id for document in documents)
        self._month.truths.append(Truth(kind, *ids, is_twin))

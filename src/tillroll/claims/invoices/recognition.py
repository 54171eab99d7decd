"""When the tax of an invoice counts: with the invoice and its credit notes, or with what is paid of
it. Pure.

Shares are cumulative, so that what was counted of an invoice that is paid in full is exactly what
it charges.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from tillroll.tax.sales import SaleKey


@dataclass(frozen=True)
class Amount:
    """Net and tax in the company's currency, and gross in that of the invoice: minor units."""

    net: int = 0
    tax: int = 0
    gross: int = 0

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.net - other.net, self.tax - other.tax, gross=self.gross - other.gross)

    def part(self, paid: int, *, of: int) -> "Amount":
        """So much of it as was paid of the whole, rounded."""
        return Amount(
            _part(self.net, paid, of=of),
            _part(self.tax, paid, of=of),
            gross=_part(self.gross, paid, of=of),
        )


Amounts = Mapping[SaleKey, Amount]


@dataclass(frozen=True)
class Happening:
    """An event of an issued invoice. `amount` and `applied` are those of a claim's event,
    `credited` is what a credit note took back, and `reverses` the version of the payment that
    bounced.
    """

    version: int
    kind: str
    day: date
    number: str
    amount: int = 0
    applied: int = 0
    credited: Amounts = field(default_factory=dict[SaleKey, Amount])
    reverses: int | None = None


@dataclass(frozen=True)
class Counted:
    """What counts on a day, by how it is taxed."""

    day: date
    number: str
    amounts: Amounts


def by_issue(happenings: Sequence[Happening], charged: Amounts) -> Iterator[Counted]:
    """The invoice on its day, and each credit note on its own."""
    for each in happenings:
        if each.kind == "issued":
            yield Counted(each.day, each.number, charged)
        elif each.credited:
            negated = {key: Amount() - amount for key, amount in each.credited.items()}
            yield Counted(each.day, each.number, negated)


def by_payment(happenings: Sequence[Happening], charged: Amounts) -> Iterator[Counted]:
    """Each payment on its day with its share, and what a bounce or a credit note takes off it."""
    standing = _Paid(dict(charged))
    counted = dict.fromkeys(charged, Amount())
    for each in happenings:
        standing.take(each)
        share = standing.share()
        change = {key: share[key] - counted[key] for key in share if share[key] != counted[key]}
        counted = share
        if change:
            yield Counted(each.day, each.number, change)


class _Paid:
    """How far an invoice is paid, as `claims.rules` has it: what was written off and comes all the
    same is paid, and a credit note takes back what is open first.
    """

    def __init__(self, charged: dict[SaleKey, Amount]) -> None:
        self._charged = charged
        self._paid = 0
        self._lost = 0
        self._recovered: dict[int, int] = {}

    def take(self, each: Happening) -> None:
        if each.kind == "payment":
            self._pay(each)
        elif each.kind == "reversed":
            self._unpay(each)
        elif each.kind == "written_off":
            self._lost += each.amount
        elif each.credited:
            self._credit(each.credited)

    @property
    def _gross(self) -> int:
        return sum(amount.gross for amount in self._charged.values())

    def _pay(self, payment: Happening) -> None:
        open_ = self._gross - self._paid - self._lost
        recovered = max(0, payment.applied - open_)
        self._recovered[payment.version] = recovered
        self._lost -= recovered
        self._paid += payment.applied

    def _unpay(self, bounce: Happening) -> None:
        recovered = self._recovered.get(bounce.reverses or 0, 0)
        self._lost = min(self._lost + recovered, self._gross)
        self._paid -= bounce.applied

    def _credit(self, credited: Amounts) -> None:
        for key, amount in credited.items():
            self._charged[key] = self._charged[key] - amount
        excess = max(0, self._paid + self._lost - self._gross)
        unlost = min(excess, self._lost)
        self._lost -= unlost
        self._paid -= excess - unlost

    def share(self) -> dict[SaleKey, Amount]:
        """What was paid, shared over what is charged."""
        gross = self._gross
        if gross == self._paid:
            return dict(self._charged)
        return {key: amount.part(self._paid, of=gross) for key, amount in self._charged.items()}


def _part(amount: int, paid: int, *, of: int) -> int:
    if not of:
        return 0
    return int((Decimal(amount) * paid / of).quantize(Decimal(1), ROUND_HALF_EVEN))

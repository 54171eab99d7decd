"""What was charged, where that is not the total: a tip below it, a card that was charged another
amount, a split bill, a deposit or another payment in part.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.patterns import (
    one_of,
)
from tillroll_documents.reading.totals.figures import Figures
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role
from tillroll_documents.reading.totals.lost_digit import lost_a_digit

_PART: Final = (
    "deposit", "deposits", "part payment", "partial payment", "payment today", "paid today",
    "your share", "guest pays", "remaining", "layaway", "installment", "instalment", "anteil",
    "anzahlung", "teilzahlung", "teilbetrag", "ratenzahlung", "acompte", "arrhes", "acconto",
    "caparra",
    "rata", "anticipo", "senal", "adiantamento", "sinal", "aanbetaling", "uw deel", "deelbetaling",
    "forskud", "delbetaling", "delbetalning", "forskott", "handpenning", "zaliczka", "zadatek",
    "zaloha",
    "kapora", "avans", "kaparo", "foglalo", "eloleg",
)  # fmt: skip
"""The labels of what was paid of a total, folded."""
_REST: Final = (
    "restbetrag", "restzahlung", "restschuld", "reste a payer", "solde restant", "saldo pendiente",
    "resto a pagar", "saldo residuo", "resterend bedrag", "restbelopp", "restbelob", "pozostalo",
    "doplatek", "still to pay",
)  # fmt: skip
"""The labels of what is left to pay of a total, folded."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels, and the words that they begin with, which are looked for first."""

    pattern: re.Pattern[str]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, labels: Sequence[str]) -> "_Labels":
        beginnings = frozenset(label.split()[0] for label in labels)
        return cls(re.compile(rf"\b(?:{one_of(labels)})\b"), beginnings)


_PARTS: Final = _Labels.of(_PART)
_RESTS: Final = _Labels.of(_REST)
_SUMS: Final = TOTALS | {Role.SUBTOTAL, Role.NET, Role.AMOUNT}
_MOST_PAYMENTS: Final = 6


@dataclass(frozen=True, slots=True)
class Charged:
    """What was charged in minor units, and the line and span of the amount that says so: of the
    tip, where the total with it is not printed.
    """

    minor: int
    line: Line
    start: int
    end: int
    tip: "Charged | None" = None
    """The tip that is in it, where that stands below the total."""


def charged_otherwise(
    page: Page,
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    total: int,
) -> Charged | None:
    """What was charged in place of the total (minor units), if it was another amount."""
    exact = [
        item
        for item in labelled
        if item.amount.exact and item.amount.minor > 0 and not item.in_summary
    ]
    totals = [item.line for item in exact if item.amount.minor == total]
    if not totals:
        return None
    below = [item for item in exact if item.line >= totals[0]]
    lines = {line.index: line for line in page.lines}
    tip = _tip_below(exact, figures, total=total, last=totals[-1])
    if tip is not None:
        with_tip = total + tip.amount.minor
        place = next((item for item in below if item.amount.minor == with_tip), tip)
        return replace(_charged(lines, place, with_tip), tip=_charged(lines, tip, tip.amount.minor))
    payment = _labelled(page, _PARTS, below=below, total=total)
    if payment is None:
        payment = _other_payment(page, lines, below=below, figures=figures, total=total)
    if payment is not None and payment.amount.minor < total and _gives_change(below):
        # Change means that the total was paid, in another currency: less was not charged.
        return _charged(lines, below[0], below[0].amount.minor)
    if payment is not None:
        return _charged(lines, payment, payment.amount.minor)
    rest = _labelled(page, _RESTS, below=below, total=total)
    if rest is None:
        return None
    return _charged(lines, rest, total - rest.amount.minor)


def _gives_change(below: Sequence[LabelledAmount]) -> bool:
    return any(item.role is Role.CHANGE for item in below)


def _other_payment(
    page: Page,
    lines: Mapping[int, Line],
    below: Sequence[LabelledAmount],
    figures: Figures,
    total: int,
) -> LabelledAmount | None:
    """The last payment, where all of them do not make the total."""
    payments = [item for item in below if item.role is Role.PAID and item.line > below[0].line]
    if not payments or _makes_total(payments, below, figures=figures, total=total):
        return None
    last = payments[-1]
    if total - last.amount.minor in figures.vouchers:
        return None  # a voucher that was bought before paid the rest, as for meals
    if lost_a_digit(last.amount.minor, total):
        return None
    is_card = Concept.CARD in page.named(lines[last.line])
    if last.amount.minor > total and not is_card:
        return None  # cash is handed over in round amounts, and the change was not read
    return last


def _charged(lines: Mapping[int, Line], item: LabelledAmount, minor: int) -> Charged:
    return Charged(minor, lines[item.line], start=item.amount.start, end=item.amount.end)


def _tip_below(
    exact: Sequence[LabelledAmount],
    figures: Figures,
    *,
    total: int,
    last: int,
) -> LabelledAmount | None:
    """The tip under the total, which is not in it."""
    for item in exact:
        tip = item.amount.minor
        if item.role is not Role.TIP or item.line <= last or tip >= total:
            continue
        without = {total - tip, *(total - tip - tax for tax in figures.taxes)}
        is_within = any(other.role in _SUMS and other.amount.minor in without for other in exact)
        if not is_within:
            return item
    return None


def _labelled(
    page: Page,
    labels: _Labels,
    below: Sequence[LabelledAmount],
    total: int,
) -> LabelledAmount | None:
    """The amount under the total, and smaller, of a line that one of the labels is on."""
    if labels.beginnings.isdisjoint(page.folded.words):
        return None
    parts = {line.index for line in page.lines_with(labels.pattern)}
    return next((item for item in below if item.line in parts and item.amount.minor < total), None)


def _makes_total(
    payments: Sequence[LabelledAmount],
    below: Iterable[LabelledAmount],
    figures: Figures,
    total: int,
) -> bool:
    """Whether one or some of the payments are the total, less the change and what rounding did."""
    change = {0, *(item.amount.minor for item in below if item.role is Role.CHANGE)}
    different = dict.fromkeys((item.line, item.amount.minor) for item in payments)
    amounts = [minor for _, minor in different][:_MOST_PAYMENTS]
    sizes = range(1, len(amounts) + 1)
    sums = {sum(some) for size in sizes for some in combinations(amounts, size)}
    rounded = {total + rounding for rounding in figures.roundings}
    return any(paid - back in rounded for paid in sums for back in change)

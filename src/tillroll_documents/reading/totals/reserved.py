"""What was delivered of an amount that was reserved or paid before: at a pump with prepayment, a
charger that holds an amount of the card, a machine that keeps the rest.

A paper must show the larger amount above the other two, which make it: what was delivered, and what
is released or given back. Its label says that it was reserved, or a quantity and a price make what
was delivered. An amount with the label of what was charged needs no third.
What was delivered is proposed, and a person is asked. Nothing of this is sure enough to book.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import product
from typing import Final

from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.patterns import one_of
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role

_RESERVED: Final = (
    "authorised", "authorized", "authorisation", "authorization", "pre-auth", "preauth", "reserved",
    "inserted", "prepaid", "prepay", "reserviert", "vorautorisiert", "eingezahlt", "eingeworfen",
    "vorausbezahlt", "gereserveerd", "voorafbetaald", "reserve", "preautorisation", "insere",
    "prepaye", "preautorizzazione", "inserito", "prepagato", "preautorizacion", "introducido",
    "prepagado", "autorizado", "reservado", "inserido", "reserverat", "reserveret", "reservert",
    "varattu", "zarezerwowano", "rezervovano", "autorizace",
)  # fmt: skip
"""The labels of an amount that was held, folded."""
_DELIVERED: Final = (
    "charged", "captured", "delivered", "dispensed", "abgegeben", "berechnet", "belastet",
    "getankt", "in rekening gebracht",
    "afgeschreven", "getankt bedrag", "delivre", "debite", "facture",
    "distribue", "erogato", "addebitato", "suministrado", "cobrado", "cargado", "abastecido",
    "debitado", "debiterat", "debiteret", "belastat", "veloitettu", "pobrano", "obciazono",
    "odebrano", "naceno",
)  # fmt: skip
"""The labels of what was taken of it, folded."""
_RESERVED_LINE: Final = re.compile(rf"\b(?:{one_of(_RESERVED)})\b")
_DELIVERED_LINE: Final = re.compile(rf"\b(?:{one_of(_DELIVERED)})\b")
_NOT_HELD: Final = TOTALS | {Role.SUBTOTAL, Role.NET, Role.TAX, Role.CHANGE}
_NUMBER: Final = re.compile(r"(?<![0-9.,])[0-9]{1,4}[.,][0-9]{1,4}(?![0-9.,])")
_MOST_AMOUNTS: Final = 12
_MOST_NUMBERS: Final = 12


def delivered_of(
    page: Page,
    labelled: Sequence[LabelledAmount],
    total: int | None,
) -> LabelledAmount | None:
    """What was delivered of an amount that was held, where the total (minor units) is that amount
    or none was read.
    """
    exact = [
        item
        for item in labelled
        if item.amount.exact and item.amount.minor > 0 and not item.in_summary
    ][:_MOST_AMOUNTS]
    larger = [item for item in exact if item.role not in _NOT_HELD]
    wholes = [item for item in larger if total is None or item.amount.minor == total]
    for whole in wholes:
        below = [
            item
            for item in exact
            if item.line > whole.line and item.amount.minor < whole.amount.minor
        ]
        delivered = _delivered(page, whole, below)
        if delivered is not None:
            return delivered
    return None


def _delivered(
    page: Page,
    whole: LabelledAmount,
    below: Sequence[LabelledAmount],
) -> LabelledAmount | None:
    is_reserved = whole.line in _indexes(page, _RESERVED_LINE)
    if is_reserved:
        charged = _indexes(page, _DELIVERED_LINE)
        labelled = next((item for item in below if item.line in charged), None)
        if labelled is not None:
            return labelled
    for part, rest in product(below, below):
        makes_whole = part.amount.minor + rest.amount.minor == whole.amount.minor
        if part.line >= rest.line or not makes_whole:
            continue
        if is_reserved or _is_product(page, part, after=whole.line):
            return part
    return None


def _indexes(page: Page, pattern: re.Pattern[str]) -> frozenset[int]:
    return frozenset(line.index for line in page.lines_with(pattern))


def _is_product(page: Page, part: LabelledAmount, after: int) -> bool:
    """Whether a quantity and a price below that line make the amount, to half a cent."""
    lines = (line.plain for line in page.lines if after < line.index <= part.line)
    numbers = [*_numbers(lines)][:_MOST_NUMBERS]
    return any(
        abs(one * other * 100 - part.amount.minor) <= Decimal("0.5")
        for place, one in enumerate(numbers)
        for other in numbers[place + 1 :]
    )


def _numbers(texts: Iterable[str]) -> Iterable[Decimal]:
    for text in texts:
        for match in _NUMBER.finditer(text):
            yield Decimal(match[0].replace(",", "."))

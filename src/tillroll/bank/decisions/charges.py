"""What the bank kept of money that came in: a pair beside the documents, with the other sign.
Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tillroll.bank.decisions.lines import line_id
from tillroll.bank.decisions.models import NewPair, PairRequest
from tillroll_documents.matching.models import Line
from tillroll_documents.money import Money
from tillroll_durable.errors import ValuesRefused

_SMALL: Final = 2_000
"""Minor units that a bank may keep of any amount."""
_SHARE: Final = 20
"""One part in so many may be kept of a larger one, as card processors do."""


def is_charge_of(request: PairRequest, line: Line) -> bool:
    """Whether a pair is what the bank kept of money that came in: fees, with the other sign."""
    if request.document_kind != "fee" or request.amount is None:
        return False
    return line.amount > 0 > request.amount


def charges_of(requests: Iterable[PairRequest], lines: Mapping[str, Line]) -> Mapping[str, int]:
    """Add up for each line what the bank kept of it, above zero. The documents come to so much
    more.
    """
    charges: Counter[str] = Counter()
    for each in requests:
        id_ = line_id(each.entry_id, each.payment)
        if id_ in lines and is_charge_of(each, lines[id_]):
            charges[id_] -= each.amount or 0
    return charges


def most_charges(line: Line) -> int:
    """How much may have been kept: what the bank prints, or what banks and card processors take.

    Less than what came: nothing is paid by its charges alone.
    """
    most = max(line.charges, _SMALL, line.amount // _SHARE)
    return min(most, line.amount - 1)


def too_much_charged(line: Line) -> str:
    """Why charges are refused."""
    most = Money(most_charges(line), line.currency).to_decimal_string()
    return f"Of this entry, the bank may have kept at most {most} {line.currency}."


def check_charges(
    requests: Sequence[PairRequest],
    pairs: Iterable[NewPair],
    charges: Mapping[str, int],
    lines: Mapping[str, Line],
) -> None:
    """Raises ValuesRefused: with charges, all of an entry is explained. So none are taken again."""
    sums: Counter[str] = Counter()
    for pair in pairs:
        sums[line_id(pair.entry_id, pair.payment)] += pair.amount
    for place, each in enumerate(requests):
        id_ = line_id(each.entry_id, each.payment)
        if id_ in charges and sums[id_] != lines[id_].amount:
            amount = Money(lines[id_].amount, lines[id_].currency).to_decimal_string()
            sentence = f"With charges, name all that was paid: together it comes to {amount}."
            raise ValuesRefused([(f"pairs.{place}.amount", sentence)])

"""Reading the payouts of a batch from CSV."""

import csv
from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

from tillroll.workflows.payout.contract import PayoutParams
from tillroll.workflows.payout_batch.contract import MOST_PAYOUTS

HEAD: Final = ("payee", "currency", "amount", "reference")
_MOST_SAID: Final = 10


class BadLines(ValueError):
    """Lines are no payouts; `lines` says of each what is wrong, by its number in the file."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines[:_MOST_SAID]


def read_lines(text: str) -> list[PayoutParams]:
    """The payouts of a file (RFC 4180, commas) whose head is HEAD; the amount is in minor units.

    Raises:
        BadLines: the head is another, a line is no payout, or there are none or too many.
    """
    try:
        head, *lines = [line for line in csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True) if line] or [
            []
        ]
    except csv.Error as error:
        raise BadLines([f"This is no CSV: {error}."]) from error
    if tuple(cell.strip().lower() for cell in head) != HEAD:
        raise BadLines([f"The first line has to be {','.join(HEAD)}."])
    if not 0 < len(lines) <= MOST_PAYOUTS:
        raise BadLines([f"A batch has 1 to {MOST_PAYOUTS} payouts; this one has {len(lines)}."])
    payouts: list[PayoutParams] = []
    wrong: list[str] = []
    for number, cells in enumerate(lines, start=2):
        try:
            payouts.append(_payout([cell.strip() for cell in cells]))
        except ValidationError as error:
            fields = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
            wrong.append(f"Line {number}: {fields} cannot be used.")
        except ValueError as error:
            wrong.append(f"Line {number}: {error}.")
    if wrong:
        raise BadLines(wrong)
    return payouts


def _payout(cells: list[str]) -> PayoutParams:
    if len(cells) != len(HEAD):
        raise ValueError(f"it has {len(cells)} cells, and not {len(HEAD)}")
    payee, currency, amount, reference = cells
    if not (amount.isascii() and amount.isdecimal()):
        raise ValueError("the amount is in minor units, in digits alone: 1290 for 12.90")
    return PayoutParams(payee_id=payee, currency=currency, amount=int(amount), reference=reference)

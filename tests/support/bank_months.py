"""Invented months of bank accounts: lines, documents, and which belong together.

`month(seed)` draws about two months of a small company: card payments with names as banks write
them, invoices, claims, payouts, transfers, fees, holds, refunds, and what is missing on either
side.

What it does not have: decisions of people (nothing is learned), batches whose single payments are
listed, refunds in a foreign currency, banks that write names in other scripts, duplicate payments
by mistake, lines whose day is missing, and amounts netted before they are paid.
"""

import random

from tests.support.bank_month_basics import DAYS, FIRST, Month, Truth
from tests.support.bank_month_cards import Cards
from tests.support.bank_month_transfers import Transfers
from tests.support.bank_words import (
    FEE_TEXTS,
    SUBSCRIPTIONS,
)
from tillroll_documents.matching.models import DocumentKind

__all__ = ["DAYS", "FIRST", "Month", "Truth", "month"]


def month(seed: int, size: int = 1) -> Month:
    """Two months of `seed`; `size` times as many of everything."""
    return _Drawing(random.Random(seed), size).draw()


class _Drawing(Cards, Transfers):
    def draw(self) -> Month:
        chance, size = self._chance, self._size
        for name, iban in self._own.items():
            self._document(
                DocumentKind.OWN_ACCOUNT,
                0,
                None,
                names=("Beispiel Software GmbH",),
                accounts=(iban,),
                id=name,
            )
        for text in FEE_TEXTS[:3]:
            self._document(DocumentKind.FEE, -5_000, None, names=(text,))
        for name, printed in chance.sample(SUBSCRIPTIONS, 6):
            self._subscription(name, printed)
        how_often = [
            (chance.randint(70, 110), self._purchase), (3, self._twins), (7, self._abroad),
            (4, self._refund),
            (3, self._split), (2, self._hold), (1, self._hold_with_tip),
            (chance.randint(14, 22), self._invoice),
            (2, self._bills_together), (2, self._claims_together),
            (chance.randint(10, 16), self._claim),
            (2, self._parts), (8, self._payout), (4, self._transfer), (3, self._fee),
            (5, self._alone),
        ]  # fmt: skip
        for times, draw_one in how_often:
            for _ in range(times * size):
                draw_one()
        self._payment_file()
        self._returned()
        for rows in (self._month.lines, self._month.documents):
            chance.shuffle(rows)
        return self._month

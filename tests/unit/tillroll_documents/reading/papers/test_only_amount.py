"""A paper with one marked amount and no label: the amount is proposed, and a person is asked.

Written after Japanese receipts that are filled in by hand, and tickets with a price alone, before
the rule. A Japanese amount is closed by a dash, so that nobody adds a digit.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import read

_TODAY = date(2026, 11, 27)
_HANDWRITTEN = """領収書
上様
2026年9月24日
{amount}
但し お食事代として
上記正に領収いたしました
喫茶ひまわり
東京都台東区上野1-2
"""
_TICKET = """SUNFLOWER BOATS
Leeds LS1 4AP
24/09/2026 10:15
{amount}
"""


@pytest.mark.parametrize(
    ("text", "amount", "total"),
    [
        (_HANDWRITTEN, "¥1,200", "1200"),
        (_HANDWRITTEN, "¥1,200-", "1200"),
        (_HANDWRITTEN, "￥１，２００", "1200"),
        (_TICKET, "£12.00", "12.00"),
        (_TICKET, "£12.00\n£12.00", "12.00"),
        (_TICKET, "£12.00\n£3.00", None),
        (_TICKET, "-£12.00", None),
        (_TICKET, "12.00", None),
    ],
)
def test_the_only_marked_amount_is_proposed(text: str, amount: str, total: str | None) -> None:
    reading = read(Transcript.from_text(text.format(amount=amount)), today=_TODAY)
    assert reading.extraction.total.value == total
    assert not reading.accepted
    doubt = ReviewReason.TOTAL_MISSING if total is None else ReviewReason.TOTAL_UNCERTAIN
    assert doubt.value in reading.reasons

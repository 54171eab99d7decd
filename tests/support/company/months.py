"""Draws a month of a company: lines, documents, the truth, and what must be asked."""

from tests.support.bank_months import Month
from tests.support.company import income, purchases
from tests.support.company.drawing import EUR, SAVINGS, Drawing
from tillroll.bank.decisions.documents import FEE_WORDS
from tillroll_documents.matching.models import Document, DocumentKind

_LARGEST_FEE = 5_000


def company_month(seed: int) -> Month:
    """About 170 lines and as many documents, in an order that says nothing."""
    draw = Drawing(seed)
    for story, times in (*purchases.STORIES, *income.STORIES):
        draw.story = story.__name__
        for _ in range(times):
            story(draw)
    month = draw.month
    month.documents += [
        Document(
            id=f"fee:{EUR}",
            kind=DocumentKind.FEE,
            amount=-_LARGEST_FEE,
            remainder=0,
            currency=EUR,
            names=FEE_WORDS,
        ),
        Document(
            id=SAVINGS,
            kind=DocumentKind.OWN_ACCOUNT,
            amount=0,
            remainder=0,
            currency=EUR,
            names=("Muster Software GmbH",),
            accounts=("mark:savings",),
        ),
    ]
    draw.random.shuffle(month.lines)
    draw.random.shuffle(month.documents)
    return month

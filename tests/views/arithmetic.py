"""What each figure must be, worked out from the requests alone. Imports nothing of the product.

Figures are whole minor units by name: `2026-01 spent USD`, `2026-01 input tax`, `owed usr_002`.
Taxes are by the German VAT act (UStG): input tax of domestic purchases (section 15), tax that the
buyer owes (sections 1a and 13b) which they deduct in the same month, and sales by issue.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from tests.views.story import BY_FILE, MonthOfFirm, Paper, Story, TaxLine, Treatment

HOME: Final = "EUR"
STANDARD_RATE: Final = 19
Figures = Counter[str]


@dataclass(frozen=True)
class Sale:
    """An invoice or a credit note, in cents; below zero is credited."""

    net: int
    tax: int


class Arithmetic:
    """The figures once some months are over; `come` are papers beside those of the months."""

    def __init__(self, story: Story, months: Sequence[MonthOfFirm], come: Iterable[Paper]) -> None:
        self._story = story
        self._months = months
        self._come = tuple(come)

    def figures(self) -> Figures:
        """All of them."""
        figures: Figures = Counter()
        for month in self._months:
            for paper in self._papers(month):
                _add_purchase(figures, month, paper)
            self._add_bank(figures, month)
            self._add_sales(figures, month)
        return figures

    def books(self) -> Figures:
        """What the books must have of each paper and sale, its total and its tax."""
        figures: Figures = Counter()
        for month in self._months:
            for paper in self._papers(month):
                if paper is self._story.late:
                    # Its month is closed, and stays so.
                    continue
                figures[f"{paper.number} total"] = paper.total
                figures[f"{paper.number} tax"] = paper.tax
            for number, sale in enumerate(sales_of(self._story, month)):
                figures[f"{month.name} sale {number} total"] = sale.net + sale.tax
                figures[f"{month.name} sale {number} tax"] = sale.tax
        return figures

    def _papers(self, month: MonthOfFirm) -> list[Paper]:
        come = [paper for paper in self._come if f"{paper.day:%Y-%m}" == month.name]
        return [paper for paper in (*month.papers, *come) if paper.counts]

    def _add_bank(self, figures: Figures, month: MonthOfFirm) -> None:
        amounts = [charge.amount for charge in month.charges]
        amounts += [-paid_at_bank(paper, month) for paper in month.papers if paper.paid_on]
        amounts.append(-sum(paper.total for paper in month.papers if paper.payer == BY_FILE))
        if month is not self._months[0]:
            amounts.append(client_pays(self._story, self._before(month)))
        figures[f"{month.name} in bank"] = sum(amounts)
        figures[f"{month.name} entries"] = len(amounts)

    def _before(self, month: MonthOfFirm) -> MonthOfFirm:
        return self._months[self._months.index(month) - 1]

    def _add_sales(self, figures: Figures, month: MonthOfFirm) -> None:
        for sale in sales_of(self._story, month):
            figures[f"{month.name} sales net"] += sale.net
            figures[f"{month.name} sales tax"] += sale.tax
            figures[f"{month.name} sales gross"] += sale.net + sale.tax
            figures["billed"] += sale.net
            figures["output tax"] += sale.tax
        figures["receivable"] += client_pays(self._story, month)
        if month is not self._months[0]:
            figures["receivable"] -= client_pays(self._story, self._before(month))


def _add_purchase(figures: Figures, month: MonthOfFirm, paper: Paper) -> None:
    name = month.name
    currency = paper.seller.currency
    figures[f"{name} papers {currency}"] += 1
    figures[f"{name} spent {currency}"] += paper.total
    figures[f"{name} spent base"] += in_base(paper.total, currency, month.rate)
    if paper.seller.treatment is Treatment.DOMESTIC:
        figures[f"{name} discounts base"] -= share_of(paper, paper.discount)
        figures[f"{name} input tax"] += paper.tax - discounted_tax(paper)
        return
    owed = standard_tax(in_base(paper.net, currency, month.rate))
    figures[f"{name} owed tax"] += owed
    figures[f"{name} input tax"] += owed


def in_base(minor: int, currency: str, rate: str) -> int:
    """An amount in cents of a euro; `rate` is how many euros one of the currency is."""
    if currency == HOME:
        return minor
    return int((Decimal(minor) * Decimal(rate)).quantize(Decimal(1), ROUND_HALF_UP))


def standard_tax(net: int) -> int:
    """The tax on a net amount, rounded half up."""
    return (net * STANDARD_RATE + 50) // 100


def net_charged(paper: Paper) -> int:
    """What an invoice over net costs charges for a paper: what the firm bears itself."""
    return paper.net


def sales_of(story: Story, month: MonthOfFirm) -> tuple[Sale, ...]:
    """A month's invoice, and its credit note with amounts below zero.

    The tax of a document is worked out once, on the sum of its rate (EN 16931, BR-CO-17).
    """
    billed = [paper for paper in month.papers if paper.is_billed]
    charge = TaxLine(STANDARD_RATE, sum(net_charged(paper) for paper in billed))
    invoice = Sale(charge.net, charge.tax)
    credited = [paper for paper in billed if paper.number == story.credited]
    return (invoice, *(credit_of(paper) for paper in credited))


def credit_of(paper: Paper) -> Sale:
    """The credit note over a paper."""
    charge = TaxLine(STANDARD_RATE, net_charged(paper))
    return Sale(-charge.net, -charge.tax)


def client_pays(story: Story, month: MonthOfFirm) -> int:
    """What the client pays of a month's invoice, in cents: without what was credited."""
    return sum(sale.net + sale.tax for sale in sales_of(story, month))


def share_of(paper: Paper, percent: int) -> int:
    """So many percent of a paper's total, rounded half up."""
    return (paper.total * percent + 50) // 100


def discounted_tax(paper: Paper) -> int:
    """The tax that a discount takes back (section 17 (1) UStG), by the gross sum of each rate.

    Sums reach up to the whole, so that their parts add up to the discount.
    """
    discount = share_of(paper, paper.discount)
    reached = 0
    before = 0
    tax = 0
    for line in paper.lines:
        reached += line.net + line.tax
        until = round(Fraction(reached * discount, paper.total))
        tax += round(Fraction(line.tax * (until - before), line.net + line.tax))
        before = until
    return tax


def paid_at_bank(paper: Paper, month: MonthOfFirm) -> int:
    """What the bank took for a paper, in cents, at the rate that the firm entered."""
    paid = paper.total - share_of(paper, paper.discount) + share_of(paper, paper.tip)
    return in_base(paid, paper.seller.currency, month.rate)

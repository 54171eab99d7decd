"""The tax on a line that names it before the net amount, told by its rate; and what is printed of
a tax that nothing reads.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import Final

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.totals.labels import LabelledAmount, Role

_MOST_COLUMNS: Final = 6
"""A line of tax has fewer; a hostile one may hold thousands of amounts."""
_FEWEST_COLUMNS: Final = 2
_TAX_ROLES: Final = frozenset({Role.TAX, Role.GROSS_OR_TAX})
_MAY_BE_TAX: Final = _TAX_ROLES | {Role.NET, Role.NONE}
_NOT_OF_TAX: Final = frozenset({Concept.REGISTRATION, Concept.PRODUCT_HEADER})


def with_tax_by_rate(
    page: Page, labelled: Sequence[LabelledAmount], rates: frozenset[Decimal]
) -> list[LabelledAmount]:
    """The amounts, with the one labelled as tax that is the tax in percent of another: "VAT 20 %
    net 65.30  13.06", whose nearest word speaks of the net amount. `rates` are in percent.
    """
    roles: dict[tuple[int, int], Role] = {}
    by_line: dict[int, list[LabelledAmount]] = {}
    for item in labelled:
        if item.amount.exact and not item.in_summary:
            by_line.setdefault(item.line, []).append(item)
    for line in page.naming(Concept.TAX):
        items = by_line.get(line.index, [])
        is_read = any(item.role in _TAX_ROLES for item in items)
        if is_read or not _FEWEST_COLUMNS <= len(items) <= _MOST_COLUMNS:
            continue
        pair = _net_and_tax(items, rates)
        if pair is not None:
            net, tax = pair
            roles[line.index, net.amount.start] = Role.NET
            roles[line.index, tax.amount.start] = Role.TAX
    return [
        item._replace(role=roles.get((item.line, item.amount.start), item.role))
        for item in labelled
    ]


def _net_and_tax(
    items: Sequence[LabelledAmount], rates: frozenset[Decimal]
) -> tuple[LabelledAmount, LabelledAmount] | None:
    """The two amounts of which one is the tax on the other, to half a minor unit."""
    for net, tax in permutations(items, 2):
        if not 0 < tax.amount.minor < net.amount.minor:
            continue
        for rate in rates:
            if abs(net.amount.minor * rate - 100 * tax.amount.minor) <= 50:
                return net, tax
    return None


def unread_tax(page: Page, labelled: Sequence[LabelledAmount], total: int) -> Line | None:
    """The first line that names a tax, or a net amount with a percentage, and an amount that may be
    a tax in the total (minor units).
    """
    lines = {
        item.line
        for item in labelled
        if item.role in _MAY_BE_TAX
        and item.amount.exact
        and 0 < 2 * abs(item.amount.minor) <= total
    }
    for line in page.naming(Concept.TAX, Concept.EXCLUDING):
        is_of_tax = Concept.TAX in page.named(line) or "%" in line.plain
        if line.index in lines and is_of_tax and _NOT_OF_TAX.isdisjoint(page.named(line)):
            return line
    return None

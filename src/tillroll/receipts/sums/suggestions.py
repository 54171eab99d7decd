"""Tips that a guest might give ("15% = 4.52  18% = 5.43"): nobody has paid them, so they are no part of the sum."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line

_PERCENT: Final = re.compile(r"(\d{1,2})(?:[.,]\d)? ?%")
_PERCENT_SIGN: Final = re.compile(r"%(?:(?<=\d%)|(?<=\d %))")
"""Its end, found sooner."""
_SEVERAL: Final = 2
"""Different percentages: a tip that was charged has one."""
_SUMS: Final = frozenset({Role.TOTAL, Role.PAYABLE, Role.ROUNDED_TOTAL})


def without_suggestions(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with those that are only suggested as tips ignored: lines with a percentage below the total, where
    a tip is named and either several percentages are offered or the words say so."""
    total_line = next((item.line for item in labelled if item.role in _SUMS), None)
    if total_line is None:
        return [*labelled]
    offered = {line.index: line for line, _, _ in page.search(_PERCENT_SIGN) if line.index > total_line}
    if not offered or not _are_suggested(page, [*offered.values()]):
        return [*labelled]
    return [item._replace(role=Role.IGNORED) if _is_offer(item, offered) else item for item in labelled]


def _are_suggested(page: Page, lines: Sequence[Line]) -> bool:
    named = _named(page, lines)
    percents = {found for line in lines for found in _PERCENT.findall(line.plain)}
    return Concept.TIP in named and (Concept.SUGGESTION in named or len(percents) >= _SEVERAL)


def _named(page: Page, lines: Sequence[Line]) -> set[Concept]:
    """What the lines name, and the one above the first of them."""
    above = page.lines[page.rank(lines[0]) - 1]
    return {concept for line in (above, *lines) for concept in page.named(line)}


def _is_offer(item: LabelledAmount, offered: Collection[int]) -> bool:
    return item.line in offered and item.role in (Role.TIP, Role.NONE) and not item.in_summary

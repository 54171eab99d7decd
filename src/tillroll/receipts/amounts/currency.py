"""Which currency the receipt is in: by codes and marks beside amounts, by its country, else by the account's own."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tillroll.receipts.amounts.currencies import CODES, MARKS, WORDLIKE
from tillroll.receipts.amounts.labels import SUM_CONCEPTS
from tillroll.receipts.names.legal_forms import find_legal_form
from tillroll.receipts.page.countries import by_code
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_CODE: Final = re.compile(
    r"(?=[A-Z]{3})(?:(?:(?<=[0-9])|(?<=[0-9] )|(?<=[(\[]))[A-Z]{3}(?![^\W_])"
    r"|(?<![^\W\d_])[A-Z]{3}(?=[ :.]*-?[0-9]|[)\]]| *$))",
    re.MULTILINE,
)
"""Three letters where a code may stand."""


def _standing_alone(mark: str) -> str:
    """A pattern for a mark that is no part of a word or of a longer mark. What may not stand before it is looked at
    behind it, since a pattern that begins with the mark itself is found sooner."""
    sign = re.escape(mark)
    return rf"{sign}(?<![^\W_$]{sign})(?=[ .)\d:OoDI-]|$)" if mark[0].isalpha() else rf"{sign}(?<!\${sign})"


_LONGEST_FIRST: Final = sorted(MARKS, key=len, reverse=True)
_MARK: Final = re.compile("|".join(map(_standing_alone, _LONGEST_FIRST)), re.MULTILINE)
_MAX_COUNTED: Final = 3
"""A mark on every line says no more than a mark on three."""
_NOWHERE: Final = Line(0, "", "")


def find_currency(page: Page, default: str | None) -> list[Candidate[str]]:
    """Candidates for the ISO 4217 code; `default` is the account's currency.

    A mark that several currencies share ("$") counts for each of them; country or default then decide. A candidate
    that stands nowhere in print has the span 0..0.
    """
    candidates: dict[str, Candidate[str]] = {}
    counts: Counter[tuple[str, str]] = Counter()

    def count(code: str, reason: str, line: Line, start: int, end: int, times: int = 1) -> None:
        candidates.setdefault(code, Candidate(code, line, start, end))
        counts[code, reason] += times

    codes = [
        (line, match.start() - begin, "code_printed", match[0])
        for line, begin, match in page.search(_CODE)
        if match[0] in CODES and _is_code(page, line, match[0], match.start() - begin)
    ]
    marks = [(line, match.start() - begin, "marked", match[0]) for line, begin, match in page.search(_MARK)]
    for line, start, reason, printed in sorted(codes + marks, key=lambda found: found[0].index):
        for code in (printed,) if reason == "code_printed" else MARKS[printed]:
            count(code, reason, line, start, start + len(printed))
    for country, hinted in page.hints.items():
        count(by_code(country).currency, "country", _NOWHERE, 0, 0, hinted)
    if default:
        count(default, "account_default", _NOWHERE, 0, 0)
    for (code, reason), times in counts.items():
        candidates[code].reasons[reason] = weights.CURRENCY[reason] * min(times, _MAX_COUNTED)
    return list(candidates.values())


def is_printed(candidates: Sequence[Candidate[str]]) -> bool:
    """Whether the first of the ranked candidates is named on the paper, by its code or by a mark of its own: "$" is the
    mark of many."""
    best, *others = candidates
    return "code_printed" in best.reasons or (
        "marked" in best.reasons and not any("marked" in other.reasons for other in others)
    )


def _is_code(page: Page, line: Line, code: str, start: int) -> bool:
    """Whether the code is no other word, nor the "BHD" of "SDN BHD"."""
    if code in WORDLIKE and not page.named(line) & SUM_CONCEPTS:
        return False
    legal = find_legal_form(line.plain)
    return legal is None or not legal[0] <= start < legal[1]

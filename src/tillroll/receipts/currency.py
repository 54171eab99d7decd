"""Which currency the receipt is in: by codes and marks beside amounts, by its country, else by the account's own."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tillroll.receipts import weights
from tillroll.receipts.countries import by_code
from tillroll.receipts.currencies import CODES, MARKS, WORDLIKE
from tillroll.receipts.labels import SUM_CONCEPTS
from tillroll.receipts.legal_forms import find_legal_form
from tillroll.receipts.page import Page
from tillroll.receipts.patterns import one_of
from tillroll.receipts.scoring import Candidate
from tillroll.receipts.transcript import Line

_CODE: Final = re.compile(
    r"(?=[A-Z]{3})(?:(?:(?<=[0-9])|(?<=[0-9]\s)|(?<=[(\[]))[A-Z]{3}(?![^\W_])"
    r"|(?<![^\W\d_])[A-Z]{3}(?=[\s:.]*-?[0-9]|[)\]]|\s*$))"
)
"""Three letters where a code may stand."""
_LONGEST_FIRST: Final = sorted(MARKS, key=len, reverse=True)
_LETTERS: Final = one_of(mark for mark in _LONGEST_FIRST if mark[0].isalpha())
_SIGNS: Final = one_of(mark for mark in _LONGEST_FIRST if not mark[0].isalpha())
_MARK: Final = re.compile(rf"(?<![^\W_$])(?:{_LETTERS})(?=[\s.)\d:OoDI-]|$)|(?<!\$)(?:{_SIGNS})")
_MAX_COUNTED: Final = 3
"""A mark on every line says no more than a mark on three."""
_NOWHERE: Final = Line(0, "")


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

    for line in page.lines:
        legal = find_legal_form(line.plain) or (0, 0)
        for match in _CODE.finditer(line.plain):
            code = match[0]
            is_word = code in WORDLIKE and not page.named(line) & SUM_CONCEPTS
            if code in CODES and not is_word and not legal[0] <= match.start() < legal[1]:  # "BHD" of "SDN BHD"
                count(code, "code_printed", line, *match.span())
        for match in _MARK.finditer(line.plain):
            for code in MARKS[match[0]]:
                count(code, "marked", line, *match.span())
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

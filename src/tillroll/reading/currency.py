"""The currency of a receipt: by codes and marks, by its country, else the account's own. Also dollar signs that were
read as digits."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tillroll.reading import weights
from tillroll.reading.company_names import find_legal_form
from tillroll.reading.extraction import Line
from tillroll.reading.labels import SUM_CONCEPTS, LabelledAmount
from tillroll.reading.money import CODES, MARKS, WORDLIKE
from tillroll.reading.page import Page
from tillroll.reading.places import by_code
from tillroll.reading.weights import Candidate

_CODE: Final = re.compile(
    r"[A-Z](?=[A-Z]{2})(?:(?:(?<=[0-9].)|(?<=[0-9] .)|(?<=[(\[].))[A-Z]{2}(?![^\W_])"
    r"|(?<![^\W\d_].)[A-Z]{2}(?=[ :.]*-?[0-9]|[)\]]| *$))",
    re.MULTILINE,
)


def _standing_alone(mark: str) -> str:
    """A pattern for a mark that is no part of a word or a longer mark; it begins with the mark to be found sooner."""
    sign = re.escape(mark)
    return rf"{sign}(?<![^\W_$]{sign})(?=[ .)\d:OoDI-]|$)" if mark[0].isalpha() else rf"{sign}(?<!\${sign})"


_LONGEST_FIRST: Final = sorted(MARKS, key=len, reverse=True)
_MARK: Final = re.compile("|".join(map(_standing_alone, _LONGEST_FIRST)), re.MULTILINE)
_MAX_COUNTED: Final = 3
"""A mark on every line says no more than a mark on three."""
_NOWHERE: Final = Line(0, "", "")


def find_currency(page: Page, default: str | None) -> list[Candidate[str]]:
    """Candidates for the ISO 4217 code; `default` is the account's currency. A mark that several share ("$") counts for
    each. One that stands nowhere in print has the span 0..0."""
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
    """Whether the best candidate is named by its code or by a mark of its own."""
    best, *others = candidates
    is_marked = "marked" in best.reasons and not any("marked" in other.reasons for other in others)
    return "code_printed" in best.reasons or is_marked


def _is_code(page: Page, line: Line, code: str, start: int) -> bool:
    """Whether the code is no other word, nor the "BHD" of "SDN BHD"."""
    if code in WORDLIKE and not page.named(line) & SUM_CONCEPTS:
        return False
    legal = find_legal_form(line.plain)
    return legal is None or not legal[0] <= start < legal[1]


_FEWEST_MARKED: Final = 3
_LEAST_MARKED: Final = 0.6
"""Share of the amounts: below, marks stand at some of them only."""
_LOOKS_LIKE_MARK: Final = frozenset("S58")


def doubt_lost_marks(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with those doubted whose first digit may be a dollar sign."""
    printed = {line.index: line.plain for line in page.lines}
    texts = [printed[item.line][item.amount.start : item.amount.end] for item in labelled]
    exact = [text for text, item in zip(texts, labelled, strict=True) if item.amount.exact]
    marked = sum("$" in text for text in exact)
    if marked < _FEWEST_MARKED or marked < _LEAST_MARKED * len(exact):
        return [*labelled]
    return [
        item._replace(amount=item.amount._replace(doubtful=True)) if text[0] in _LOOKS_LIKE_MARK else item
        for text, item in zip(texts, labelled, strict=True)
    ]

"""The number of the receipt, invoice or bill, by the words before it."""

import re
from typing import Final

from tillroll.receipts.dates.dates import find_time
from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_SIGN: Final = r"(?:[Nn][OoRrº°0]?|[Nn]um(?:ber|mer)?|#|№)?[\s.:#°º-]{0,24}"
_NUMBER: Final = re.compile(
    rf"[\s.]{{0,24}}{_SIGN}(?P<number>(?=[A-Z_/-]*[0-9])[A-Z0-9][A-Za-z0-9]*(?:[-/_][A-Za-z0-9]+)*)"
)
_MARKED: Final = re.compile(r"[\s.]*(?:[Nn][Oo]\b|[Nn]umber|#|:)")
_AMOUNT_FOLLOWS: Final = re.compile(r"[.,][0-9]")
_LABELS: Final = (Concept.RECEIPT_NUMBER, Concept.HEADING)
_MIN_DIGITS: Final = 2


def find_receipt_numbers(page: Page) -> list[Candidate[str]]:
    """Candidates for the number: behind a label such as "Invoice No", "Bon-Nr.", or a heading such as "Receipt #"."""
    return [candidate for line in page.naming(*_LABELS) for candidate in _in_line(page, line)]


def _in_line(page: Page, line: Line) -> list[Candidate[str]]:
    candidates: list[Candidate[str]] = []
    for found in page.found(line):
        if found.concept not in _LABELS:
            continue
        is_label = found.concept is Concept.RECEIPT_NUMBER
        rest = line.plain[found.end :]
        match = _NUMBER.match(rest)
        if match is None or not (is_label or _MARKED.match(rest)):
            continue
        start, end = found.end + match.start("number"), found.end + match.end("number")
        value = line.plain[start:end]
        if sum(c.isdecimal() for c in value) < _MIN_DIGITS or _is_something_else(page, line, start, end):
            continue
        candidate = Candidate(value, line, start, end)
        signs = {
            "labelled_number": is_label,
            "behind_heading": not is_label,
            "labelled_tax_number": Concept.REGISTRATION in page.named(line, 0, start),
            "long_number": len(value) > 4,
        }
        candidate.give_all(signs, weights.RECEIPT_NUMBER)
        candidates.append(candidate)
    return candidates


def _is_something_else(page: Page, line: Line, start: int, end: int) -> bool:
    """Whether an amount, a date or a time stands there."""
    if _AMOUNT_FOLLOWS.match(line.plain, end):
        return True
    if any(date.start < end and start < date.end for date in page.dates(line)):
        return True
    time = find_time(line.plain[start:])
    return time is not None and time[1] == 0

"""The merchant's tax number, known by its label and its check digits."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tillroll.receipts.languages import Concept
from tillroll.receipts.numbers.tax_id_forms import FORMS, TaxIdForm
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_NUMBER: Final = re.compile(r"(?<![^\W_])[A-Z]{0,3}[ .-]?[0-9OIlSB][0-9A-Za-z]*(?:[ ./-]{1,2}[0-9A-Z][0-9A-Z]*){0,11}")
_SEPARATORS: Final = re.compile(r"[\s./-]")
_GAP: Final = re.compile(r"[ ./-]+")
_MISREAD: Final = str.maketrans("OoDIl|SB", "00011158")
_LABELS: Final = frozenset({Concept.TAX, Concept.REGISTRATION})
_MIN_LENGTH: Final = 8
_MIN_DIGITS: Final = 7
_ENOUGH_DIGITS: Final = re.compile(rf"^(?:[^\d\n]*\d){{{_MIN_DIGITS}}}", re.MULTILINE)


def find_tax_ids(page: Page) -> list[Candidate[str]]:
    """Candidates for the tax number, without spaces and points, one for each different number."""
    candidates: dict[str, Candidate[str]] = {}
    forms = [form for form in FORMS if form.prefix or form.country in page.hints]
    for line, _, _ in page.search(_ENOUGH_DIGITS):
        for candidate in _in_line(page, line, forms):
            known = candidates.get(candidate.value)
            if known is None or candidate.score > known.score:
                candidates[candidate.value] = candidate
    return list(candidates.values())


def _in_line(page: Page, line: Line, known: Sequence[TaxIdForm]) -> Iterator[Candidate[str]]:
    for match in _NUMBER.finditer(line.plain):
        if sum(map(str.isdecimal, match[0])) < _MIN_DIGITS:
            continue
        named = page.named(line, 0, match.end())
        if named & _LABELS:
            forms = known
        elif match[0][0].isalpha():
            forms = [form for form in known if form.prefix_printed]
        else:
            continue
        for end in _ends(match):
            printed = _SEPARATORS.sub("", line.plain[match.start() : end]).upper()
            for form in forms:
                has_prefix = bool(form.prefix) and printed.startswith(form.prefix)
                if not has_prefix and form.country not in page.hints:
                    continue
                value = _as_form(printed, form)
                if value is None:
                    continue
                candidate = Candidate(value, line, match.start(), end)
                signs = {
                    "labelled_tax_number": Concept.TAX in named,
                    "labelled_registration": Concept.REGISTRATION in named,
                    "check_digits_right": form.check is not None,
                    "fits_country": form.country in page.hints,
                    "country_prefix": has_prefix,
                    "labelled_otherwise": Concept.CONTACT in named or Concept.RECEIPT_NUMBER in named,
                }
                candidate.give_all(signs, weights.TAX_ID)
                yield candidate


def _ends(match: re.Match[str]) -> Iterator[int]:
    """Where the number may end: after any of its groups, the longest first."""
    text = match[0]
    cuts = [len(text), *(gap.start() for gap in reversed(list(_GAP.finditer(text))))]
    return (match.start() + cut for cut in cuts if cut >= _MIN_LENGTH)


def _as_form(printed: str, form: TaxIdForm) -> str | None:
    """The number with its prefix, when it has the form and its check digits are right; letters read for digits are put
    back where the check digits confirm it."""
    has_prefix = bool(form.prefix) and printed.startswith(form.prefix)
    if form.prefix_printed and not has_prefix:
        return None
    body = printed.removeprefix(form.prefix) if has_prefix else printed
    spellings = [body]
    if form.check is not None and sum(map(str.isdecimal, body)) >= _MIN_DIGITS:
        spellings.append(body.translate(_MISREAD))
    for spelling in spellings:
        if re.fullmatch(form.pattern, spelling) and (form.check is None or form.check(spelling)):
            return (form.prefix if has_prefix else "") + spelling
    return None

"""Currencies as they stand beside numbers: "TOTAL CHF 30.00", "132,00 DH". What stands there is
surer than a mark elsewhere, and a short text that nobody knows is a currency that nobody knows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tillroll_documents.money import (
    CODES,
    CURRENCY_NAMES,
    LETTER_MARKS,
    MARKS,
    minor_digits,
)
from tillroll_documents.reading import words
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.totals.labels import SUM_CONCEPTS

_SIGNS: Final = r"[^\s\d:()\[\]{}*=#@+<>|\"%&,;!?_-]"
_NUMBER: Final = re.compile(
    # The first sign is looked for before all else, since most of a line is text.
    rf"[-\d](?:(?<![^\s:()\[\]=*+<>|-].)|(?<={_SIGNS}.))(?:(?<=\d)|(?<=-)\d)"
    r"(?:\d{0,2}(?:[.,' ]\d{3})+(?:[.,]\d{1,3})?|\d{0,5}[.,]\d{2,3}|\d{0,5})"
    r"(?![\d/:%]|[.,-]\d)"
)
"""A number, with the minus before it."""
_BEFORE: Final = re.compile(rf"(?<!{_SIGNS})({_SIGNS}{{1,10}})[)\]:=*.-]*\s{{0,12}}-?$")
_AFTER: Final = re.compile(rf"-?\s{{0,2}}({_SIGNS}{{1,10}})(?=[\s).,;]|$)")
_CFA: Final = re.compile(r"-?\s{0,2}F\.?\s?(?:CFA|XOF|XAF)\b")
_WHOLE: Final = re.compile(r"\d{1,6}")
_CENTS_AT: Final = re.compile(r"\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}(?!\d)")
_CENTS: Final = re.compile(r"[.,]\d{2}$")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+$")
_TAX_CODE: Final = re.compile(r"[A-Z]{1,2}|[a-z]|O\d")
_NEVER_AFTER: Final = frozenset({"SR", "ID", "RO", "LS", "SP", "SM", "LD", "LE"})
"""Letter marks that are tax codes or words where they stand behind an amount."""
_UNITS: Final = words("x no nr qty pcs kg g lb oz ml l st stk ltr hrs h min km")
_CENT_DIGITS: Final = 2
_LEAST_LINES: Final = 3
_LONGEST_UNKNOWN: Final = 4
_TOTALS: Final = frozenset({Concept.TOTAL, Concept.PAYABLE})
_ROUND: Final = words(
    "AED AUD BAM BGN BRL CAD CHF EUR GBP GEL ILS MAD MXN MYR NZD PEN PLN QAR RON SAR SGD TRY USD "
    "ZAR"
)
"""Currencies whose prices are printed with two decimals everywhere."""


class Neighbour(NamedTuple):
    """A short text beside a number, with its span in the line, and the currencies that it may
    mean.
    """

    line: Line
    start: int
    end: int
    number: int
    """Where the number begins."""
    text: str
    codes: tuple[str, ...]
    is_letters: bool
    """A mark that counts only where nothing clearer is printed."""


def neighbours_of_sums(page: Page) -> list[Neighbour]:
    """The short texts beside the sums that are marks, codes, or unknown. Where none of them is
    clear, those beside all other numbers too."""
    sums = {page.rank(line): line for line in page.naming(*SUM_CONCEPTS)}
    below = {rank + 1: page.lines[rank + 1] for rank in sums if rank + 1 < len(page.lines)}
    texts = [text for _, line in sorted((sums | below).items()) for text in _of_line(page, line)]
    if all(text.codes and not text.is_letters for text in texts):
        return texts
    return all_neighbours(page)


def all_neighbours(page: Page) -> list[Neighbour]:
    """The short texts beside all numbers of the page."""
    return [text for line in page.lines for text in _of_line(page, line)]


def _of_line(page: Page, line: Line) -> Iterator[Neighbour]:
    plain = line.plain
    done = 0
    for match in _NUMBER.finditer(plain):
        number = match[0].removeprefix("-")
        end = match.end()
        start = end - len(number)
        is_whole = _WHOLE.fullmatch(number) is not None
        before = _BEFORE.search(plain, done, start)
        if before is not None:
            neighbour = _neighbour(page, line, span=before.span(1), number=start, is_before=True)
            is_glued_id = (
                is_whole
                and before.end(1) == start
                and neighbour is not None
                and not neighbour.codes
            )
            if (
                neighbour is not None
                and not is_glued_id
                and _is_beside_amount(neighbour, is_whole=is_whole)
            ):
                yield neighbour
        cfa = _CFA.match(plain, end)
        after = _AFTER.match(plain, end)
        done = end
        if cfa is not None:
            done = cfa.end()
            yield _marked(line, cfa.span(), number=start, codes=MARKS["CFA"])
        elif after is not None:
            neighbour = _neighbour(page, line, span=after.span(1), number=start, is_before=False)
            if neighbour is not None and _is_beside_amount(neighbour, is_whole=is_whole):
                done = neighbour.end
                yield neighbour


def _is_beside_amount(neighbour: Neighbour, *, is_whole: bool) -> bool:
    """Whether the number is an amount: a clear mark says so, beside others it has decimals or
    groups.
    """
    return not is_whole or (bool(neighbour.codes) and not neighbour.is_letters)


def _marked(line: Line, span: tuple[int, int], number: int, codes: tuple[str, ...]) -> Neighbour:
    return Neighbour(
        line=line,
        start=span[0],
        end=span[1],
        number=number,
        text=line.plain[span[0] : span[1]],
        codes=codes,
        is_letters=False,
    )


def _neighbour(
    page: Page, line: Line, span: tuple[int, int], number: int, *, is_before: bool
) -> Neighbour | None:
    start, end = span
    text = line.plain[start:end].strip("./'")
    codes = _clear_codes(line.plain[start:end])
    if len(codes) > 1 and _CENTS_AT.match(line.plain, number):
        codes = with_cents(codes)
    is_letters = False
    if not codes and (is_before or _may_follow(text)):
        codes = LETTER_MARKS.get(text.replace(".", ""), ())
        is_letters = bool(codes)
    if not codes and not _may_be_unknown(page, line, span, is_before=is_before):
        return None
    return Neighbour(
        line=line,
        start=start,
        end=end,
        number=number,
        text=text,
        codes=codes,
        is_letters=is_letters,
    )


def with_cents(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The currencies of a mark that have two decimals, as the amount beside it has; all if none."""
    return tuple(code for code in codes if minor_digits(code) == _CENT_DIGITS) or codes


def _clear_codes(text: str) -> tuple[str, ...]:
    plain = text.strip(".'")
    for spelling in (text, plain, plain.replace(".", "")):
        if spelling in MARKS:
            return MARKS[spelling]
        if spelling in CODES:
            return (spelling,)
    return CURRENCY_NAMES.get(fold(plain), ())


def _may_follow(text: str) -> bool:
    return len(text) > 1 and text not in _NEVER_AFTER


def _may_be_unknown(page: Page, line: Line, span: tuple[int, int], *, is_before: bool) -> bool:
    """Whether the text may be a mark that no table has: short, no word of a receipt, no tax
    code.
    """
    text = line.plain[slice(*span)].strip("./'")
    if not 0 < len(text) <= _LONGEST_UNKNOWN or (not is_before and _TAX_CODE.fullmatch(text)):
        return False
    if text.casefold() in _UNITS:
        return False
    return not any(
        concept.start < span[1] and span[0] < concept.end for concept in page.found(line)
    )


def letter_codes(page: Page, texts: Iterable[Neighbour]) -> list[Neighbour]:
    """The letter marks that count: on a total's line, or on three lines of which one is a sum."""
    return [text for group in _repeated(page, texts, is_known=True).values() for text in group]


def has_unknown(page: Page, texts: Iterable[Neighbour]) -> bool:
    """Whether a text that is no mark stands beside the total, or beside three amounts."""
    return bool(_repeated(page, texts, is_known=False))


def _repeated(
    page: Page, texts: Iterable[Neighbour], *, is_known: bool
) -> Mapping[str, list[Neighbour]]:
    groups: defaultdict[str, list[Neighbour]] = defaultdict(list)
    for text in texts:
        is_wanted = text.is_letters if is_known else not text.codes
        if is_wanted:
            groups[text.text].append(text)
    return {text: group for text, group in groups.items() if _is_mark(page, group)}


def _is_mark(page: Page, group: Sequence[Neighbour]) -> bool:
    lines = {text.line.index: text.line for text in group}
    is_word_like = len(group[0].text) == 1 and len(lines) == 1
    if not is_word_like and any(page.named(line) & _TOTALS for line in lines.values()):
        return True
    is_at_sum = any(page.named(line) & SUM_CONCEPTS for line in lines.values())
    return is_at_sum and len(lines) >= _LEAST_LINES


def prints_no_cents(page: Page, default: str) -> bool:
    """Whether all amounts lack the decimals that this currency has everywhere: "Total 12.000"."""
    if default not in _ROUND:
        return False
    numbers = _numbers(page.naming(*SUM_CONCEPTS))
    if not any(map(_THOUSANDS.fullmatch, numbers)):
        numbers = _numbers(page.lines)
    thousands = sum(1 for number in numbers if _THOUSANDS.fullmatch(number))
    cents = sum(1 for number in numbers if _CENTS.search(number))
    return thousands > 1 and not cents


def _numbers(lines: Iterable[Line]) -> list[str]:
    matches = (match for line in lines for match in _NUMBER.finditer(line.plain))
    return [match[0].removeprefix("-") for match in matches]


def codes_at(texts: Iterable[Neighbour], line: int, start: int, end: int) -> frozenset[str]:
    """The currencies that stand beside the amount of this span; none where none does."""
    near = [text for text in texts if text.line.index == line and start <= text.number < end]
    clear = [text for text in near if text.codes and not text.is_letters]
    chosen = clear or [text for text in near if text.codes]
    return frozenset(code for text in chosen for code in text.codes)

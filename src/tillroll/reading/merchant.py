"""The merchant: the shop's legal name where it is printed near the receipt's head, else the name above the address."""

import re
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

from tillroll.reading import weights as reading_weights
from tillroll.reading.candidates import Candidate
from tillroll.reading.company_names import LEGAL_FORM
from tillroll.reading.languages import Concept
from tillroll.reading.name_signs import follows, joined_names, stacked_names, word_signs
from tillroll.reading.names import greeted_names, name_in, name_key
from tillroll.reading.page import Page
from tillroll.reading.places import is_town, names_region
from tillroll.reading.transcript import Line
from tillroll.reading.vocabulary import concepts_of

_SEARCHED: Final = 10
"""Lines. The end of another receipt that is longer is a receipt of its own, which is asked."""
_HEAD_LINES: Final = 7
"""So near below its first line a receipt says who sold: a register's number, an address, a legal form."""
_FEWEST_LETTERS: Final = 4
_AMOUNT: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_ENDS: Final = frozenset({Concept.CHANGE, Concept.CASH, Concept.CARD, Concept.ROUNDING, Concept.PAID})
_HEADS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})


def head_from(page: Page, legal: Set[int]) -> int:
    """The rank of the first line of the receipt. `legal` are the indexes of the lines with a legal form.

    What is above it must be no receipt by itself, with its own seller or date, nor this one's name above a "Welcome".
    """
    end = 0
    for rank, line in enumerate(page.lines[:_SEARCHED]):
        if _is_end(page, line):
            end = rank + 1
    if end == 0 or not any(_is_head(page, line, legal) for line in page.lines[end : end + _HEAD_LINES]):
        return 0
    above, below = page.lines[:end], page.lines[end:]
    is_whole = any(_is_head(page, line, legal) or page.dates(line) for line in above)
    first = next((line for line in above if _is_text(page, line)), None)
    is_named = first is not None and not _AMOUNT.search(first.plain)
    has_sums = any(_AMOUNT.search(line.plain) for line in below)
    return end if has_sums and not is_whole and not is_named else 0


def _is_end(page: Page, line: Line) -> bool:
    named = page.named(line)
    return Concept.GREETING in named or bool(named & _ENDS and _AMOUNT.search(line.plain))


def _is_text(page: Page, line: Line) -> bool:
    return not _is_end(page, line) and sum(map(str.isalpha, line.plain)) >= _FEWEST_LETTERS


def _is_head(page: Page, line: Line, legal: Set[int]) -> bool:
    return line.index in legal or bool(page.named(line) & _HEADS)


HEAD_LINES: Final = 12
"""A name stands among the first lines, or beside a legal form or the words "owned by"."""
_NAME_SCORE: Final = -30
"""A line of the head that scores more counts as a name when the first and the second are told."""
_LONGEST_NAME: Final = 100
_SHORT_NAME: Final = 5
"""Letters; shorter names stand within other words by chance."""
_HEAD_MIN: Final = 3
"""So many lines may hold a number written by hand before the name."""
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come the customer's name and address."""

_IS_ADDRESS: Final = frozenset({"is_address", "is_plot"})
_REGISTERED: Final = frozenset({"has_legal_form", "has_firm_word", "owner_named"})
_KEYS: Final = re.compile(r"[^\W_]+|\n")
"""What is left of the lines in the form of a `name_key`."""
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_REGISTER_NUMBER: Final = re.compile(r"[\s,.]*(?:\(\s?|(?:co|company|reg|brn)\b.{0,9}?)[A-Z]{0,2}\d{4,}", re.IGNORECASE)
_NUMBER_ALONE: Final = re.compile(
    r"\W*(?:(?:[A-Z]{2}-?)?\d{5,12}\s?-\s?[A-Z]|[A-Z]{2}\d{6,9}|\d{5,9}[A-Z]|\d{12}\s?\(.{5,12}\)|20\d{10})\W*"
)
"""A register's number on a line of its own: "(001451637-M)", "JM0681589-W", "(894015P)", "202001012345 (1234567-A)"."""


def find_merchants(page: Page) -> list[Candidate[str]]:
    """Candidates for the merchant's name."""
    legal = {line.index for line, _, _ in page.search(LEGAL_FORM)}
    owners = page.naming(Concept.OWNED_BY)
    head = head_from(page, legal)
    lines = (
        line
        for rank, line in enumerate(page.lines)
        if 0 <= rank - head < HEAD_LINES or line.index in legal or line in owners
    )
    candidates = [each for line in lines if (each := _candidate(page, line, legal=line.index in legal)) is not None]
    _weigh_streets(candidates, page)
    _weigh_places(candidates, page, head)
    return [*candidates, *joined_names(candidates, page), *stacked_names(candidates, page), *greeted_names(page)]


def _candidate(page: Page, line: Line, *, legal: bool) -> Candidate[str] | None:
    """The name that the line may hold, weighed by its words and by whether it is one with a `legal` form."""
    name, start, end = name_in(page, line)
    if not name or len(name) > _LONGEST_NAME:
        return None
    candidate = Candidate(name, line, start, end)
    candidate.give_all(word_signs(page, line, name, end, legal=legal), reading_weights.MERCHANT)
    return candidate


def _weigh_streets(candidates: Sequence[Candidate[str]], page: Page) -> None:
    """A line that begins with a number above a city and its region is a street, whatever it is called."""
    for street, city in pairwise(candidates):
        if street.value[0].isdecimal() and follows(street, city, page) and names_region(city.value):
            street.give("is_address", reading_weights.MERCHANT)


def _weigh_places(candidates: Sequence[Candidate[str]], page: Page, head: int) -> None:
    """What a candidate's place says: among the first names, below the address, the customer's, or the goods."""
    items_from = _items_from(page, head)
    keys = "".join(_KEYS.findall(page.text.casefold()))
    names, below_address, customer_until = 0, False, -1
    above_address = _above_address(candidates, page)
    told: list[str] = []
    first: Candidate[str] | None = None
    for candidate in candidates:
        rank, key = page.rank(candidate.line), name_key(candidate.value)
        is_name = candidate.score > _NAME_SCORE and "too_short" not in candidate.reasons
        is_address = "is_address" in candidate.reasons
        signs = {
            "at_top": is_name and names == 0,
            "second_name": is_name and names == 1,
            "among_first_lines": is_name and names > 1 and rank - head < HEAD_LINES,
            "goes_on_from_name": any(_goes_on(candidate, name, page) for name in told),
            "below_address": below_address,
            "above_address": is_name
            and candidate.line.index in above_address
            and not _is_second(candidate, first, page),
            "registered_beside": is_name and _is_registered(candidate, page),
            "below_items": rank >= items_from,
            "before_head": rank < head,
            "named_again": len(candidate.value) > _SHORT_NAME and keys.count(key) > 1,
        }
        if rank <= customer_until:
            signs["is_staff_or_customer"] = True
        candidate.give_all(signs, reading_weights.MERCHANT)
        names += is_name
        first = candidate if is_name and first is None else first
        if is_name and len(key) > _SHORT_NAME and not below_address:
            told.append(key)
        # A plot's number alone is no address, nor is one above all names: both are what a hand wrote there.
        below_address = below_address or (is_address and (names > 0 or "is_plot" not in candidate.reasons))
        if Concept.CUSTOMER in page.named(candidate.line):
            customer_until = rank + _CUSTOMER_LINES


def _goes_on(candidate: Candidate[str], name: str, page: Page) -> bool:
    """Whether a name is another one, given by its key, with more behind it, that is not only where its branch is."""
    key = name_key(candidate.value)
    if key == name or not key.startswith(name):
        return False
    words = candidate.value.split()
    rest = next((words[n:] for n in range(1, len(words)) if name_key("".join(words[:n])) == name), list[str]())
    is_branch = bool(rest) and (is_town(" ".join(rest)) or Concept.ADDRESS in concepts_of(rest[0], page.languages))
    return not is_branch


def _is_second(candidate: Candidate[str], first: Candidate[str] | None, page: Page) -> bool:
    """Whether a name is set below the first one as that is, in capitals: its branch, not the name below a note."""
    if first is None or not follows(first, candidate, page) or len(name_key(first.value)) < _SHORT_NAME:
        return False
    return first.value.isupper() and candidate.value.isupper() and "is_scribble" not in first.reasons


def _is_registered(candidate: Candidate[str], page: Page) -> bool:
    """Whether the shop's number in a register stands behind its name, or right below it."""
    rank = page.rank(candidate.line) + 1
    behind = candidate.line.plain[candidate.end :]
    below = page.lines[rank] if rank < len(page.lines) else None
    if _REGISTER_NUMBER.match(behind):
        return True
    return below is not None and (
        Concept.REGISTRATION in page.named(below) or bool(_NUMBER_ALONE.fullmatch(below.plain))
    )


def _above_address(candidates: Sequence[Candidate[str]], page: Page) -> frozenset[int]:
    """The lines right above an address, where no registered name is printed: there a shop's name stands."""
    if any(
        _REGISTERED & candidate.reasons.keys() and "has_amount_or_date" not in candidate.reasons
        for candidate in candidates
    ):
        return frozenset()
    return frozenset(
        first.line.index
        for first, second in pairwise(candidates)
        if _IS_ADDRESS & second.reasons.keys() and follows(first, second, page) and not first.value[0].isdecimal()
    )


def _items_from(page: Page, head: int) -> int:
    """The line where the goods begin, counting filled ones: their column headings, else the first amount below the
    head."""
    for rank, line in enumerate(page.lines):
        if (rank >= head and page.heads_goods(line)) or (rank > head + _HEAD_MIN and _MONEY.search(line.plain)):
            return rank
    return len(page.lines)

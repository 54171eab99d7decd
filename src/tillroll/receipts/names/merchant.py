"""The merchant: the shop's legal name where it is printed near the top, else the name above the address."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tillroll.receipts.dates.dates import find_time
from tillroll.receipts.languages import Concept
from tillroll.receipts.names import not_names
from tillroll.receipts.names.head import head_from
from tillroll.receipts.names.joining import follows, is_only_kind, joined_names, stacked_names
from tillroll.receipts.names.legal_forms import LEGAL_FORM, find_legal_form
from tillroll.receipts.names.names import name_in, name_key
from tillroll.receipts.page.countries import is_place
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.regions import names_region
from tillroll.receipts.page.towns import is_town
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

HEAD_LINES: Final = 12
"""A name stands among the first lines, or beside a legal form or the words "owned by"."""
_NAME_SCORE: Final = -30
"""A line of the head that scores more counts as a name when the first and the second are told."""
_NO_NAME: Final = -35
"""A sign that weighs less makes a line no name, whatever else it looks like."""
_LONGEST_NAME: Final = 100
_SHORT_NAME: Final = 5
"""Letters; shorter names stand within other words by chance."""
_HEAD_MIN: Final = 3
"""So many lines may hold a number written by hand before the name."""
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come the customer's name and address."""

_AGAINST: Final = {
    Concept.GREETING: "is_greeting",
    Concept.CONTACT: "is_contact",
    Concept.REGISTRATION: "is_registration",
    Concept.STAFF: "is_staff_or_customer",
    Concept.CUSTOMER: "is_staff_or_customer",
}
_REGISTERED: Final = frozenset({"has_legal_form", "has_firm_word", "owner_named"})
_NAME_WORDS: Final = frozenset({Concept.TRADE, Concept.FIRM})
_KEYS: Final = re.compile(r"[^\W_]+|\n")
"""What is left of the lines in the form of a `name_key`."""
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_WEB: Final = re.compile(r"@|www\.|https?:|\.(?:com|net|org)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\w:\s*\w")
"""A heading and what belongs to it: "Guests: 2", "Tab: Bar"."""
_REGISTER_NUMBER: Final = re.compile(r"[\s,.]*(?:\(\s?|(?:co|company|reg|brn)\b.{0,9}?)[A-Z]{0,2}\d{4,}", re.IGNORECASE)
_STREET: Final = re.compile(r"[^\W\d_]str(?:\.|aße|asse)?\s{0,2}\d", re.IGNORECASE)
"""German streets end in their kind: "Pilgerstr. 69"."""
_NUMBER_ALONE: Final = re.compile(r"\W*(?:[A-Z]{2}-?)?\d{5,12}\s?-\s?[A-Z]\W*")
"""A register's number on a line of its own: "(001451637-M)", "JM0681589-W"."""
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_POSTCODE: Final = re.compile(r"\s*[A-Z]{0,2}-?\d{4,6}[\s,]")


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
    return candidates + joined_names(candidates, page) + stacked_names(candidates, page)


def _candidate(page: Page, line: Line, *, legal: bool) -> Candidate[str] | None:
    """The name that the line may hold, weighed by its words and by whether it is one with a `legal` form."""
    name, start, end = name_in(page, line)
    if not name or len(name) > _LONGEST_NAME:
        return None
    candidate = Candidate(name, line, start, end)
    candidate.give_all(_word_signs(page, line, name, end, legal=legal), weights.MERCHANT)
    return candidate


def _weigh_streets(candidates: Sequence[Candidate[str]], page: Page) -> None:
    """A line that begins with a number above a city and its region is a street, whatever it is called."""
    for street, city in pairwise(candidates):
        if street.value[0].isdecimal() and follows(street, city, page) and names_region(city.value):
            street.give("is_address", weights.MERCHANT)


def _weigh_places(candidates: Sequence[Candidate[str]], page: Page, head: int) -> None:
    """What a candidate's place says: among the first names, below the address, the customer's, or the goods."""
    items_from = _items_from(page, head)
    keys = "".join(_KEYS.findall(page.text.casefold()))
    names, below_address, customer_until = 0, False, -1
    above_address = _above_address(candidates, page)
    told: list[str] = []
    for candidate in candidates:
        rank, key = page.rank(candidate.line), name_key(candidate.value)
        is_name = candidate.score > _NAME_SCORE and "too_short" not in candidate.reasons
        is_address = "is_address" in candidate.reasons
        signs = {
            "at_top": is_name and names == 0,
            "second_name": is_name and names == 1,
            "among_first_lines": is_name and names > 1 and rank - head < HEAD_LINES,
            "goes_on_from_name": any(key != name and key.startswith(name) for name in told),
            "below_address": below_address,
            "above_address": is_name and candidate.line.index in above_address,
            "registered_beside": is_name and _is_registered(candidate, page),
            "below_items": rank >= items_from,
            "before_head": rank < head,
            "named_again": len(candidate.value) > _SHORT_NAME and keys.count(key) > 1,
        }
        if rank <= customer_until:
            signs["is_staff_or_customer"] = True
        candidate.give_all(signs, weights.MERCHANT)
        names += is_name
        if is_name and len(key) > _SHORT_NAME and not below_address:
            told.append(key)
        below_address = below_address or is_address
        if Concept.CUSTOMER in page.named(candidate.line):
            customer_until = rank + _CUSTOMER_LINES


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
    if any(_REGISTERED & candidate.reasons.keys() for candidate in candidates):
        return frozenset()
    return frozenset(
        first.line.index
        for first, second in pairwise(candidates)
        if "is_address" in second.reasons and follows(first, second, page) and not first.value[0].isdecimal()
    )


def _word_signs(page: Page, line: Line, name: str, end: int, *, legal: bool) -> dict[str, bool]:
    """What the words of the line say."""
    text, named = line.plain, page.named(line)
    letters = sum(map(str.isalpha, name))
    address = Concept.ADDRESS in named and not named & _NAME_WORDS
    numbered = bool(_DIGIT.search(text))
    only_kind = not legal and is_only_kind(name, page)
    signs = {
        "has_legal_form": legal,
        "has_firm_word": Concept.FIRM in named and not legal,
        "has_trade_word": Concept.TRADE in named,
        "owner_named": Concept.OWNED_BY in named,
        "capitals": letters > 0 and name.upper() == name,
        "too_short": letters < 3,
        "few_letters": letters * 2 < len(name.replace(" ", "")),
        "is_address": (numbered and Concept.ADDRESS in named and Concept.FIRM not in named and not legal)
        or (bool(_POSTCODE.match(text) or _STREET.search(text)) and not legal)
        or (not legal and is_town(text))
        or ((is_place(name) or names_region(name)) and not legal and not named & _NAME_WORDS),
        "is_entry": bool(_ENTRY.search(name) and Concept.OWNED_BY not in named) or (only_kind and "#" in text),
        "only_kind": only_kind,
        "only_form": legal and _is_only_form(name),
        "has_address_word": address and not numbered and not legal,
        "is_heading": Concept.HEADING in named and not legal and not named & _NAME_WORDS,
        "has_amount_or_date": bool(_MONEY.search(text) or page.dates(line) or find_time(text)),
    }
    against = {reason: True for concept, reason in _AGAINST.items() if concept in named}
    if legal and Concept.CUSTOMER not in named:
        against.pop("is_staff_or_customer", None)  # "PINE HOST SDN BHD" waits at no table
    if _WEB.search(text) and not legal:
        against["is_contact"] = True
    told = signs | against
    if not any(holds and weights.MERCHANT[code] < _NO_NAME for code, holds in told.items()):
        told |= _looks(text, name, end, legal=legal, is_shop=bool(named & _NAME_WORDS))
    return told


def _looks(text: str, name: str, end: int, *, legal: bool, is_shop: bool) -> dict[str, bool]:
    """What a line looks like whose words do not say that it is no name."""
    if legal:
        return {"is_other_firm": not_names.tells_other_firm(text[:end])}
    return {
        "is_slogan": not_names.is_slogan(text),
        "is_branch": not is_shop and not_names.is_branch(text),
        "is_plot": not_names.is_plot(text),
        "is_other_firm": not_names.tells_other_firm(text[:end]),
        "is_person": not is_shop and not_names.is_person(name),
        "is_scribble": not_names.is_scribble(name),
    }


def _items_from(page: Page, head: int) -> int:
    """The line where the goods begin, counting filled ones: their column headings, else the first amount below the
    head."""
    for rank, line in enumerate(page.lines):
        if (rank >= head and page.heads_goods(line)) or (rank > head + _HEAD_MIN and _MONEY.search(line.plain)):
            return rank
    return len(page.lines)


def _is_only_form(name: str) -> bool:
    """Whether nothing is left of a name but its legal form and a place in parentheses: "(M) SDN BHD"."""
    form = find_legal_form(name)
    return form is not None and not name_key(_BRACKETED.sub("", name[: form[0]]))

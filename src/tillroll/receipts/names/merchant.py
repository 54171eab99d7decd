"""The merchant: the shop's legal name where it is printed near the top, else the name above the address."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tillroll.receipts.dates.dates import find_time
from tillroll.receipts.languages import Concept
from tillroll.receipts.names.legal_forms import LEGAL_FORM, find_legal_form
from tillroll.receipts.names.names import name_in, name_key
from tillroll.receipts.page.countries import is_place
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.regions import names_region
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.page.vocabulary import concepts_of, find_concepts
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

HEAD_LINES: Final = 12
"""A name stands among the first lines, or beside a legal form or the words "owned by"."""
_NAME_SCORE: Final = -30
"""A line of the head that scores more counts as a name when the first and the second are told."""
_LONGEST_NAME: Final = 100
_SHORT_NAME: Final = 5
"""Letters; shorter names stand within other words by chance."""
_HEAD_MIN: Final = 3
"""So many lines may hold a number written by hand before the name."""
_STACK_MIN: Final = 3
"""Lines; two are joined by their words."""
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
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_KIND_WORDS: Final = frozenset({Concept.TRADE, Concept.CUISINE})
_WEB: Final = re.compile(r"@|www\.|https?:|\.(?:com|net|org)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\w:\s*\w")
"""A heading and what belongs to it: "Guests: 2", "Tab: Bar"."""
_GOES_ON: Final = re.compile(r"(?:of|at|by|and|de|du|di|von|van)\s")
"""A line that begins so, in lower case, goes on from the one above."""
_REGISTER_NUMBER: Final = re.compile(r"[\s,.]*(?:\(\s?|(?:co|company|reg|brn)\b.{0,9}?)[A-Z]{0,2}\d{4,}", re.IGNORECASE)
_STREET: Final = re.compile(r"[^\W\d_]str(?:\.|aße|asse)?\s{0,2}\d", re.IGNORECASE)
"""German streets end in their kind: "Pilgerstr. 69"."""
_POSTCODE: Final = re.compile(r"\s*[A-Z]{0,2}-?\d{4,6}[\s,]")


def find_merchants(page: Page) -> list[Candidate[str]]:
    """Candidates for the merchant's name."""
    legal = {line.index for line, _, _ in page.search(LEGAL_FORM)}
    owners = page.naming(Concept.OWNED_BY)
    lines = (line for rank, line in enumerate(page.lines) if rank < HEAD_LINES or line.index in legal or line in owners)
    candidates = [each for line in lines if (each := _candidate(page, line, legal=line.index in legal)) is not None]
    _weigh_streets(candidates, page)
    _weigh_places(candidates, page)
    return candidates + _joined(candidates, page) + _stacked(candidates, page)


def _candidate(page: Page, line: Line, *, legal: bool) -> Candidate[str] | None:
    """The name that the line may hold, weighed by its words and by whether it is one with a `legal` form."""
    name, start, end = name_in(page, line)
    if not name or len(name) > _LONGEST_NAME:
        return None
    candidate = Candidate(name, line, start, end)
    candidate.give_all(_word_signs(page, line, name, legal=legal), weights.MERCHANT)
    return candidate


def _weigh_streets(candidates: Sequence[Candidate[str]], page: Page) -> None:
    """A line that begins with a number above a city and its region is a street, whatever it is called."""
    for street, city in pairwise(candidates):
        if street.value[0].isdecimal() and _follows(street, city, page) and names_region(city.value):
            street.give("is_address", weights.MERCHANT)


def _weigh_places(candidates: Sequence[Candidate[str]], page: Page) -> None:
    """What a candidate's place says: among the first names, below the address, the customer's, or the goods."""
    items_from = _items_from(page)
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
            "among_first_lines": is_name and names > 1 and rank < HEAD_LINES,
            "goes_on_from_name": any(key != name and key.startswith(name) for name in told),
            "below_address": below_address,
            "above_address": is_name and candidate.line.index in above_address,
            "registered_beside": is_name and _is_registered(candidate, page),
            "below_items": rank >= items_from,
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
    return bool(_REGISTER_NUMBER.match(behind)) or (below is not None and Concept.REGISTRATION in page.named(below))


def _above_address(candidates: Sequence[Candidate[str]], page: Page) -> frozenset[int]:
    """The lines right above an address, where no registered name is printed: there a shop's name stands."""
    if any(_REGISTERED & candidate.reasons.keys() for candidate in candidates):
        return frozenset()
    return frozenset(
        first.line.index
        for first, second in pairwise(candidates)
        if "is_address" in second.reasons and _follows(first, second, page) and not first.value[0].isdecimal()
    )


def _word_signs(page: Page, line: Line, name: str, *, legal: bool) -> dict[str, bool]:
    """What the words of the line say."""
    text, named = line.plain, page.named(line)
    letters = sum(map(str.isalpha, name))
    address = Concept.ADDRESS in named and not named & _NAME_WORDS
    numbered = bool(_DIGIT.search(text))
    only_kind = not legal and _is_only_kind(name, page)
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
        or ((is_place(name) or names_region(name)) and not legal and not named & _NAME_WORDS),
        "is_entry": bool(_ENTRY.search(name) and Concept.OWNED_BY not in named) or (only_kind and "#" in text),
        "only_kind": only_kind,
        "has_address_word": address and not numbered and not legal,
        "is_heading": Concept.HEADING in named and not legal and not named & _NAME_WORDS,
        "has_amount_or_date": bool(_MONEY.search(text) or page.dates(line) or find_time(text)),
    }
    against = {reason: True for concept, reason in _AGAINST.items() if concept in named}
    if _WEB.search(text) and not legal:
        against["is_contact"] = True
    return signs | against


def _items_from(page: Page) -> int:
    """The line where the goods begin, counting filled ones: their column headings, else the first amount below the
    head."""
    for rank, line in enumerate(page.lines):
        if page.heads_goods(line) or (rank > _HEAD_MIN and _MONEY.search(line.plain)):
            return rank
    return len(page.lines)


def _joined(candidates: Sequence[Candidate[str]], page: Page) -> list[Candidate[str]]:
    """Names set over two lines."""
    joined: list[Candidate[str]] = []
    for first, second in pairwise(candidates):
        doubtful = any(weight < 0 for weight in _joinable(second).values())
        if _follows(first, second, page) and not doubtful and _goes_on(first.value, second.value, page):
            both = Candidate(
                f"{first.value} {second.value}", first.line, first.start, first.end, _joinable(first, second)
            )
            both.reasons.update({code: weight for code, weight in second.reasons.items() if weight > 0})
            both.give("two_lines", weights.MERCHANT)
            joined.append(both)
    return joined


def _stacked(candidates: Sequence[Candidate[str]], page: Page) -> list[Candidate[str]]:
    """Names set a word a line, as logos are ("the / Corner / Bakery"), ending in what the shop is."""
    stacks: list[Candidate[str]] = []
    for last, candidate in enumerate(candidates):
        if "has_trade_word" not in candidate.reasons or not _is_stackable(candidate):
            continue
        first = last
        while (
            first and _is_stackable(candidates[first - 1]) and _follows(candidates[first - 1], candidates[first], page)
        ):
            first -= 1
        words = candidates[first : last + 1]
        if len(words) >= _STACK_MIN:
            top = words[0]
            stack = Candidate(" ".join(word.value for word in words), top.line, top.start, top.end, _joinable(top))
            stack.reasons.update({code: weight for code, weight in candidate.reasons.items() if weight > 0})
            stack.give("two_lines", weights.MERCHANT)
            stacks.append(stack)
    return stacks


def _is_stackable(candidate: Candidate[str]) -> bool:
    return " " not in candidate.value and all(weight > 0 for weight in _joinable(candidate).values())


def _joinable(part: Candidate[str], other: Candidate[str] | None = None) -> dict[str, int]:
    """The reasons of a part of a name, which may say only what the shop is, unless the other part does too."""
    both = other is not None and "only_kind" in other.reasons
    return {code: weight for code, weight in part.reasons.items() if both or code != "only_kind"}


def _follows(first: Candidate[str], second: Candidate[str], page: Page) -> bool:
    return page.rank(second.line) == page.rank(first.line) + 1


def _goes_on(first: str, second: str, page: Page) -> bool:
    """Whether a second line finishes a name: an "&" joins two lines in the same case (a note in handwriting is in
    another), or it holds no more than trade words and legal form ("TRADING SDN BHD"), which need a name before them."""
    if first.endswith("&") or second.startswith("&"):
        return first.isupper() == second.isupper()
    if find_legal_form(first) is not None:
        return False
    if _GOES_ON.match(second):
        return True
    form = find_legal_form(second)
    rest = second[: form[0]] if form else second
    if form is None and _is_only_kind(rest, page):
        return True
    spans = [f for f in find_concepts(rest, page.languages) if f.concept in _NAME_WORDS]
    unnamed = "".join(c for i, c in enumerate(rest) if not any(f.start <= i < f.end for f in spans))
    return name_key(unnamed) == "" and bool(form or spans)


def _is_only_kind(name: str, page: Page) -> bool:
    """Whether each word says what the shop is: "Mexican Restaurant & Bar"."""
    words = _LETTERS.findall(name)
    return bool(words) and all(_KIND_WORDS & concepts_of(word, page.languages) for word in words)

"""Names set over several lines: broken before a place, a legal form or an "&", or a word a line, as logos are."""

import re
from collections.abc import Sequence
from typing import Final

from tillroll.receipts.languages import Concept
from tillroll.receipts.names.legal_forms import find_legal_form, leads_name
from tillroll.receipts.names.names import name_key
from tillroll.receipts.page.kinds import KINDS
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.towns import is_town
from tillroll.receipts.page.vocabulary import concepts_of, find_concepts, fold
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

_MOST_LINES: Final = 4
_STACK_MIN: Final = 3
"""Lines; two are joined by their words."""
_NAME_WORDS: Final = frozenset({Concept.TRADE, Concept.FIRM})
_KIND_WORDS: Final = frozenset({Concept.TRADE, Concept.CUISINE, Concept.FIRM})
_NO_OBSTACLE: Final = frozenset({"only_kind", "only_form"})
"""What speaks against a line as a name of its own, and not against it as a part of one."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_GOES_ON: Final = re.compile(r"(?:of|at|by|and|de|du|di|von|van)\s")
"""A line that begins so, in lower case, goes on from the one above."""
_OPEN_END: Final = re.compile(r"(?:\s(?:and|of|the|de|du|di|del|la|von|van|und|et|dan|n)|[&+,/-])$", re.IGNORECASE)
"""A line that ends so goes on in the next."""
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_PLACE_ALONE: Final = re.compile(r"\([^\W\d_][^\d()&]{1,18}\)")
_TAILS_TEXT: Final = (
    "industry industries industrial machinery equipment international corporation management products product sales "
    "supply import export imports exports systems solutions security manufacturing network design designs "
    "properties property investment investments consultancy consultants collection culinary malaysia and dan n"
)
_TAILS: Final = frozenset(_TAILS_TEXT.split())
"""Words that names of firms end in, and do not begin with; beside them those of `KINDS`."""
_TAIL_WORDS: Final = 3
"""So many words of a line at most, "and" counted: a longer one is a name of its own."""
_LEADING_KINDS_TEXT: Final = (
    "restoran restaurant restaurante ristorante trattoria pizzeria osteria cafe kafe kedai syarikat perniagaan "
    "pasaraya farmasi klinik gerai warung stesen butik boulangerie boucherie pharmacie farmacia farmacja "
    "panaderia supermercado hotel bengkel perusahaan pusat"
)
_LEADING_KINDS: Final = frozenset(_LEADING_KINDS_TEXT.split())
"""Words for a kind of shop that stand before its name, so that a name broken after one goes on."""
_LONGEST_KIND: Final = 3


def joined_names(candidates: Sequence[Candidate[str]], page: Page) -> list[Candidate[str]]:
    """Names made of two to four lines that follow each other."""
    joined: list[Candidate[str]] = []
    for first in range(len(candidates) - 1):
        whole = candidates[first]
        for number in range(first + 1, min(first + _MOST_LINES, len(candidates))):
            last, part = candidates[number - 1], candidates[number]
            doubtful = any(weight < 0 for weight in _joinable(part).values())
            if doubtful or not follows(last, part, page) or not _goes_on(whole, part, page):
                break
            whole = _both(whole, part)
            joined.append(whole)
    return joined


def _both(first: Candidate[str], second: Candidate[str]) -> Candidate[str]:
    value = f"{first.value} {second.value}"
    both = Candidate(value, first.line, first.start, first.end, _joinable(first, second))
    both.reasons.update({code: weight for code, weight in second.reasons.items() if weight > 0})
    both.give("two_lines", weights.MERCHANT)
    return both


def stacked_names(candidates: Sequence[Candidate[str]], page: Page) -> list[Candidate[str]]:
    """Names set a word a line, as logos are ("the / Corner / Bakery"), ending in what the shop is."""
    stacks: list[Candidate[str]] = []
    for last, candidate in enumerate(candidates):
        if "has_trade_word" not in candidate.reasons or not _is_stackable(candidate):
            continue
        first = last
        while (
            first and _is_stackable(candidates[first - 1]) and follows(candidates[first - 1], candidates[first], page)
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


def follows(first: Candidate[str], second: Candidate[str], page: Page) -> bool:
    """Whether the second stands on the next filled line."""
    return page.rank(second.line) == page.rank(first.line) + 1


def is_only_kind(name: str, page: Page) -> bool:
    """Whether each word says what the shop is: "Mexican Restaurant & Bar"."""
    words = _LETTERS.findall(name)
    return bool(words) and all(_KIND_WORDS & concepts_of(word, page.languages) for word in words)


def _is_stackable(candidate: Candidate[str]) -> bool:
    return " " not in candidate.value and all(weight > 0 for weight in _joinable(candidate).values())


def _joinable(part: Candidate[str], other: Candidate[str] | None = None) -> dict[str, int]:
    """The reasons of a part of a name, which may say only what the shop is, unless the other part does too."""
    both = other is not None and "only_kind" in other.reasons
    return {code: weight for code, weight in part.reasons.items() if both or code not in _NO_OBSTACLE}


def _goes_on(whole: Candidate[str], part: Candidate[str], page: Page) -> bool:
    """Whether a line finishes what stands above it.

    An "&" joins two lines in the same case (a note in handwriting is in another). A line goes on too that holds no more
    than a place in parentheses, trade words and legal form ("(M) SDN BHD", "TRADING"), which need a name before them,
    and one below a kind of shop that is named first ("RESTORAN").
    """
    first, second = whole.value, part.value
    if "is_person" in whole.reasons:
        return False
    if first.endswith("&") or second.startswith("&"):
        return first.isupper() == _before_form(second).isupper()
    if find_legal_form(first) is not None:
        return False
    if first.count("(") > first.count(")") and ")" in second.partition("(")[0]:
        return True
    if _GOES_ON.match(second) or _OPEN_END.search(first) or _names_kind_first(whole, part):
        return True
    return not leads_name(second) and _is_rest(second, page, part)


def _is_rest(second: str, page: Page, part: Candidate[str]) -> bool:
    """Whether a line holds no more than the end of a name: what the shop is, a place, a legal form."""
    form = find_legal_form(second)
    if form is None:
        is_place = _PLACE_ALONE.fullmatch(second) and Concept.TRADE not in page.named(part.line)
        opened, bracket, place = second.partition("(")
        rest = opened if bracket and ")" not in place else second
        return bool(is_place) or is_only_kind(second, page) or (second[0] != "(" and _is_known(rest, page))
    rest = _BRACKETED.sub(" ", second[: form[0]])
    return is_town(rest) or _is_known(rest, page)


def _is_known(rest: str, page: Page) -> bool:
    """Whether nothing is left of a text but words for trades and firms, each by itself: "SANYUSTATIONERY" is a name.
    Beside them one word or two may stand that firms' names end in."""
    spans = [f for f in find_concepts(rest, page.languages) if f.concept in _NAME_WORDS]
    known = [f for f in spans if " " in (word := rest[f.start : f.end].strip()) or concepts_of(word, page.languages)]
    unnamed = "".join(c for i, c in enumerate(rest) if not any(f.start <= i < f.end for f in known))
    if name_key(unnamed) == "":
        return True
    words = [fold(word) for word in _LETTERS.findall(rest)]
    return len(words) <= _TAIL_WORDS and all(_ends_names(word, page) for word in _LETTERS.findall(unnamed))


def _ends_names(word: str, page: Page) -> bool:
    plain = fold(word)
    singular = plain.removesuffix("s")
    return (
        plain in _TAILS or singular in KINDS or plain in KINDS or Concept.TRADE in concepts_of(singular, page.languages)
    )


def _names_kind_first(whole: Candidate[str], part: Candidate[str]) -> bool:
    words = [fold(word) for word in _LETTERS.findall(whole.value)]
    is_kind = 0 < len(words) <= _LONGEST_KIND and words[0] in _LEADING_KINDS and _is_bare_kind(whole)
    return is_kind and "has_trade_word" not in part.reasons and part.value.isupper() == whole.value.isupper()


def _is_bare_kind(candidate: Candidate[str]) -> bool:
    return " " not in candidate.value or "only_kind" in candidate.reasons


def _before_form(name: str) -> str:
    form = find_legal_form(name)
    return name[: form[0]] if form and form[0] else name

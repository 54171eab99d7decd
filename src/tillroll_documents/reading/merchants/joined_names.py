"""Names that a print breaks over lines: joined, and stacked ones."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tillroll_documents.reading import weights, words
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.name_signs import (
    BRACKETED,
    LETTERS,
    NAME_WORDS,
    is_only_kind,
)
from tillroll_documents.reading.merchants.names import (
    name_key,
)
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import (
    KINDS,
    find_legal_form,
    leads_name,
)
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.places import is_town
from tillroll_documents.reading.text.vocabulary import (
    concepts_of,
    find_concepts,
)
from tillroll_documents.reading.weights import Candidate

_MOST_LINES: Final = 4
_STACK_MIN: Final = 3
"""Lines; two are joined by their words."""
_NO_OBSTACLE: Final = frozenset({"only_kind", "only_form"})
"""What speaks against a line as a name of its own, and not against it as a part of one."""
_GOES_ON: Final = re.compile(r"(?:of|at|by|and|de|du|di|von|van)\s")
"""A line that begins so, in lower case, goes on from the one above."""
_OPEN_END: Final = re.compile(
    r"(?:\s(?:and|of|the|de|du|di|del|la|von|van|und|et|dan|n)|[&+,/-])$", re.IGNORECASE
)
"""A line that ends so goes on in the next."""
_PLACE_ALONE: Final = re.compile(r"\([^\W\d_][^\d()&]{1,18}\)")
_TAILS: Final = words("""
    industry industries industrial machinery equipment international corporation management products
    product sales supply import export imports exports systems solutions security manufacturing
    network design designs properties property investment investments consultancy consultants
    collection culinary malaysia and dan n
""")
"""Words that names of firms end in, and do not begin with; beside them those of `KINDS`."""
_TAIL_WORDS: Final = 3
"""So many words of a line at most, "and" counted: a longer one is a name of its own."""
_LEADING_KINDS: Final = words("""
    restoran restaurant restaurante ristorante trattoria pizzeria osteria cafe kafe kedai syarikat
    perniagaan pasaraya farmasi klinik gerai warung stesen butik boulangerie boucherie pharmacie
    farmacia farmacja panaderia supermercado hotel bengkel perusahaan pusat
""")
"""Words for a kind of shop that stand before its name, so that a name broken after one goes on."""
_LONGEST_KIND: Final = 3


def joined_names(candidates: Sequence[Candidate[str]], page: Page) -> Iterator[Candidate[str]]:
    """Names made of two to four lines that follow each other."""
    for first in range(len(candidates) - 1):
        whole = candidates[first]
        for number in range(first + 1, min(first + _MOST_LINES, len(candidates))):
            last = candidates[number - 1]
            part = candidates[number]
            doubtful = any(weight < 0 for weight in _joinable(part).values())
            if doubtful or not follows(last, part, page) or not _goes_on(whole, part, page):
                break
            whole = _joined(
                whole, part, name=f"{whole.value} {part.value}", reasons=_joinable(whole, part)
            )
            yield whole


def _joined(
    first: Candidate[str], last: Candidate[str], name: str, reasons: dict[str, int]
) -> Candidate[str]:
    """The name that begins with the first and ends with the last, with what speaks for either."""
    reasons |= {code: weight for code, weight in last.reasons.items() if weight > 0}
    joined = Candidate(name, first.line, start=first.start, end=first.end, reasons=reasons)
    joined.give("two_lines", weights.MERCHANT)
    return joined


def stacked_names(candidates: Sequence[Candidate[str]], page: Page) -> Iterator[Candidate[str]]:
    """Names set a word a line, as logos are ("the / Corner / Bakery"), ending in what the shop
    is.
    """
    words: list[Candidate[str]] = []
    for candidate in candidates:
        if " " in candidate.value or not all(
            weight > 0 for weight in _joinable(candidate).values()
        ):
            words = []
            continue
        words = [*(words if words and follows(words[-1], candidate, page) else []), candidate]
        if "has_trade_word" in candidate.reasons and len(words) >= _STACK_MIN:
            yield _joined(
                words[0],
                candidate,
                name=" ".join(word.value for word in words),
                reasons=_joinable(words[0]),
            )


def follows(first: Candidate[str], second: Candidate[str], page: Page) -> bool:
    """Whether the second stands on the next filled line."""
    return page.rank(second.line) == page.rank(first.line) + 1


def _joinable(part: Candidate[str], other: Candidate[str] | None = None) -> dict[str, int]:
    """The reasons of a part of a name, which may say only what the shop is, unless the other part
    does too.
    """
    both = other is not None and "only_kind" in other.reasons
    return {
        code: weight for code, weight in part.reasons.items() if both or code not in _NO_OBSTACLE
    }


def _goes_on(whole: Candidate[str], part: Candidate[str], page: Page) -> bool:
    """Whether a line finishes what stands above it: joined by "&" in the same case (a note in
    handwriting is in another), holding no more than a place in parentheses, trade words and legal
    form, or below a kind of shop that is named first.
    """
    first = whole.value
    second = part.value
    if "is_person" in whole.reasons:
        return False
    if first.endswith("&") or second.startswith("&"):
        form = find_legal_form(second)
        return first.isupper() == (second[: form[0]] if form and form[0] else second).isupper()
    if find_legal_form(first) is not None:
        return False
    if first.count("(") > first.count(")") and ")" in second.partition("(")[0]:
        return True
    if _GOES_ON.match(second) or _OPEN_END.search(first) or _names_kind_first(whole, part):
        return True
    return not leads_name(second) and _is_rest(second, page, part)


def _is_rest(second: str, page: Page, part: Candidate[str]) -> bool:
    """Whether a line holds no more than the end of a name: what the shop is, a place, a legal
    form.
    """
    form = find_legal_form(second)
    if form is None:
        is_place = _PLACE_ALONE.fullmatch(second) and Concept.TRADE not in page.named(part.line)
        opened, bracket, place = second.partition("(")
        rest = opened if bracket and ")" not in place else second
        return (
            bool(is_place)
            or is_only_kind(second, page)
            or (second[0] != "(" and _is_known(rest, page))
        )
    rest = BRACKETED.sub(" ", second[: form[0]])
    return is_town(rest) or _is_known(rest, page)


def _is_known(rest: str, page: Page) -> bool:
    """Whether a text has only words for trades and firms, each by itself: "SANYUSTATIONERY" is a
    name.
    """
    spans = [f for f in find_concepts(rest, page.languages) if f.concept in NAME_WORDS]
    words = [(f, rest[f.start : f.end].strip()) for f in spans]
    earlier = [f for f, word in words if " " in word or concepts_of(word, page.languages)]
    unnamed = "".join(
        c for i, c in enumerate(rest) if not any(f.start <= i < f.end for f in earlier)
    )
    if name_key(unnamed) == "":
        return True
    words = [fold(word) for word in LETTERS.findall(rest)]
    return len(words) <= _TAIL_WORDS and all(
        _ends_names(word, page) for word in LETTERS.findall(unnamed)
    )


def _ends_names(word: str, page: Page) -> bool:
    plain = fold(word)
    singular = fold(word).removesuffix("s")
    is_tail = plain in _TAILS or singular in KINDS or plain in KINDS
    return is_tail or Concept.TRADE in concepts_of(singular, page.languages)


def _names_kind_first(whole: Candidate[str], part: Candidate[str]) -> bool:
    words = [fold(word) for word in LETTERS.findall(whole.value)]
    is_kind = 0 < len(words) <= _LONGEST_KIND and words[0] in _LEADING_KINDS
    is_alone = " " not in whole.value or "only_kind" in whole.reasons
    is_set_alike = part.value.isupper() == whole.value.isupper()
    return is_kind and is_alone and "has_trade_word" not in part.reasons and is_set_alike

"""Decides on a category: by what people chose for the merchant, else by words in its name and on
its receipt.

Scores are between 0 and 1. Each kind of evidence has its own, and evidence for the same category
adds up. What does not reach ENOUGH, or does not lead the next category by CLEAR, is not proposed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from tillroll.expenses.sorting.proposing.codes import kind_of_code
from tillroll.expenses.sorting.proposing.kinds import Kind, Sorted, category_of
from tillroll.expenses.sorting.proposing.names import MEANS, TABLES
from tillroll.expenses.sorting.proposing.prints import ITEM_MEANS, ITEMS, PRINTED
from tillroll.expenses.sorting.proposing.words import Found, Words
from tillroll_documents.reading.extraction import ProposedCategory

ENOUGH: Final = 0.55
CLEAR: Final = 0.15

# A word in the name says what the shop is; one in the firm's may be of its owner. Items say what
# was bought, the surer the more of them do. A word that only certain bills print says little by
# itself.
_NAME = 0.8
_FIRM = 0.75
_ITEMS_LEAST = 0.45
_ITEMS_MOST = 0.85
_CODES: Final = 0.85
_PRINTED_ONE = 0.4
_PRINTED_TWO = 0.65
_CHOSEN_ONCE = 0.8
_CHOSEN_LEAST = 0.65
_CHOSEN_MOST = 0.95
_EXAMPLES: Final = 2
"""So many words a reason names."""

_GENERAL: Final = {Kind.HEALTH: 0.75, Kind.GROCERIES: 0.8}
"""Kinds that companies sort in different ways: their score is that much lower."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What people chose for a merchant: a category, how many `times`, and when the `last` time was
    (UTC, ISO 8601).
    """

    category: str
    times: int
    last: str


@dataclass(frozen=True)
class Seen:
    """What is seen of an expense: the merchant's name and its firm's, what was bought with the
    items' codes (`scheme:code`), and the lines that are printed.
    """

    merchant: str
    registered_name: str | None = None
    items: Sequence[str] = ()
    codes: Sequence[str] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Known:
    """What the account has: its categories, what people chose for the merchant, and which they do
    not want for it.
    """

    categories: Sequence[Sorted] = ()
    chosen: Sequence[Chosen] = ()
    dismissed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Evidence:
    source: Literal["merchant", "items", "print"]
    score: float
    sentence: str


def propose(document: Seen, knowledge: Known) -> ProposedCategory | None:
    """The category to propose; None where nothing says enough, or two are about as likely."""
    return by_history(document.merchant, knowledge) or _by_words(document, knowledge)


def newest(chosen: Iterable[Chosen]) -> Chosen | None:
    """What was chosen last; of those at one moment what was chosen more often. None where that is a
    tie.
    """
    ranked = sorted(chosen, key=lambda each: (each.last, each.times), reverse=True)
    if len(ranked) > 1 and (ranked[0].last, ranked[0].times) == (ranked[1].last, ranked[1].times):
        return None
    if ranked:
        return ranked[0]
    return None


def by_history(merchant: str, knowledge: Known) -> ProposedCategory | None:
    """What people chose last for the merchant: one correction changes what is proposed next."""
    offered = {each.name for each in knowledge.categories}
    chosen = [each for each in knowledge.chosen if each.category in offered]
    last = newest(chosen)
    if last is None:
        return None
    times = sum(each.times for each in chosen)
    if times == 1:
        score = _CHOSEN_ONCE
    else:
        score = _CHOSEN_LEAST + (_CHOSEN_MOST - _CHOSEN_LEAST) * last.times / times
    # Without counts: who sees only their own learns nothing of how often others bought there.
    reason = f"It was chosen for the last expense of {merchant}."
    return ProposedCategory(
        category=last.category, source="history", reason=reason, score=round(score, 2)
    )


def _by_words(document: Seen, knowledge: Known) -> ProposedCategory | None:
    if not knowledge.categories:
        return None
    by_category: dict[str, list[_Evidence]] = {}
    for kind, evidence in _evidence(document):
        category = category_of(kind, knowledge.categories)
        if category is not None:
            by_category.setdefault(category, []).append(evidence)
    ranked = sorted(
        ((_sum(each), category) for category, each in by_category.items()), reverse=True
    )
    if (
        not ranked
        or ranked[0][0] < ENOUGH
        or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR)
    ):
        return None
    score, category = ranked[0]
    if category in knowledge.dismissed:
        return None
    strongest = sorted(by_category[category], key=lambda each: -each.score)
    reason = " ".join(dict.fromkeys(each.sentence for each in strongest[:_EXAMPLES]))
    return ProposedCategory(
        category=category, source=strongest[0].source, reason=reason, score=round(score, 2)
    )


def _sum(evidence: Iterable[_Evidence]) -> float:
    """Compute the probability that not all of the evidence misleads. The best of each source
    counts: a name that says a thing twice says it once.
    """
    best: dict[str, float] = {}
    for each in evidence:
        best[each.source] = max(best.get(each.source, 0), each.score)
    wrong = 1.0
    for score in best.values():
        wrong *= 1 - score
    return 1 - wrong


def _evidence(document: Seen) -> Iterable[tuple[Kind, _Evidence]]:
    for name, score in ((document.merchant, _NAME), (document.registered_name or "", _FIRM)):
        matches = [*words_of_merchants().find(name)]
        # A whole word is surer than the end of one: "Riverbank Café" is no bank.
        for match in [each for each in matches if not each.is_part] or matches:
            yield (
                match.kind,
                _Evidence("merchant", _of(match.kind, score), f"“{match.words}” is in the name."),
            )
    yield from _of_items(document.items)
    yield from _of_codes(document.codes)
    printed = _by_kind(match for line in document.lines for match in _printed().find(line))
    for kind, words in printed.items():
        score = _PRINTED_ONE if len(words) == 1 else _PRINTED_TWO
        yield kind, _Evidence("print", _of(kind, score), _printed_in_words(words))


def _of_items(items: Sequence[str]) -> Iterable[tuple[Kind, _Evidence]]:
    """Score each kind by how many of the items say it; an item counts once for each kind."""
    kinds = [_by_kind(_items().find(item)) for item in items]
    counts: dict[Kind, list[str]] = {}
    for each in kinds:
        for kind, words in each.items():
            counts.setdefault(kind, []).append(words[0])
    for kind, words in counts.items():
        score = _ITEMS_LEAST + (_ITEMS_MOST - _ITEMS_LEAST) * len(words) / len(items)
        unique = [*dict.fromkeys(words)]
        yield kind, _Evidence("items", _of(kind, score), _items_in_words(unique))


def _of_codes(codes: Sequence[str]) -> Iterable[tuple[Kind, _Evidence]]:
    for code in dict.fromkeys(codes):
        kind = kind_of_code(code)
        if kind is not None:
            yield (
                kind,
                _Evidence(
                    "items", _of(kind, _CODES), f"An item has the code {code.partition(':')[2]}."
                ),
            )


def _of(kind: Kind, score: float) -> float:
    return score * _GENERAL.get(kind, 1)


def _by_kind(matches: Iterable[Found]) -> dict[Kind, list[str]]:
    """The different words of each kind, in any case."""
    words: dict[Kind, dict[str, str]] = {}
    for each in matches:
        words.setdefault(each.kind, {}).setdefault(each.words.casefold(), each.words)
    return {kind: [*each.values()] for kind, each in words.items()}


def _items_in_words(words: Sequence[str]) -> str:
    """What an item names, as whole sentences: a language puts the words in another order."""
    if len(words) == 1:
        return f"“{words[0]}” is on it."
    return f"“{words[0]}” and “{words[1]}” are on it."


def _printed_in_words(words: Sequence[str]) -> str:
    if len(words) == 1:
        return f"The receipt prints “{words[0]}”."
    return f"The receipt prints “{words[0]}” and “{words[1]}”."


@cache
def words_of_merchants() -> Words:
    """The words in merchants' names that say what they sell."""
    return Words(*TABLES, means=MEANS)


@cache
def _items() -> Words:
    return Words(ITEMS, means=ITEM_MEANS)


@cache
def _printed() -> Words:
    return Words(PRINTED)

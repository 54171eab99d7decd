"""A rule: what it asks for of an expense, and what it gives one. Pure.

Rules stand in an order, and the first that matches decides alone. What a person chose is never changed by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tillroll.platform.json import JsonObject
from tillroll.receipts.names.known_merchants import merchant_key
from tillroll.receipts.page.vocabulary import fold

COMPANY: Final = "company"


@dataclass(frozen=True)
class Facts:
    """What rules look at. `total_minor` is in minor units of `currency`, None where it is not known; `other_texts` are
    its number, buyer, note and items."""

    merchant: str
    registered_name: str | None
    total_minor: int | None
    currency: str
    document_kind: str | None = None
    other_texts: Sequence[str] = ()

    def text(self) -> str:
        """Everything that words are looked for in, folded."""
        return fold(" ".join([self.merchant, self.registered_name or "", *self.other_texts]))


@dataclass(frozen=True)
class Conditions:
    """All that are given must hold; of none, nothing matches. Amounts are in minor units of `currency`, without sign,
    both ends included; `merchant` is the name or the registered one, compared without case, accents and punctuation;
    all of `words` stand somewhere in the expense's texts."""

    merchant: str | None = None
    words: tuple[str, ...] = ()
    min_minor: int | None = None
    max_minor: int | None = None
    currency: str | None = None
    document_kind: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Conditions()

    def hold(self, facts: Facts) -> bool:
        return not self.is_empty and all(self._each(facts))

    def _each(self, facts: Facts) -> Iterable[bool]:
        if self.currency is not None:
            yield facts.currency == self.currency
        if self.document_kind is not None:
            yield facts.document_kind == self.document_kind
        if self.min_minor is not None:
            yield facts.total_minor is not None and abs(facts.total_minor) >= self.min_minor
        if self.max_minor is not None:
            yield facts.total_minor is not None and abs(facts.total_minor) <= self.max_minor
        if self.merchant is not None:
            names = {merchant_key(facts.merchant), merchant_key(facts.registered_name or "")}
            yield merchant_key(self.merchant) in names
        if self.words:
            text = facts.text()
            yield all(fold(word) in text for word in self.words)


@dataclass(frozen=True)
class Gives:
    """What an expense gets; None and nothing leave as it is. `paid_by` is "employee": "company" is what each begins
    with."""

    category: str | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()
    paid_by: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Gives()


@dataclass(frozen=True)
class Rule:
    id: str
    conditions: Conditions
    gives: Gives


@dataclass(frozen=True)
class Sorted:
    """What an expense has already of what rules give. `is_chosen`: a person gave it its category."""

    category: str | None = None
    is_chosen: bool = False
    is_split: bool = False
    project: str | None = None
    tags: frozenset[str] = field(default_factory=frozenset[str])
    paid_by: str = COMPANY


def first_match(rules: Iterable[Rule], facts: Facts) -> Rule | None:
    """The rule that decides on an expense; None where none does."""
    return next((rule for rule in rules if rule.conditions.hold(facts)), None)


def changes_of(gives: Gives, has: Sorted) -> JsonObject:
    """What changes of an expense that gets `gives`: `category`, `project`, `tags` (those that are added) and
    `paid_by`, each only where it changes. A category that a person chose stays, and so do parts and a project."""
    changes: JsonObject = {}
    if gives.category is not None and not has.is_chosen and not has.is_split and gives.category != has.category:
        changes["category"] = gives.category
    if gives.project is not None and has.project is None:
        changes["project"] = gives.project
    added = [tag for tag in gives.tags if tag not in has.tags]
    if added:
        changes["tags"] = [*added]
    if gives.paid_by is not None and gives.paid_by != has.paid_by and has.paid_by == COMPANY:
        changes["paid_by"] = gives.paid_by
    return changes


def stays_chosen(gives: Gives, has: Sorted) -> bool:
    """Whether a person's choice is why an expense does not get a rule's category."""
    return gives.category is not None and has.is_chosen and gives.category != has.category

"""Chains of approval: which rule an expense falls under, and whom its next step waits for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tillroll_durable.platform.naming import is_among

ANYONE: Final = "anyone"
"""A step of anyone who can approve."""
OWNERS: Final = "owner"
"""The role that a step falls to when its own person cannot decide."""
MOST_STEPS: Final = 5


@dataclass(frozen=True)
class Rule:
    """For expenses of `category`, handed in by `person`, of `from_minor` in `currency` or more;
    each is None for all. `steps` in order are ANYONE, a role, or a user's id.
    """

    id: str
    name: str
    steps: tuple[str, ...]
    category: str | None = None
    person: str | None = None
    currency: str | None = None
    from_minor: int | None = None
    created_at: str = ""
    deleted_at: str | None = None

    def held(self, at: str) -> bool:
        """True if the rule was there at this time."""
        return self.created_at <= at and (self.deleted_at is None or self.deleted_at > at)


@dataclass(frozen=True)
class Subject:
    """What rules look at: an expense's categories, who handed it in, and its amount by currency in
    minor units.
    """

    categories: frozenset[str]
    person: str | None
    amounts: Mapping[str, int]


def rule_for(rules: Iterable[Rule], subject: Subject, at: str) -> Rule | None:
    """The one rule for an expense that waits since `at`; None without one.

    The closest one counts: of its person and category, of its person, of its category, of all. Of
    several as close, the one with the most steps, then the one from the highest amount, then the
    oldest. A larger amount therefore never means fewer steps, unless a closer rule says so. An
    amount that is not known in a rule's currency counts as above.
    """
    candidates = [rule for rule in rules if rule.held(at) and _is_for(rule, subject)]
    return min(candidates, key=_rank, default=None)


def _is_for(rule: Rule, subject: Subject) -> bool:
    if rule.category is not None and not is_among(rule.category, subject.categories):
        return False
    if rule.person is not None and rule.person != subject.person:
        return False
    if rule.from_minor is None or rule.currency is None:
        return True
    amount = subject.amounts.get(rule.currency)
    return amount is None or abs(amount) >= rule.from_minor


def closeness(rule: Rule) -> int:
    """How narrow a rule is: 0 for all expenses, 3 for those of one person and category."""
    return 2 * (rule.person is not None) + (rule.category is not None)


def _rank(rule: Rule) -> tuple[int, int, int, str]:
    return -closeness(rule), -len(rule.steps), -(rule.from_minor or 0), rule.id


@dataclass(frozen=True)
class Person:
    """Somebody who can approve; `behind` are the users who may be them, themselves among these."""

    id: str
    roles: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

    @property
    def selves(self) -> frozenset[str]:
        return self.behind | {self.id}


@dataclass(frozen=True)
class Given:
    """A step that was approved: who did, and whose substitute they were."""

    number: int
    user_id: str
    for_user: str | None = None


@dataclass(frozen=True)
class Turn:
    """Whom a step waits for. `deciders`: who may decide it, by their id, and for whom as a
    substitute (None: for themselves). `waits_for`: the person or role it waits for. `has_fallen`:
    to the owners, since its own person cannot decide. Without `deciders` an owner has to give it to
    somebody.
    """

    number: int
    waits_for: str
    deciders: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    has_fallen: bool = False


def turn_of(
    steps: Sequence[str],
    approvals: Sequence[Given],
    people: Sequence[Person],
    substitutes: Iterable[tuple[str, str]],
    own: frozenset[str],
    reassigned: Mapping[int, str] | None = None,
) -> Turn | None:
    """Whose turn it is; None once all steps are given.

    `people` are all who can approve now. `substitutes` are pairs of a person and who stands in for
    them today. `own` are the users who handed the expense in or changed its money, and who may be
    behind them. `reassigned` names by a step's number whom it was given to.
    """
    number = len(approvals)
    if number >= len(steps):
        return None
    by_id = {person.id: person for person in people}
    used = own.union(
        *({each.user_id, *([each.for_user] if each.for_user else [])} for each in approvals)
    )
    # A person who may be behind an earlier step counts as its person too.
    used = used.union(*(by_id[each].selves for each in used if each in by_id)) if used else used
    step = (reassigned or {}).get(number, steps[number])
    pairs = [*substitutes]
    deciders = _deciders(step, by_id, substitutes=pairs, used=used)
    if deciders or step in (ANYONE, OWNERS):
        return Turn(number, step, deciders)
    return Turn(
        number, OWNERS, _deciders(OWNERS, by_id, substitutes=pairs, used=used), has_fallen=True
    )


def _deciders(
    step: str,
    people: Mapping[str, Person],
    substitutes: Iterable[tuple[str, str]],
    used: frozenset[str],
) -> dict[str, str | None]:
    """Four eyes hold for a substitute and for the person behind alike."""
    able = {id_: person for id_, person in people.items() if not person.selves & used}
    named: dict[str, str | None] = {
        id_: None for id_, person in able.items() if step in (ANYONE, id_) or step in person.roles
    }
    for person, by in substitutes:
        if person in named and named[person] is None and by in able:
            named.setdefault(by, person)
    return named

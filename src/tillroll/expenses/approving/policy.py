"""What a policy asks of an expense. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What a policy does with an expense that it is about.

    REFUSE: nobody approves it as it is. FOUR_EYES: neither does whoever handed it in,
    nor whoever changed its money since. WARN: whoever approves it is told.
    """

    REFUSE = "refuse"
    FOUR_EYES = "four_eyes"
    WARN = "warn"


@dataclass(frozen=True)
class Policy:
    """It is about the expenses of `category`, handed in by `person` (a user's id), of more than `above_minor` in
    `currency`; each is None for all."""

    id: str
    name: str
    effect: Effect
    category: str | None = None
    person: str | None = None
    currency: str | None = None
    above_minor: int | None = None


@dataclass(frozen=True)
class Claimed:
    """What policies look at: the categories of its parts too, and its amount in each currency that it is known in, in
    minor units. `editors` are the users who changed its money after it was handed in."""

    categories: frozenset[str]
    person: str | None
    amounts: dict[str, int]
    editors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Violation:
    """A policy that an expense goes against, and why in a sentence. `hinders`: this approver may not approve it."""

    policy: Policy
    reason: str
    hinders: bool


def violations(policies: Iterable[Policy], claimed: Claimed, approver: str) -> list[Violation]:
    """The policies that an expense goes against; `approver` is the id of the user who looks at it."""
    found: list[Violation] = []
    for policy in policies:
        why = _is_about(policy, claimed)
        if why is None:
            continue
        if policy.effect is Effect.FOUR_EYES:
            is_own = claimed.person is None or claimed.person == approver
            is_edited = not is_own and approver in claimed.editors
            who = "changed its amounts" if is_edited else "handed it in"
            reason = f"{why}: somebody else than who {who} approves it."
            found.append(Violation(policy, reason, hinders=is_own or is_edited))
        else:
            reason = f"{why}." if policy.effect is Effect.WARN else f"{why}: it is not approved like this."
            found.append(Violation(policy, reason, hinders=policy.effect is Effect.REFUSE))
    return found


def _is_about(policy: Policy, claimed: Claimed) -> str | None:
    """Why it is, as the beginning of a sentence; None where it is not."""
    if policy.category is not None and policy.category not in claimed.categories:
        return None
    if policy.person is not None and policy.person != claimed.person:
        return None
    if policy.currency is None or policy.above_minor is None:
        return f"{policy.name} applies"
    amount = claimed.amounts.get(policy.currency)
    if amount is None:
        return f"{policy.name}: its amount in {policy.currency} is not known"
    return f"{policy.name}: it is above the limit" if abs(amount) > policy.above_minor else None

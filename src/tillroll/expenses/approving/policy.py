"""What a policy asks of an expense. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What a policy does with an expense that it is about.

    REFUSE: nobody approves, or claims, it as it is. FOUR_EYES: its approval is not that of whoever handed it in,
    nor of whoever changed its money since. WARN: whoever approves, or claims, it is told.
    """

    REFUSE = "refuse"
    FOUR_EYES = "four_eyes"
    WARN = "warn"


class HeldAt(Enum):
    """When a policy is held: before an expense is approved, or before what was approved is claimed."""

    APPROVAL = "approval"
    CLAIM = "claim"


@dataclass(frozen=True)
class Policy:
    """It is about the expenses of `category`, handed in by `person` (a user's id), of more than `above_minor` in
    `currency`; each is None for all. `without_receipt`: only about those that have none. It is not about what
    `unless_approved_by`, a role or a user's id, approves."""

    id: str
    name: str
    effect: Effect
    category: str | None = None
    person: str | None = None
    currency: str | None = None
    above_minor: int | None = None
    held_at: HeldAt = HeldAt.APPROVAL
    without_receipt: bool = False
    unless_approved_by: str | None = None


@dataclass(frozen=True)
class Claimed:
    """What policies look at: the categories of its parts too, and its amount in each currency that it is known in, in
    minor units. `editors` are the users who changed its money after it was handed in. What is no purchase, such as a
    journey by the kilometre, lacks no receipt. `behind` are the users who may have been any of them."""

    categories: frozenset[str]
    person: str | None
    amounts: dict[str, int]
    editors: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    lacks_receipt: bool = False


@dataclass(frozen=True)
class By:
    """Who approves, or approved: a user's id, None where nobody knows; the roles that they had then, and the users who
    may have been them."""

    user_id: str | None
    roles: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Violation:
    """A policy that an expense goes against, and why in a sentence. `hinders`: this approver may not approve it, or it
    is not claimed."""

    policy: Policy
    reason: str
    hinders: bool


def violations(policies: Iterable[Policy], claimed: Claimed, by: By) -> list[Violation]:
    """The policies that an expense goes against, where `by` approves it, or has."""
    found: list[Violation] = []
    for policy in policies:
        why = _is_about(policy, claimed, by)
        if why is None:
            continue
        if policy.effect is Effect.FOUR_EYES:
            is_own = claimed.person is None or by.user_id is None or claimed.person == by.user_id
            is_edited = not is_own and by.user_id in claimed.editors
            # One of them came by a link that the other made and saw: the two may be one person.
            is_let_in = not is_own and not is_edited and bool(by.behind & claimed.behind)
            hinders = is_own or is_edited or is_let_in
            # What is claimed was approved: nothing is left to be said of one that is in order.
            if policy.held_at is HeldAt.CLAIM and not hinders:
                continue
            who = "changed its amounts" if is_edited else "handed it in"
            if is_let_in:
                who += " or changed it, and may be the same person by a link that one made for the other,"
            found.append(Violation(policy, f"{why}: somebody else than who {who} approves it.", hinders))
        else:
            done = "claimed" if policy.held_at is HeldAt.CLAIM else "approved"
            reason = f"{why}." if policy.effect is Effect.WARN else f"{why}: it is not {done} like this."
            found.append(Violation(policy, reason, hinders=policy.effect is Effect.REFUSE))
    return found


def _is_about(policy: Policy, claimed: Claimed, by: By) -> str | None:
    """Why it is, as the beginning of a sentence; None where it is not."""
    passes = (
        policy.category is not None and policy.category not in claimed.categories,
        policy.person is not None and policy.person != claimed.person,
        policy.without_receipt and not claimed.lacks_receipt,
        policy.unless_approved_by is not None and policy.unless_approved_by in {by.user_id, *by.roles},
    )
    if any(passes):
        return None
    lacking = "it has no receipt" if policy.without_receipt else None
    if policy.currency is None or policy.above_minor is None:
        return f"{policy.name} applies" if lacking is None else f"{policy.name}: {lacking}"
    amount = claimed.amounts.get(policy.currency)
    if amount is not None and abs(amount) <= policy.above_minor:
        return None
    limit = f"its amount in {policy.currency} is not known" if amount is None else "it is above the limit"
    return f"{policy.name}: {limit}" if lacking is None else f"{policy.name}: {lacking}, and {limit}"

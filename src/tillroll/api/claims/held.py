"""What goes against the policies of claims, as JSON."""

from collections.abc import Sequence
from typing import Final, Literal

from tillroll.api.problems import POLICIES_AGAINST, Problem
from tillroll.api.shapes import Shape
from tillroll.expenses.approving.holding import Act, Against
from tillroll.receipts.amounts.money import Money
from tillroll.workflows.claim.gathering import AgainstPolicies

_MOST_SHOWN: Final = 100


class NextShape(Shape):
    """Something that leads out: `act` is approve, attach_receipt, give_a_rate, leave_out or change_policy; `says`
    is how, in a sentence."""

    act: Act
    says: str


class ClaimViolationShape(Shape):
    """An expense that goes against a policy. `rule` is what the policy says; `limit` its amount in `limitCurrency`, and
    `compared` the expense's in the same, null where it is not known in that, so that it cannot be compared. `hinders`:
    it is not claimed like this. `next` is what is safe to do then, the likeliest first."""

    expense_id: str
    merchant: str
    amount: str
    currency: str
    policy: str
    name: str
    rule: str
    effect: Literal["refuse", "four_eyes", "warn"]
    limit: str | None
    limit_currency: str | None
    compared: str | None
    approved_by: str | None
    reason: str
    hinders: bool
    next: list[NextShape]


def violation_shapes(against: Sequence[Against]) -> list[ClaimViolationShape]:
    """At most a hundred; those that hinder first."""
    shown = sorted(against, key=lambda each: not each.violation.hinders)[:_MOST_SHOWN]
    return [_violation(each) for each in shown]


def against_policies(error: AgainstPolicies) -> Problem:
    """Nothing was claimed: 422, with what is against it."""
    return Problem(
        POLICIES_AGAINST,
        "Nothing was claimed. Do what `next` of each of the `violations` says, or claim the others by "
        "`leaveOutViolations`.",
        heldBack=error.held_back,
        violations=[each.as_json() for each in violation_shapes(error.against)],
    )


def _violation(against: Against) -> ClaimViolationShape:
    policy, limit = against.policy, against.limit
    return ClaimViolationShape(
        expense_id=against.expense_id,
        merchant=against.merchant,
        amount=against.total.to_decimal_string(),
        currency=against.total.currency,
        policy=policy.id,
        name=policy.name,
        rule=against.rule,
        effect=policy.effect.value,
        limit=_decimal(limit),
        limit_currency=None if limit is None else limit.currency,
        compared=_decimal(against.compared),
        approved_by=against.approved_by,
        reason=against.violation.reason,
        hinders=against.violation.hinders,
        next=[NextShape(act=each.act, says=each.says) for each in against.nexts],
    )


def _decimal(money: Money | None) -> str | None:
    return None if money is None else money.to_decimal_string()

"""Policies that are held before what was approved is claimed: what goes against which, and what is
safe to do next.

What was looked at can be asked for again inside of a batch, which is refused where it is so no
more: a policy that was made or deleted meanwhile, an approval by somebody else, a receipt that was
merged, a rate that came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.access.roles import behind
from tillroll.expenses.approval import policies
from tillroll.expenses.repository import SELECT_EXPENSES
from tillroll_documents.money import Money
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump

Act = Literal["approve", "attach_receipt", "give_a_rate", "leave_out", "change_policy"]

_POLICIES: Final = """
  SELECT id FROM approval_policies
  WHERE account_id = ?1 AND deleted_at IS NULL AND held_at = 'claim' ORDER BY id
"""
# What of an expense its version does not stand for: converting it and merging a receipt into it
# change no version.
_DETAILS: Final = f"""
  json_array(expenses.id, expenses.version, {policies.LACKS_RECEIPT}, json((
    SELECT json_array(base.base_currency, base.total_minor) FROM expense_conversions AS base
    WHERE base.expense_id = expenses.id
      AND base.base_currency = (SELECT base_currency FROM accounts
          WHERE accounts.id = expenses.account_id))))
"""
# The newest decision is the approval, since the expense is approved at this version.
_APPROVED: Final = f"""
  SELECT chosen.*, {policies.LACKS_RECEIPT} AS lacks_receipt, {_DETAILS} AS beside, decided.roles,
    approver.id AS approver_id, approver.name AS approver_name,
    {behind("approver.id", "decided.at")} AS behind
  FROM ({SELECT_EXPENSES}
    WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?2))) AS chosen
  JOIN expenses ON expenses.id = chosen.id
  LEFT JOIN approval_decisions AS decided ON decided.expense_id = expenses.id
    AND decided.decision = 'approved'
    AND decided.from_version = (SELECT MAX(from_version) FROM approval_decisions
        WHERE expense_id = expenses.id)
  LEFT JOIN tokens ON decided.actor = 'token:' || tokens.id
  LEFT JOIN users AS approver ON approver.account_id = ?1
    AND approver.id = COALESCE(tokens.user_id, substr(decided.actor, 6))
"""


@dataclass(frozen=True)
class Next:
    """Something that leads out, and is safe: what it is, and how in a sentence."""

    act: Act
    says: str


@dataclass(frozen=True)
class Against:
    """A policy that an approved expense goes against. `unless_name` is the person's that the policy
    names.
    """

    expense_id: str
    merchant: str
    total: Money
    claimed: policies.Claimed
    violation: policies.Violation
    unless_name: str | None
    approved_by: str | None

    @property
    def policy(self) -> policies.Policy:
        return self.violation.policy

    @property
    def compared(self) -> Money | None:
        """The expense in the currency of the limit; None where there is no limit, or it is not
        known in that.
        """
        limit = self.policy.limit
        if limit is None:
            amount = None
        else:
            amount = self.claimed.amounts.get(limit.currency)
        if limit is None or amount is None:
            return None
        return Money(amount, limit.currency)

    @property
    def rule(self) -> str:
        return rule_of(self.policy, self.unless_name)

    @property
    def nexts(self) -> list[Next]:
        """What is safe to do, the likeliest first."""
        policy = self.policy
        steps = list[Next]()
        if not self.violation.hinders:
            return steps
        if policy.without_receipt:
            sentence = "Hand the receipt in, and merge it into this expense, which is kept."
            steps.append(Next("attach_receipt", sentence))
        who = (
            _who(policy, self.unless_name)
            or "somebody who neither handed it in nor changed its money"
        )
        if policy.unless_approved_by is not None or policy.effect is policies.Effect.FOUR_EYES:
            steps.append(Next("approve", f"Take its approval back, and have {who} approve it."))
        if policy.limit is not None and self.compared is None:
            sentence = (
                f"Have it converted into {policy.limit.currency}, the account's base currency, or "
                f"give the policy a limit in {self.total.currency}."
            )
            steps.append(Next("give_a_rate", sentence))
        steps.append(Next("leave_out", "Leave it out, and claim the others."))
        steps.append(Next("change_policy", "Delete the policy, or make another: owners do."))
        return steps


@dataclass(frozen=True)
class Held:
    """What was found when policies were held over expenses. `beside` is what was looked at beyond
    the versions of the expenses, by their ids.
    """

    account_id: str
    against: Sequence[Against]
    policies: Sequence[str]
    beside: Mapping[str, str]

    @property
    def hindered(self) -> frozenset[str]:
        """The expenses that are not claimed as they are."""
        return frozenset(each.expense_id for each in self.against if each.violation.hinders)

    def still(self, ids: Sequence[str]) -> Statement:
        """The guard that what was looked at is the same, for the batch that claims `ids`."""
        policies = dump([*self.policies])
        rows = [self.beside[each] for each in sorted(ids) if each in self.beside]
        values = (self.account_id, policies, dump([*ids]), f"[{','.join(rows)}]")
        return must_hold(_IS_THE_SAME, *values)


_IS_THE_SAME: Final = f"""
  ?2 = (SELECT json_group_array(id) FROM ({_POLICIES}))
  AND (?2 = '[]' OR ?4 = (
    SELECT json_group_array(json(beside)) FROM (
      SELECT {_DETAILS} AS beside FROM expenses
      WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?3))
      ORDER BY expenses.id)))
"""


async def hold_policies(database: Database, account_id: str, ids: Sequence[str]) -> Held:
    """Hold the policies of claims over approved expenses."""
    held_rows, rows, edited = await database.batch(
        [
            policies.policies_of(account_id, policies.HeldAt.CLAIM),
            statement(_APPROVED, [account_id, dump([*ids])]),
            policies.edits_of(account_id, ids),
        ]
    )
    names = {text(row, "id"): optional_text(row, "unless_name") for row in held_rows}
    active_policies = [of_row(policies.Policy, row) for row in held_rows]
    places = {expense_id: place for place, expense_id in enumerate(ids)}
    against: list[Against] = []
    for row in sorted(rows, key=lambda row: places[text(row, "id")]):
        claimed = policies.claimed_of(row, edited)
        approver = optional_text(row, "approver_id")
        expense_id = text(row, "id")
        merchant = text(row, "merchant")
        by_name = optional_text(row, "approver_name")
        total = Money(integer(row, "total_minor"), text(row, "currency"))
        if approver is None:
            by = policies.By(None)
        else:
            by = policies.By.of(approver, row)
        against += [
            Against(
                expense_id,
                merchant,
                total=total,
                claimed=claimed,
                violation=each,
                unless_name=names[each.policy.id],
                approved_by=by_name,
            )
            for each in policies.violations(active_policies, claimed, by)
        ]
    return Held(
        account_id,
        against,
        policies=[*names],
        beside={text(row, "id"): text(row, "beside") for row in rows},
    )


def rule_of(policy: policies.Policy, unless_name: str | None) -> str:
    """What a policy says, in a sentence behind its name."""
    about = _about(policy)
    who = _who(policy, unless_name)
    if who is None:
        unless = ""
    else:
        unless = f", unless {who} approves it"
    name = policy.name
    match policy.effect:
        case policies.Effect.REFUSE if policy.held_at is policies.HeldAt.CLAIM:
            return f"{name}: {about} is not claimed{unless}."
        case policies.Effect.REFUSE:
            return f"{name}: {about} is not approved{unless}."
        case policies.Effect.FOUR_EYES:
            return (
                f"{name}: {about} is approved by somebody who neither handed it in nor "
                f"changed its money{unless}."
            )
        case policies.Effect.WARN:
            return f"{name}: {about} is pointed out{unless}."


def _about(policy: policies.Policy) -> str:
    """Which expenses a policy is about, in words."""
    about = "an expense"
    if policy.category is not None:
        about = f"an expense in {policy.category}"
    if policy.person is not None:
        about = f"{about} of a certain person"
    if policy.limit is not None:
        amount = f"{policy.limit.to_decimal_string()} {policy.limit.currency}"
        about = f"{about} above {amount}"
    if policy.without_receipt:
        about = f"{about} without a receipt"
    return about


def _who(policy: policies.Policy, unless_name: str | None) -> str | None:
    """Whom a policy wants to approve, in words."""
    if policy.unless_approved_by is None:
        return None
    return unless_name or f"an {policy.unless_approved_by}"

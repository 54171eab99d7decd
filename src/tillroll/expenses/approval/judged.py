"""Expenses as they are judged: what an approver is shown of each before a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tillroll.access.roles import NOW, behind
from tillroll.expenses.approval import policies
from tillroll.expenses.approval.chain_steps import (
    WAITS_SINCE,
    Chain,
    chain_of,
    circle_of,
    queries_of,
)
from tillroll.expenses.approval.own_expenses import four_eyes_of, is_on, own_violation
from tillroll.expenses.repository import JOIN_BASE, MEDIA_TYPE, SELECT_EXPENSES
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

_CHOSEN: Final = f"""
  SELECT chosen.*, {policies.LACKS_RECEIPT} AS lacks_receipt, {WAITS_SINCE} AS waits_since,
    {MEDIA_TYPE}
  FROM (
    {SELECT_EXPENSES}
    WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))) AS chosen
  JOIN expenses ON expenses.id = chosen.id
"""

# What is known of each before it is decided, and no more of it: many are looked at for one number.
_JUDGED: Final = f"""
  SELECT expenses.id, expenses.status, expenses.person, expenses.currency, expenses.total_minor,
    expenses.category,
    (SELECT json_group_array(json_array(category)) FROM expense_parts
     WHERE expense_id = expenses.id AND expenses.is_split = 1) AS parts,
    (SELECT name FROM users WHERE users.id = expenses.person
        AND users.account_id = expenses.account_id) AS person_name,
    base.base_currency, base.total_minor AS base_total_minor,
    {policies.LACKS_RECEIPT} AS lacks_receipt, {WAITS_SINCE} AS waits_since
  FROM expenses {JOIN_BASE}
  WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))
"""

# The newest decision on each; a signed-in browser is named by its user, a token by its own id.
_DECIDED: Final = """
  SELECT decided.expense_id, decided.decision, decided.reason, decided.at, decided.from_version,
    users.name AS by, users.id AS user_id,
    (SELECT answered.reason FROM expense_changes AS answered
     WHERE answered.expense_id = decided.expense_id AND answered.kind = 'confirmed'
       AND answered.from_version > decided.from_version AND decided.decision = 'rejected'
     ORDER BY answered.from_version DESC LIMIT 1) AS answer
  FROM json_each(?2) chosen
  JOIN approval_decisions decided ON decided.expense_id = chosen.value
  JOIN expenses ON expenses.id = decided.expense_id AND expenses.account_id = ?1
  LEFT JOIN tokens ON decided.actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?1
    AND users.id = COALESCE(tokens.user_id, substr(decided.actor, 6))
  WHERE decided.from_version = (SELECT MAX(from_version) FROM approval_decisions
      WHERE expense_id = chosen.value)
"""

_BY: Final = (
    f"SELECT {policies.ROLES} AS roles, {behind('users.id', NOW)} AS behind FROM users "
    "WHERE users.id = ?"
)


class Decided(Model):
    """The newest decision on an expense: `decision` is approved, unapproved, rejected or unrejected
    (sending it back was taken back); `by` is the person's name, null where there is no such person
    any more; `reason` is theirs, and `answer` what was answered as it was confirmed since.
    """

    decision: Literal["approved", "unapproved", "rejected", "unrejected"]
    by: str | None
    reason: str | None
    at: str
    answer: str | None


@dataclass(frozen=True)
class Approver:
    """Who decides: their account, their user's id, and how the audit names them. Of a token, a link
    or an act it is the person behind.
    """

    account_id: str
    user_id: str
    actor: str


@dataclass(frozen=True)
class Looked:
    """An expense as somebody finds it who would decide on it: `row` is one of SELECT_EXPENSES.
    `decided_from` is the version that the newest decision was about, `decided_by` who made it.
    """

    row: Row
    against: list[policies.Violation]
    decided: Decided | None
    chain: Chain | None
    user_id: str
    decided_from: int | None = None
    decided_by: str | None = None

    @property
    def status(self) -> str:
        return text(self.row, "status")


_AS_THEY_ARE: Final[Mapping[str, Row]] = {}


async def look_at(
    platform: Platform,
    approver: Approver,
    ids: Sequence[str],
    *,
    is_shown: bool = True,
    becomes: Mapping[str, Row] = _AS_THEY_ARE,
) -> dict[str, Looked]:
    """Expenses by their ids, as this person finds them before they decide. Unless `is_shown`, a row
    has what decides alone, and nothing is `decided`. `becomes` has columns of expenses by their ids
    that are about to be others: their chains begin anew with them.
    """
    today = platform.clock.now().date().isoformat()
    results = await platform.database.batch(
        [
            statement(_CHOSEN if is_shown else _JUDGED, [approver.account_id, dump([*ids])]),
            statement(_DECIDED, [approver.account_id, dump([*ids] if is_shown else [])]),
            policies.edits_of(approver.account_id, ids),
            policies.policies_of(approver.account_id, policies.HeldAt.APPROVAL),
            statement(_BY, [approver.user_id]),
            four_eyes_of(approver.account_id),
            *queries_of(approver.account_id, ids, today),
        ]
    )
    rows, decided, edited, held_then, roles, four_eyes, rules, people, substitutes, steps = results
    active_policies = [of_row(policies.Policy, row) for row in held_then]
    if roles:
        by = policies.By.of(approver.user_id, roles[0])
    else:
        by = policies.By(approver.user_id)
    newest = {text(row, "expense_id"): row for row in decided}
    circle = circle_of(rules, people, substitutes)
    looks = dict[str, Looked]()
    edits = _by_expense(edited)
    approvals = _by_expense(steps)
    for row_now in rows:
        id_ = text(row_now, "id")
        row = row_now
        own_steps = approvals.get(id_, [])
        if id_ in becomes:
            row = {**row_now, **becomes[id_]}
            own_steps = []
        claimed = policies.claimed_of(row, edits.get(id_, []))
        if circle.rules:
            chain = chain_of(row, claimed, circle=circle, steps=own_steps)
        else:
            chain = None
        against = policies.violations(active_policies, claimed, by)
        # A chain holds four eyes itself.
        if chain is None and is_on(four_eyes):
            own = own_violation(claimed, by, circle.people)
            if own is not None:
                against.append(own)
        looks[id_] = _looked(row, against, chain=chain, newest=newest.get(id_), by=approver)
    return looks


def _looked(
    row: Row,
    against: list[policies.Violation],
    chain: Chain | None,
    newest: Row | None,
    by: Approver,
) -> Looked:
    """`newest` is the newest decision, a row of `_DECIDED`."""
    looked = Looked(row, against, decided=None, chain=chain, user_id=by.user_id)
    if newest is None:
        return looked
    return replace(
        looked,
        decided=of_row(Decided, newest),
        decided_from=integer(newest, "from_version"),
        decided_by=optional_text(newest, "user_id"),
    )


def _by_expense(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups = dict[str, list[Row]]()
    for row in rows:
        groups.setdefault(text(row, "expense_id"), []).append(row)
    return groups

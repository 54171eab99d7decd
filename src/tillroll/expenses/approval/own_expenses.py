"""Four eyes on own expenses: nobody alone approves what they handed in, where somebody else can."""

from collections.abc import Iterable
from typing import Final

from tillroll.access.accounts import Setting, change_setting
from tillroll.access.permissions import Permission
from tillroll.access.roles import may_in_sql
from tillroll.expenses.approval.chains import Person
from tillroll.expenses.approval.policies import By, Claimed, Effect, Policy, Violation
from tillroll.expenses.events import Audited
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.services import Platform

POLICY: Final = Policy("four_eyes", "Four eyes", Effect.FOUR_EYES)
"""What a violation names. It is a setting, so no row of `approval_policies` has it."""
OWN: Final = "You handed it in, or changed it: somebody else approves it."
MAYBE_OWN: Final = (
    "You may be the person who handed it in or changed it, by a sign-in link that one made "
    "for the other: somebody else approves it."
)

_SETTING: Final = Setting("four_eyes", Audited.FOUR_EYES_SET, "fourEyes")

# SQL: whether an account, ?1, has the setting on, and at least two people who can approve.
MAY_HINDER: Final = f"""
  (SELECT accounts.four_eyes FROM accounts WHERE accounts.id = ?1) IS NOT 0
  AND 1 < (
    SELECT COUNT(*) FROM users
    WHERE users.account_id = ?1 AND users.removed_at IS NULL
      AND {may_in_sql(Permission.APPROVE, "users.id")}
  )
"""


def four_eyes_of(account_id: str) -> Statement:
    """The query for the setting of an account: a row for `is_on`."""
    return statement("SELECT four_eyes FROM accounts WHERE id = ?", [account_id])


def is_on(rows: Iterable[Row]) -> bool:
    """Whether the setting is on; it is where nobody has chosen."""
    return all(row["four_eyes"] != 0 for row in rows)


async def has_four_eyes(platform: Platform, account_id: str) -> bool:
    """Whether an account has four eyes on own expenses."""
    return is_on(await platform.database.all(four_eyes_of(account_id)))


async def set_four_eyes(
    platform: Platform, account_id: str, chosen: bool | None, *, actor: str
) -> None:
    """Switch it on or off, from now on. None is as where nobody has chosen: on."""
    value = None if chosen is None else int(chosen)
    await change_setting(platform, account_id, _SETTING, value=value, actor=actor)


def own_violation(claimed: Claimed, by: By, people: Iterable[Person]) -> Violation | None:
    """Why `by` may not approve an expense alone; None where they may.

    `people` are all who can approve now. Where none of them is surely another person than those
    who handed the expense in or changed its money, its own person approves it.
    """
    own = set(claimed.editors)
    if claimed.person is not None:
        own.add(claimed.person)
    is_own = by.user_id in own
    own |= claimed.behind
    is_maybe_own = not by.behind.isdisjoint(own)
    if not is_own and not is_maybe_own:
        return None
    if all(person.selves & own for person in people):
        return None
    reason = OWN if is_own else MAYBE_OWN
    return Violation(POLICY, reason, hinders=True)

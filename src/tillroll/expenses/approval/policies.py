"""What a policy asks of an expense, and what the tables say of an expense for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tillroll.access.roles import behind
from tillroll.durable import Statement, statement
from tillroll.expenses.values import MONEY, MONEY_LINES
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.json import Json, dump, load, load_texts


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


# Of `expenses`: 1 where it is a statement in place of a receipt, and no receipt was merged into it, or into one of
# those that were. Journeys and absences have none by what they are.
LACKS_RECEIPT: Final = """
  (expenses.origin = 'voucher' AND NOT EXISTS (
    WITH RECURSIVE linked (id) AS (
      SELECT expenses.id
      UNION
      SELECT CASE v.kept_id WHEN v.first_id THEN v.second_id ELSE v.first_id END
      FROM linked JOIN duplicate_verdicts v ON v.kept_id = linked.id AND v.verdict = 'merged'
    )
    SELECT 1 FROM linked JOIN expenses merged ON merged.id = linked.id
    WHERE merged.origin = 'receipt' AND merged.status = 'voided'
  ))
"""
# Of `users`: their roles by spaces.
ROLES: Final = "(SELECT group_concat(user_roles.role, ' ') FROM user_roles WHERE user_roles.user_id = users.id)"

# Who handed in each, and who changed its money: by an edit that stands, or in the review of what was read. An edit and
# its undoing leave nothing; what takes an undoing back stands for the edit. And who stands behind the source whose
# event handed it in.
_EDITED: Final = f"""
  WITH edited (expense_id, actor, at) AS (
    SELECT made.expense_id, made.actor, made.at
    FROM json_each(?2) chosen
    JOIN expense_changes made ON made.expense_id = chosen.value AND made.account_id = ?1
    LEFT JOIN expense_changes undone ON undone.id = made.undoes
    WHERE EXISTS (SELECT 1 FROM expense_change_values changed
                  WHERE changed.change_id = made.id AND changed.field IN (SELECT value FROM json_each(?3)))
      AND (made.undoes IS NULL OR undone.undoes IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM expense_changes undoing WHERE undoing.undoes = made.id)
    UNION ALL
    SELECT expenses.id, decided.actor, decided.decided_at
    FROM json_each(?2) chosen
    JOIN expenses ON expenses.id = chosen.value AND expenses.account_id = ?1
    JOIN reviews ON reviews.run_id = expenses.run_id
    JOIN review_decisions decided ON decided.review_id = reviews.id AND decided.decision = 'approve'
    WHERE EXISTS (SELECT 1 FROM json_each(decided.corrections) corrected
                  WHERE corrected.key IN (SELECT value FROM json_each(?3)))
    UNION ALL
    SELECT expenses.id, 'user:' || people.user_id, event.received_at
    FROM json_each(?2) chosen
    JOIN expenses ON expenses.id = chosen.value AND expenses.account_id = ?1
    JOIN inbound_events event ON event.run_id = expenses.run_id
    JOIN inbound_source_people people ON people.source_id = event.source_id
      AND (people.until IS NULL OR people.until >= event.received_at)
  ), made_by (expense_id, user_id, at, is_editor) AS (
    SELECT edited.expense_id, COALESCE(tokens.user_id, substr(edited.actor, 6)), edited.at, 1
    FROM edited LEFT JOIN tokens ON edited.actor = 'token:' || tokens.id
    UNION ALL
    SELECT expenses.id, expenses.person, expenses.created_at, 0
    FROM json_each(?2) chosen JOIN expenses ON expenses.id = chosen.value AND expenses.account_id = ?1
    WHERE expenses.person IS NOT NULL
  )
  SELECT DISTINCT expense_id, user_id, is_editor, {behind("made_by.user_id", "made_by.at")} AS behind FROM made_by
"""  # noqa: S608 - constants


def edits_of(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for who changed the money of expenses: rows for `editors_in`."""
    listed: list[Json] = [*ids]
    money: list[Json] = [*sorted(MONEY | MONEY_LINES)]
    return statement(_EDITED, account_id, dump(listed), dump(money))


def editors_in(rows: Sequence[Row]) -> dict[str, frozenset[str]]:
    """The users who changed the money of an expense, by its id."""
    editors: dict[str, frozenset[str]] = {}
    for row in rows:
        if row["is_editor"] == 1:
            expense_id = text(row, "expense_id")
            editors[expense_id] = editors.get(expense_id, frozenset()) | {text(row, "user_id")}
    return editors


def behind_in(rows: Sequence[Row]) -> dict[str, frozenset[str]]:
    """The users who may have been those who handed in an expense or changed its money, these among them, by its id."""
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        expense_id = text(row, "expense_id")
        found[expense_id] = found.get(expense_id, frozenset()) | {*load_texts(text(row, "behind"))}
    return found


def roles_in(row: Row) -> frozenset[str]:
    """The names in a row's `roles`."""
    return frozenset((optional_text(row, "roles") or "").split())


def claimed_of(row: Row, edited: Sequence[Row]) -> Claimed:
    """`row` is one of SELECT_EXPENSES with LACKS_RECEIPT as `lacks_receipt`; `edited` are rows of `edits_of`."""
    expense_id = text(row, "id")
    amounts = {text(row, "currency"): integer(row, "total_minor")}
    base = optional_text(row, "base_currency")
    if base is not None:
        amounts.setdefault(base, integer(row, "base_total_minor"))
    parts = load(optional_text(row, "parts") or "[]")
    of_parts = [str(part[0]) for part in parts if isinstance(part, list) and part[0]] if isinstance(parts, list) else []
    own = optional_text(row, "category")
    return Claimed(
        frozenset([*of_parts, *([own] if own else [])]),
        optional_text(row, "person"),
        amounts,
        editors_in(edited).get(expense_id, frozenset()),
        behind_in(edited).get(expense_id, frozenset()),
        lacks_receipt=row["lacks_receipt"] == 1,
    )

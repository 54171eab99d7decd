"""What of an approved expense may change without a new approval: what it is sorted by, until it is
handed on.

`may_change` decides, and every path asks it: an edit, an act, its undoing, a rule, a merge. See
docs/approval.md, *What may change after the approval*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, LiteralString

from tillroll.expenses.fields import Entry, Follows, fields_of, json_name
from tillroll.expenses.models import Expense
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, Row, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import is_among

_SORTED: Final = [name for name, entry in fields_of(Expense, Entry).items() if entry.sorts]
_FOLLOWING: Final = [
    name for name, follows in fields_of(Expense, Follows).items() if follows.field in _SORTED
]
SORTED: Final = frozenset(map(json_name, [*_SORTED, *_FOLLOWING]))
"""Fields by the API's names. The approval covers all others, such as person, amount and day."""
_BILLED: Final = frozenset({"clientId", "client", "billable"})
"""Who is asked for the money: of an act, only who began it gives these back."""


class Verdict(Enum):
    """What becomes of an approved expense by a change.

    STAYS: it changes and stays approved. ENDS: it changes, and its approval ends. The others forbid
    the change: LOCKED is covered by the approval; HANDED_ON was exported, billed or written into
    books, or its period is closed; PAID would end the approval of what is paid; OF_ANOTHER is
    another person's choice of who is billed.
    """

    STAYS = "stays"
    ENDS = "ends"
    LOCKED = "locked"
    HANDED_ON = "handed_on"
    PAID = "paid"
    OF_ANOTHER = "of_another"

    @property
    def forbids(self) -> bool:
        return self not in {Verdict.STAYS, Verdict.ENDS}


@dataclass(frozen=True)
class Standing:
    """How far an approved expense has come. `is_open`: it was not handed on; `has_payment`: a
    payout has it, or an entry of the bank pays some of it. `rule_categories`
    are those that policies and chains name.
    """

    is_open: bool
    has_payment: bool
    rule_categories: Sequence[str] = ()


@dataclass(frozen=True)
class Intent:
    """A change: the fields that would be others, by the API's names, and the categories that the
    expense would lose or get. `may_sort`: who asks may sort what is approved.
    """

    fields: frozenset[str]
    categories: Sequence[str] = ()
    may_sort: bool = False


def may_change(standing: Standing, intent: Intent) -> Verdict:
    """Decide what becomes of an approved expense by a change."""
    if not intent.may_sort or not intent.fields <= SORTED:
        return Verdict.LOCKED
    if not standing.is_open:
        return Verdict.HANDED_ON
    if not any(is_among(each, standing.rule_categories) for each in intent.categories):
        return Verdict.STAYS
    if standing.has_payment:
        return Verdict.PAID
    return Verdict.ENDS


def may_give_back(standing: Standing, intent: Intent, *, is_own: bool) -> Verdict:
    """Decide what becomes of an approved expense where an act is undone. `is_own`: who undoes the
    act began it. An undo ends no approval, so ENDS leaves the expense as it is too.
    """
    verdict = may_change(standing, intent)
    if not verdict.forbids and not is_own and intent.fields & _BILLED:
        return Verdict.OF_ANOTHER
    return verdict


def may_take_back(standing: Standing) -> Verdict:
    """Decide whether an undo ends an approval: not once a payment, an export, a claim, the books or
    a closing followed it.
    """
    if not standing.is_open:
        return Verdict.HANDED_ON
    if standing.has_payment:
        return Verdict.PAID
    return Verdict.ENDS


# Of an expense ({id}): no export has finished with it, no claim bills it, it is in no books, and
# its period is open.
_IS_OPEN: Final = """
  NOT EXISTS (
    SELECT 1 FROM export_items AS held JOIN exports ON exports.id = held.export_id
    WHERE held.expense_id = {id} AND held.corrects IS NULL AND exports.finished_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM claim_items AS held WHERE held.expense_id = {id} AND held.released_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM expenses AS own JOIN books_items AS held
      ON held.account_id = own.account_id AND held.subject_id = own.id
    WHERE own.id = {id} AND held.kind = 'expense' AND held.state IN ('written', 'conflict'))
  AND NOT EXISTS (
    SELECT 1 FROM expenses AS own JOIN closed_periods AS period
      ON period.account_id = own.account_id AND period.reopened_at IS NULL
      AND own.date BETWEEN period.first_day AND period.last_day
    WHERE own.id = {id})
"""
# Of an expense: a payout has it, also one on its way, or an entry of the bank pays some of it.
_HAS_PAYMENT: Final = """
  (EXISTS (
    SELECT 1 FROM payout_expenses AS back
    WHERE back.expense_id = {id} AND back.released_at IS NULL)
  OR EXISTS (
    SELECT 1 FROM expenses AS own JOIN bank_pairs AS pair
      ON pair.account_id = own.account_id AND pair.document_id = own.id AND pair.counts = 1
    WHERE own.id = {id} AND pair.document_kind = 'expense'))
"""
# The categories that policies and chains of an account (?1) name, each once, in their order.
_OF_RULES: Final = """
  SELECT category FROM approval_policies
  WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL
  UNION
  SELECT category FROM approval_chains
  WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL
  ORDER BY category
"""


def has_payment(expense_id: LiteralString) -> LiteralString:
    """SQL for whether a payout has an expense, also one on its way, or an entry pays some of it."""
    return _HAS_PAYMENT.format(id=expense_id)


def standing_columns(expense_id: LiteralString) -> LiteralString:
    """SQL of the columns `is_open` and `has_payment` of an expense, which `standing_in` reads."""
    return f"""
      ({_IS_OPEN.format(id=expense_id)}) AS is_open,
      {has_payment(expense_id)} AS has_payment
    """


def standing_in(row: Row, rule_categories: Sequence[str]) -> Standing:
    """Read the standing from a row with `standing_columns`."""
    return Standing(row["is_open"] == 1, row["has_payment"] == 1, rule_categories)


async def categories_of_rules(database: Database, account_id: str) -> list[str]:
    """The categories that policies and chains of the account name."""
    rows = await database.all(statement(_OF_RULES, [account_id]))
    return [text(row, "category") for row in rows]


async def standing_of(database: Database, account_id: str, expense_id: str) -> Standing:
    """How far an approved expense has come."""
    columns = standing_columns("?1")
    rows, rules = await database.batch(
        [statement(f"SELECT {columns}", [expense_id]), statement(_OF_RULES, [account_id])]
    )
    return standing_in(rows[0], [text(row, "category") for row in rules])


def must_be_open(expense_id: str) -> Statement:
    """The guard that an expense is neither exported nor billed, in no books and no closed
    period.
    """
    return must_hold(_IS_OPEN.format(id="?1"), expense_id)


def all_must_be_open(expense_ids: Sequence[str]) -> Statement:
    """A guard that each of several expenses may still be changed."""
    is_open = _IS_OPEN.format(id="one.value")
    all_open = f"NOT EXISTS (SELECT 1 FROM json_each(?1) AS one WHERE NOT ({is_open}))"
    return must_hold(all_open, dump([*expense_ids]))


def must_be_unpaid(expense_ids: Sequence[str]) -> Statement:
    """A guard that none of several expenses has a payment."""
    none = f"NOT EXISTS (SELECT 1 FROM json_each(?1) AS one WHERE {has_payment('one.value')})"
    return must_hold(none, dump([*expense_ids]))


def must_have_rules(account_id: str, rule_categories: Sequence[str]) -> Statement:
    """A guard that policies and chains name these categories still, and no others."""
    same = f"""
      json_array_length(?2) = (SELECT COUNT(*) FROM ({_OF_RULES}))
      AND NOT EXISTS (
        SELECT 1 FROM ({_OF_RULES}) WHERE category NOT IN (SELECT value FROM json_each(?2)))
    """
    return must_hold(same, account_id, dump([*rule_categories]))

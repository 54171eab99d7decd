"""Expenses that wait until a person decides: another may be the same purchase, or the company's
account, or an earlier payout, may have paid it.

Whatever pays a person back asks here first: payouts, and claims on the company.
"""

from collections.abc import Sequence
from typing import Final, LiteralString

from tillroll.expenses.approval.approved import has_payment
from tillroll.expenses.at_bank import AGREES, AgreeingEntry, agreeing_entry, explain_hold
from tillroll.expenses.duplicates.doubted_payments import DOUBTED_PAYOUT, explain_doubt
from tillroll.expenses.duplicates.last_word import WAS_PARTED
from tillroll.expenses.duplicates.pairs import COMPARISON, likeness_of
from tillroll.expenses.duplicates.twins import OF_IDS
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model

_NEWEST: Final = "~"
# No one asks: only the word of somebody who may settle a pair counts.
_NOBODY: Final = None
_AT_A_LOOK: Final = 10_000
"""Candidates that are compared at once: each look finds all of them again."""
_AFTER: Final = COMPARISON.format(both=" AND (found.newer, found.older) < (?4, ?5)")
_COUNTS: Final = """
  (SELECT held.status = 'approved' FROM expenses AS held WHERE held.id = {expense})
  OR EXISTS (SELECT 1 FROM claim_items AS held
    WHERE held.expense_id = {expense} AND held.released_at IS NULL)
  OR {payment}
"""
"""SQL: whether an expense, by its id, is approved, claimed or paid."""


def _side(expense: LiteralString, prefix: LiteralString) -> LiteralString:
    """SQL of what one of a pair does to the payment of the other."""
    counts = _COUNTS.format(expense=expense, payment=has_payment(expense))
    return f"""
      ({counts}) AS {prefix}counts,
      (SELECT status FROM expenses WHERE id = {expense}) AS {prefix}status,
      {WAS_PARTED.format(expense=expense)} AS {prefix}was_parted
    """


_OPEN: Final = f"""
  {OF_IDS} SELECT pairs.*, {_side("pairs.newer", "")}, {_side("pairs.older", "o_")}
  FROM ({_AFTER}) AS pairs ORDER BY pairs.newer DESC, pairs.older DESC
  LIMIT {digits(_AT_A_LOOK)}
"""
_AT_ONCE: Final = 5_000
"""Ids of one statement: more are too long for a value of the database."""


class OpenTwin(Model):
    """Another expense that may be the same purchase, and nobody who may has settled the two.
    `person` is the name of who handed it in; null where nobody is known. All texts are empty for
    who sees only their own documents."""

    expense_id: str
    merchant: str
    date: str
    person: str | None


NO_DETAILS: Final = OpenTwin(expense_id="", merchant="", date="", person="")


def explain_twin(name: str, twin: OpenTwin) -> str:
    """Say why an expense is not paid back, in a sentence for people. `name`: what it is called."""
    if twin.person is None:
        return (
            f"{name}: it may be the same purchase as {twin.merchant}, {twin.date} "
            f"({twin.expense_id}). Merge the two, or keep them apart, under Duplicates."
        )
    return (
        f"{name}: it may be the same purchase as {twin.merchant}, {twin.date}, of {twin.person} "
        f"({twin.expense_id}). Merge the two, or keep them apart, under Duplicates."
    )


async def open_twins(
    database: Database, account_id: str, expense_ids: Sequence[str]
) -> dict[str, OpenTwin]:
    """Find for each expense, by its id, the newest other that may be the same purchase. Expenses
    without any are left out. Of two that are approved each waits for the other. One that waits for
    its approval holds another until that was parted once; what was sent back holds none."""
    twins: dict[str, OpenTwin] = {}
    for start in range(0, len(expense_ids), _AT_ONCE):
        await _find(database, account_id, expense_ids[start : start + _AT_ONCE], twins=twins)
    return {each: twins[each] for each in expense_ids if each in twins}


async def _find(
    database: Database, account_id: str, ids: Sequence[str], twins: dict[str, OpenTwin]
) -> None:
    """Add the twins of these to `twins`. Very many alike are not all compared: one of each is
    enough."""
    before = (_NEWEST, _NEWEST)
    while any(each not in twins for each in ids):
        values = [account_id, dump([*ids]), _NOBODY, *before]
        rows = await database.all(statement(_OPEN, [*values]))
        for row in rows:
            if likeness_of(row) is None:
                continue
            newer = text(row, "newer")
            older = text(row, "older")
            if _holds(row, "o_", was_parted=row["was_parted"] == 1):
                twins.setdefault(newer, _twin(row, older, prefix="o_"))
            if _holds(row, "", was_parted=row["o_was_parted"] == 1):
                twins.setdefault(older, _twin(row, newer, prefix=""))
        if len(rows) < _AT_A_LOOK:
            return
        before = (text(rows[-1], "newer"), text(rows[-1], "older"))


def _holds(row: Row, prefix: str, *, was_parted: bool) -> bool:
    """Whether one of a pair holds the payment of the other, which `was_parted` from another."""
    if row[f"{prefix}counts"] == 1:
        return True
    return row[f"{prefix}status"] == "ready" and not was_parted


def _twin(row: Row, expense_id: str, *, prefix: str) -> OpenTwin:
    return OpenTwin(
        expense_id=expense_id,
        merchant=text(row, f"{prefix}merchant"),
        date=text(row, f"{prefix}date"),
        person=optional_text(row, f"{prefix}person_name"),
    )


def name_in_words(row: Row) -> str:
    """What an expense is called where a sentence names it: a row with its merchant and date."""
    return f"{text(row, 'merchant')}, {text(row, 'date')}"


def explain_holds(
    row: Row, twin: OpenTwin | None, entry: AgreeingEntry | None, doubted_payout: str | None
) -> list[str]:
    """Why an expense waits: a sentence for another that may be the same purchase, for an entry of
    the company's account that may have paid it, and for a payout that may have."""
    name = name_in_words(row)
    reasons: list[str] = []
    if twin is not None:
        reasons.append(explain_twin(name, twin))
    if entry is not None:
        reasons.append(explain_hold(name, entry))
    if doubted_payout is not None:
        reasons.append(explain_doubt(name, doubted_payout))
    return reasons


async def find_holds(
    database: Database, account_id: str, expense_ids: Sequence[str], *, despite_bank: bool
) -> list[str]:
    """Why the company does not owe some of these expenses, the oldest first. `despite_bank`: what
    its own account may have paid is no reason."""
    query = f"""
      SELECT id, merchant, date,
        CASE WHEN ?3 = 0 THEN {AGREES.format(expenses="expenses")} END AS bank_entry,
        {DOUBTED_PAYOUT.format(expenses="expenses")} AS doubted_payout
      FROM expenses
      WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status = 'approved'
        AND paid_by = 'employee' AND total_minor > 0
      ORDER BY date, id
    """
    values = [account_id, dump([*expense_ids]), int(despite_bank)]
    rows = await database.all(statement(query, [*values]))
    twins = await open_twins(database, account_id, [text(row, "id") for row in rows])
    reasons: list[str] = []
    for row in rows:
        twin = twins.get(text(row, "id"))
        doubted = optional_text(row, "doubted_payout")
        reasons += explain_holds(row, twin, agreeing_entry(row), doubted_payout=doubted)
    return reasons

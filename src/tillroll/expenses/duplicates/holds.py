"""Expenses that wait until a person decides: another may be the same purchase, or the company's
account may have paid it.

Whatever pays a person back asks here first: payouts, and claims on the company.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.expenses.at_bank import AGREES, AgreeingEntry, agreeing_entry, explain_hold
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
_OPEN: Final = f"{OF_IDS} {_AFTER} LIMIT {digits(_AT_A_LOOK)}"
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
    without any are left out. Whether the other is approved or paid makes no difference, so that of
    two that are paid at once, each waits for the other."""
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
            twins.setdefault(newer, _twin(row, older, prefix="o_"))
            twins.setdefault(older, _twin(row, newer, prefix=""))
        if len(rows) < _AT_A_LOOK:
            return
        before = (text(rows[-1], "newer"), text(rows[-1], "older"))


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


def explain_holds(row: Row, twin: OpenTwin | None, entry: AgreeingEntry | None) -> list[str]:
    """Why an expense waits: a sentence for another that may be the same purchase, and for an entry
    of the company's account that may have paid it."""
    name = name_in_words(row)
    reasons: list[str] = []
    if twin is not None:
        reasons.append(explain_twin(name, twin))
    if entry is not None:
        reasons.append(explain_hold(name, entry))
    return reasons


async def find_holds(
    database: Database, account_id: str, expense_ids: Sequence[str], *, despite_bank: bool
) -> list[str]:
    """Why the company does not owe some of these expenses, the oldest first. `despite_bank`: what
    its own account may have paid is no reason."""
    query = f"""
      SELECT id, merchant, date,
        CASE WHEN ?3 = 0 THEN {AGREES.format(expenses="expenses")} END AS bank_entry
      FROM expenses
      WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status = 'approved'
        AND paid_by = 'employee' AND total_minor > 0
      ORDER BY date, id
    """
    values = [account_id, dump([*expense_ids]), int(despite_bank)]
    rows = await database.all(statement(query, [*values]))
    twins = await open_twins(database, account_id, [text(row, "id") for row in rows])
    return [
        reason
        for row in rows
        for reason in explain_holds(row, twins.get(text(row, "id")), agreeing_entry(row))
    ]

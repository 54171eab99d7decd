"""Rows of what is written into the books: expenses, claims and credit notes, by their ids."""

from collections.abc import Sequence
from typing import Final

from tillroll.books.syncs.subjects import ExpenseSubject, File, Subject
from tillroll.claims.invoices.charged_rows import (
    claim_of,
    credit_note_of,
    select_claims,
    select_credit_notes,
)
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.lines import IN_CLOSING
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll_durable.platform.json import dump

_EXPENSES: Final = f"""
  SELECT {EXPORTED_COLUMNS}, {IN_CLOSING} AS is_in_closing,
    receipts.object_key, receipts.sha256, receipts.media_type
  FROM expenses {EXPORTED_JOINS}
  WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?2))
"""


async def load_subjects(
    database: Database, account_id: str, ids: Sequence[str]
) -> dict[str, Subject]:
    """The subjects by their ids; those that are there no more are left out."""
    listed = [*dict.fromkeys(ids)]
    expenses, claims, notes = await database.batch(
        [
            statement(_EXPENSES, [account_id, dump([*listed])]),
            select_claims(account_id, listed),
            select_credit_notes(account_id, listed),
        ]
    )
    subjects: list[Subject] = [
        *map(_expense, expenses),
        *map(claim_of, claims),
        *map(credit_note_of, notes),
    ]
    return {each.id: each for each in subjects}


def _expense(row: Row) -> ExpenseSubject:
    file = File(text(row, "object_key"), text(row, "sha256"), text(row, "media_type"))
    return ExpenseSubject(
        exported(row),
        integer(row, "version"),
        status=text(row, "status"),
        person=optional_text(row, "person"),
        file=file,
        person_name=optional_text(row, "person_name"),
        is_in_closing=row["is_in_closing"] == 1,
    )

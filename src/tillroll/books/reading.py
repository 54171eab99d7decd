"""Rows of what is written into the books: expenses, claims and credit notes, with their files."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tillroll.books.subjects import ClaimLine, ClaimSubject, CreditNoteSubject, ExpenseSubject, File, Subject
from tillroll.durable import statement
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import dump, load

_EXPENSES: Final = f"""
  SELECT {EXPORTED_COLUMNS}, expenses.person, receipts.object_key, receipts.sha256, receipts.media_type
  FROM expenses {EXPORTED_JOINS}
  WHERE expenses.account_id = ?1 AND expenses.id IN (SELECT value FROM json_each(?2))
"""  # noqa: S608 - constants
_CLAIMS: Final = """
  SELECT claims.run_id AS id, claims.version, printf('%d-%04d', claims.year, claims.number) AS number,
    claims.payer_name AS payer, claims.currency, claims.issued_on, claims.due_on, claims.is_withdrawn,
    COALESCE((SELECT SUM(amount) FROM claim_events WHERE run_id = claims.run_id AND kind = 'credited'), 0) AS credited,
    (SELECT json_group_array(json_array(said, category, amount)) FROM (
      SELECT COALESCE(expenses.merchant || ', ' || expenses.date, 'An expense') AS said, expenses.category,
        claim_items.amount
      FROM claim_items LEFT JOIN expenses ON expenses.id = claim_items.expense_id
      WHERE claim_items.run_id = claims.run_id ORDER BY claim_items.place
    )) AS lines,
    claim_files.object_key, claim_files.sha256, claim_files.size
  FROM claims LEFT JOIN claim_files ON claim_files.run_id = claims.run_id AND claim_files.name = 'statement'
  WHERE claims.account_id = ?1 AND claims.payer_kind = 'customer' AND claims.number IS NOT NULL
    AND claims.run_id IN (SELECT value FROM json_each(?2))
"""
_CREDIT_NOTES: Final = """
  SELECT events.run_id || ':' || events.version AS id, events.run_id AS claim_id,
    printf('CN-%d-%04d', events.year, events.number) AS number, claims.payer_name AS payer, events.currency,
    substr(events.at, 1, 10) AS issued_on, events.amount, COALESCE(events.said, '') AS reason
  FROM claim_events AS events JOIN claims ON claims.run_id = events.run_id
  WHERE events.account_id = ?1 AND events.kind = 'credited' AND claims.payer_kind = 'customer'
    AND events.run_id || ':' || events.version IN (SELECT value FROM json_each(?2))
    AND events.run_id IN (SELECT substr(value, 1, instr(value, ':') - 1) FROM json_each(?2))
"""


async def load_subjects(database: Database, account_id: str, ids: Sequence[str]) -> dict[str, Subject]:
    """The subjects by their ids; those that are there no more are left out."""
    listed = dump([*dict.fromkeys(ids)])
    expenses, claims, notes = await database.batch(
        [statement(query, account_id, listed) for query in (_EXPENSES, _CLAIMS, _CREDIT_NOTES)]
    )
    found: list[Subject] = [*map(_expense, expenses), *map(_claim, claims), *map(_credit_note, notes)]
    return {each.id: each for each in found}


def _expense(row: Row) -> ExpenseSubject:
    file = File(text(row, "object_key"), text(row, "sha256"), text(row, "media_type"), integer(row, "size"))
    return ExpenseSubject(
        exported(row), integer(row, "version"), text(row, "status"), optional_text(row, "person"), file
    )


def _claim(row: Row) -> ClaimSubject:
    kept = load(text(row, "lines"))
    assert isinstance(kept, list)  # noqa: S101 - the query makes it
    lines: list[ClaimLine] = []
    for each in kept:
        match each:
            case [str(said), str() | None as category, int(amount)]:
                lines.append(ClaimLine(said, category, amount))
            case _:
                raise TypeError("the lines of a claim have no such form")
    key = optional_text(row, "object_key")
    return ClaimSubject(
        id=text(row, "id"),
        version=integer(row, "version"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        due=date.fromisoformat(text(row, "due_on")),
        lines=lines,
        credited=integer(row, "credited"),
        is_withdrawn=row["is_withdrawn"] == 1,
        file=None if key is None else File(key, text(row, "sha256"), "application/pdf", integer(row, "size")),
    )


def _credit_note(row: Row) -> CreditNoteSubject:
    return CreditNoteSubject(
        id=text(row, "id"),
        claim_id=text(row, "claim_id"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        amount=integer(row, "amount"),
        reason=text(row, "reason"),
    )

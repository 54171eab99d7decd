"""An entry as it is shown, and why what was accepted for it does not hold any more."""

from typing import Any, Final

from tillroll.bank.models import EntryDetail, Payment
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, of_row, optional_text
from tillroll_durable.platform.json import load

_IS_UNNAMED: Final = """
  EXISTS (
    SELECT 1 FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
    WHERE p.entry_id = e.id AND p.counts = 1 AND m.kind = 'foreign'
      AND p.total_currency = e.currency AND p.amount <> p.settles)
"""
DOUBT: Final = f"""
  CASE WHEN e.doubt = 'changed' AND {_IS_UNNAMED} THEN 'differs' ELSE e.doubt END
"""
"""The doubt of an entry `e`. It `differs` where a match takes one amount for another of the same
currency, as at another rate, and nothing says why. The row itself has `changed` then."""


async def find_entry(database: Database, account_id: str, id_: str) -> EntryDetail | None:
    query = f"""
      SELECT e.*, {DOUBT} AS doubt_now FROM bank_entries e WHERE e.account_id = ? AND e.id = ?
    """
    row = await database.first(statement(query, [account_id, id_]))
    if row is None:
        return None
    payments: Any = load(optional_text(row, "payments") or "[]")
    return of_row(
        EntryDetail,
        row,
        doubt=optional_text(row, "doubt_now"),
        payments=[Payment.model_validate(each) for each in payments],
    )

"""Pairs of expenses that may be one, newest first; those that a person told apart are not asked again."""

from datetime import date
from typing import Final

from tillroll.durable import statement
from tillroll.expenses.record.rows import SELECT_EXPENSES, expense_shape
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.expenses.twins.likeness import DAYS, Likeness, Seen, likeness
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import Json, dump
from tillroll.platform.shape import Shape

# Expenses that are looked at for a page, and candidates that are compared.
WINDOW: Final = 2_000
_COMPARED: Final = 1_000

# A person who approved a receipt that was asked about as a duplicate has told the two apart.
_SETTLED: Final = """
  EXISTS (SELECT 1 FROM duplicate_verdicts v WHERE v.first_id = b.id AND v.second_id = a.id AND v.verdict = 'apart')
  OR EXISTS (
    SELECT 1 FROM reviews r JOIN review_decisions d ON d.review_id = r.id
    WHERE d.decision = 'approve' AND (
      (r.run_id = a.run_id AND json_extract(r.proposed, '$.duplicateOf') = b.run_id)
      OR (r.run_id = b.run_id AND json_extract(r.proposed, '$.duplicateOf') = a.run_id)))
"""
# The unary plus keeps the planner to the amount and the number: ids alone would be half of all pairs.
_CANDIDATES: Final = f"""
  WITH newest AS (
    SELECT * FROM expenses WHERE account_id = ?1 AND id < ?2 AND status <> 'voided' ORDER BY id DESC LIMIT {WINDOW}
  ), found AS (
    SELECT a.id AS newer, b.id AS older FROM newest a CROSS JOIN expenses b
      ON b.account_id = ?1 AND b.currency = a.currency AND b.total_minor = a.total_minor
      AND b.date BETWEEN date(a.date, '-{DAYS} days') AND date(a.date, '+{DAYS} days')
    WHERE +b.id < a.id AND b.status <> 'voided'
    UNION
    SELECT a.id, b.id FROM newest a CROSS JOIN expenses b
      ON b.account_id = ?1 AND b.receipt_number = a.receipt_number
    WHERE a.receipt_number IS NOT NULL AND +b.id < a.id AND b.status <> 'voided'
  )
  SELECT found.newer, found.older,
    a.merchant, a.registered_name, a.date, a.total_minor, a.currency, a.document_kind, a.receipt_number,
    b.merchant AS o_merchant, b.registered_name AS o_registered_name, b.date AS o_date, b.total_minor AS o_total_minor,
    b.currency AS o_currency, b.document_kind AS o_document_kind, b.receipt_number AS o_receipt_number
  FROM found CROSS JOIN expenses a ON a.id = found.newer CROSS JOIN expenses b ON b.id = found.older
  WHERE NOT ({_SETTLED})
  ORDER BY found.newer DESC, found.older DESC LIMIT {_COMPARED}
"""  # noqa: S608 - constants
_WINDOWS_END: Final = f"""
  SELECT id FROM expenses WHERE account_id = ? AND id < ? AND status <> 'voided' ORDER BY id DESC LIMIT 1
  OFFSET {WINDOW - 1}
"""  # noqa: S608 - a constant
_CHOSEN: Final = f"{SELECT_EXPENSES} WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))"  # noqa: S608


class PairShape(Shape):
    """Two expenses that may be one; `first` is the older. `likeness` is same, number or near."""

    likeness: Likeness
    first: ExpenseShape
    second: ExpenseShape


async def list_pairs(
    database: Database, account_id: str, before: str, limit: int
) -> tuple[list[PairShape], str | None]:
    """Pairs whose newer expense stands behind the id `before`, about `limit` of them, and the id behind which the next
    page begins; None where there is none. A page looks at WINDOW expenses, so it may be empty and not the last."""
    rows, ends = await database.batch(
        [statement(_CANDIDATES, account_id, before), statement(_WINDOWS_END, account_id, before)]
    )
    following = text(ends[0], "id") if ends else None
    if len(rows) == _COMPARED:
        # The newer one of the last row may have more candidates: it begins the next page, unless it fills this one.
        last = text(rows[-1], "newer")
        whole = [row for row in rows if text(row, "newer") != last]
        rows, following = (whole, text(whole[-1], "newer")) if whole else (rows, last)
    chosen: list[tuple[Row, Likeness]] = []
    for row in rows:
        if len(chosen) >= limit and text(row, "newer") != text(chosen[-1][0], "newer"):
            following = text(chosen[-1][0], "newer")
            break
        like = likeness(_seen(row, ""), _seen(row, "o_"))
        if like is not None:
            chosen.append((row, like))
    shown = await _shown(database, account_id, [text(row, name) for row, _ in chosen for name in ("newer", "older")])
    pairs = [
        PairShape(likeness=like, first=shown[text(row, "older")], second=shown[text(row, "newer")])
        for row, like in chosen
    ]
    return pairs, following


async def _shown(database: Database, account_id: str, ids: list[str]) -> dict[str, ExpenseShape]:
    listed: list[Json] = [*dict.fromkeys(ids)]
    if not listed:
        return {}
    rows = await database.all(statement(_CHOSEN, account_id, dump(listed)))
    return {text(row, "id"): expense_shape(row) for row in rows}


def _seen(row: Row, prefix: str) -> Seen:
    return Seen(
        text(row, f"{prefix}merchant"),
        optional_text(row, f"{prefix}registered_name"),
        date.fromisoformat(text(row, f"{prefix}date")).toordinal(),
        integer(row, f"{prefix}total_minor"),
        text(row, f"{prefix}currency"),
        optional_text(row, f"{prefix}document_kind"),
        optional_text(row, f"{prefix}receipt_number"),
    )

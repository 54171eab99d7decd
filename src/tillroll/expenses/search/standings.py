"""Standings of expenses that a list asks for: where each comes from, and what it lacks."""

from collections.abc import Iterator, Mapping
from typing import Final, LiteralString

from tillroll.expenses.repository import PAID
from tillroll.expenses.search.filters import (
    Filter,
)
from tillroll.expenses.search.grammar import (
    NOT,
)
from tillroll.expenses.search.terms import (
    IS_STANDING,
)
from tillroll_durable.platform.bindings.database import (
    Statement,
    digits,
    statement,
)


def count_standings(account_id: str, days: tuple[int, int]) -> Statement:
    """The query for the `expenses` of these days by their `term` of what has few values, without
    looking at any. Each expense has one such term.
    """
    low, high = days
    query = f"""
      SELECT term, (
        SELECT COUNT(*) FROM expense_postings AS led
        WHERE led.term = terms.id AND led.day BETWEEN {digits(low)} AND {digits(high)}
      ) AS expenses
      FROM expense_terms AS terms
      WHERE account_id = ? AND {IS_STANDING} AND instr(term, ';status:voided;') = 0
    """
    return statement(query, [account_id])


def lacks(term: str, missing: str, base: str | None) -> bool:
    """Whether expenses of such a term lack something, in an account with this base currency."""
    if missing == "rate":
        return base is not None and f";base:{base};" not in term
    return f";missing:{missing};" in term


_CLAIMED: Final = """
  SELECT held.expense_id FROM claims CROSS JOIN claim_items AS held ON held.run_id = claims.run_id
  WHERE claims.account_id = {account} AND held.released_at IS NULL
"""
# Of an expense by its id and total: each is looked up by an index.
_HOLDS: Final[Mapping[str, LiteralString]] = {
    "exported": """
      EXISTS (SELECT 1 FROM export_items AS held JOIN exports ON exports.id = held.export_id
        WHERE held.expense_id = {id} AND held.corrects IS NULL
        AND exports.finished_at IS NOT NULL)""",
    "claimed": """
      EXISTS (SELECT 1 FROM claim_items AS held
        WHERE held.expense_id = {id} AND held.released_at IS NULL)""",
    "paid": PAID,
}
# The ids of all of an account (?1), and of some more, which lead where they are few.
SOURCES: Final[Mapping[str, LiteralString]] = {
    "exported": (
        "SELECT held.expense_id FROM export_items AS held WHERE held.account_id = {account}"
    ),
    "claimed": _CLAIMED,
    "paid": """
      SELECT back.expense_id FROM payout_expenses AS back WHERE back.account_id = {account}
      UNION ALL
      SELECT pair.document_id FROM bank_pairs AS pair
      WHERE pair.account_id = {account} AND pair.document_kind = 'expense' AND pair.counts = 1""",
}


def standing_conditions(
    chosen: Filter, *, account: LiteralString, id_: LiteralString, total: LiteralString
) -> Iterator[LiteralString]:
    """What a row is held to for `standings`.

    `account`, `id_` and `total` (in minor units) are expressions of SQL.
    """
    for each in chosen.standings:
        holds = _HOLDS[each.removeprefix(NOT)].format(account=account, id=id_, total=total)
        yield f"NOT ({holds})" if each.startswith(NOT) else holds

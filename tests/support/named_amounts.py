"""Each accepted match of one currency settles its amounts, but for what it names."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, LiteralString

from tillroll_documents.matching.models import DocumentKind
from tillroll_documents.matching.odd_amounts import Paid, is_named
from tillroll_durable.platform.bindings.database import Row, integer, text

_PAIRS: Final = """
  SELECT m.id, m.kind, p.document_kind, p.amount, p.settles, e.currency, e.charges
  FROM bank_pairs p
  JOIN bank_matches m ON m.id = p.match_id AND m.state = 'accepted'
  JOIN bank_entries e ON e.id = p.entry_id
  WHERE p.counts = 1 AND e.currency = CASE p.document_kind
    WHEN 'expense' THEN p.total_currency
    WHEN 'claim' THEN (SELECT currency FROM claims WHERE run_id = p.document_id)
    WHEN 'payout' THEN (SELECT currency FROM payouts WHERE run_id = p.document_id) END
"""


async def check_named_amounts(read: Callable[[LiteralString], Awaitable[Sequence[Row]]]) -> None:
    """Raises AssertionError, with the matches that settle another amount and do not say why."""
    unnamed = [text(row, "id") for row in await read(_PAIRS) if not _is_named(row)]
    assert not unnamed, f"matches settle another amount, and nothing says why: {unnamed[:5]}"


def _is_named(row: Row) -> bool:
    paid = Paid(
        document=DocumentKind(text(row, "document_kind")),
        currency=text(row, "currency"),
        amount=integer(row, "amount"),
        settles=integer(row, "settles"),
        charges=integer(row, "charges"),
    )
    return is_named(text(row, "kind"), paid)

"""Entries of the bank by a few letters: of whom or to whom, also in a batch, what for, and how
much."""

from collections.abc import Sequence
from itertools import islice
from typing import Final, LiteralString

from tillroll.expenses.search.near import SHORTEST_GUESS, Pieces, are_nearly_in, pieces_of
from tillroll_documents.money import CODES, minor_digits
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, Row, integer, of_row, text, word
from tillroll_durable.platform.models import Model

# A search reads the newest ones alone, so that it takes the same time in every account.
NEWEST: Final = 5_000
_MOST_READ: Final = 200


def _with_digits(count: int) -> LiteralString:
    """The currencies that have so many digits behind the point, as a list of SQL."""
    return ", ".join(f"'{word(each)}'" for each in sorted(CODES) if minor_digits(each) == count)


_AMOUNT: Final = f"""
  CASE
    WHEN currency IN ({_with_digits(0)}) THEN abs(amount)
    WHEN currency IN ({_with_digits(3)})
    THEN printf('%d.%03d', abs(amount) / 1000, abs(amount) % 1000)
    ELSE printf('%d.%02d', abs(amount) / 100, abs(amount) % 100)
  END
"""
"""An entry's amount as its currency writes it, without its sign."""


class FoundEntry(Model):
    """`amount` is in minor units of its currency."""

    id: str
    day: str
    amount: int
    currency: str
    counterparty: str | None


async def find_entries(
    database: Database, account_id: str, words: Sequence[str], limit: int
) -> list[FoundEntry]:
    """The newest entries in which each word begins one; and behind them those in which it would
    with one letter put right.
    """
    if not words:
        return []
    longest = max(words, key=len)
    queries = [_saying(account_id, Pieces(longest, longest, longest))]
    if len(longest) >= SHORTEST_GUESS:
        queries.append(_saying(account_id, pieces_of(longest)))
    pages = await database.batch(queries)
    # The pieces are in what the whole word is in: each entry is read once.
    rows = {text(row, "id"): row for rows in pages for row in rows}
    entries = (
        row
        for row in rows.values()
        if are_nearly_in(words, f"{text(row, 'said')} {_typed_amounts(row)}")
    )
    return [of_row(FoundEntry, row) for row in islice(entries, limit)]


def _typed_amounts(row: Row) -> str:
    """The amount as it is typed otherwise: its thousands apart, its minor units begun, or two of
    three digits."""
    unit = 10 ** minor_digits(text(row, "currency"))
    whole, minor = divmod(abs(integer(row, "amount")), unit)
    grouped = f"{whole:,}"
    if unit == 1:
        return grouped
    digits = f"{minor:0{len(str(unit)) - 1}d}"
    return f"{grouped} {digits} {whole}.{digits[:2]}"


def _saying(account_id: str, pieces: Pieces) -> Statement:
    """The newest entries that say one of the pieces. `instr` takes longer pieces than a pattern of
    D1 may be."""
    query = f"""
      SELECT id, day, amount, currency, counterparty, said FROM (
        SELECT id, day, amount, currency, counterparty,
          COALESCE(counterparty_plain, lower(counterparty), '') || ' '
            || COALESCE(words_plain, lower(words)) || ' '
            || COALESCE(payments_plain, '') || ' '
            || {_AMOUNT} AS said
        FROM bank_entries WHERE account_id = ?1 AND status <> 'replaced'
        ORDER BY day DESC, id DESC LIMIT ?2
      ) WHERE instr(said, ?3) OR instr(said, ?4) OR instr(said, ?5)
      ORDER BY day DESC, id DESC LIMIT ?6
    """
    values = [account_id, NEWEST, *pieces, _MOST_READ]
    return statement(query, [*values])

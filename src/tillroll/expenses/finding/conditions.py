"""A filter as conditions over rows of `expenses`, for a reader that has an order of its own: an export.

The list leads from the rarest term to its expenses (`planning`). Here each expense that the reader meets is held to the
same terms, so that both choose the same.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from tillroll.expenses.finding.filters import Filter
from tillroll.expenses.finding.terms import BEHIND_ALL, MOST_WORDS, exact_groups
from tillroll.expenses.finding.words import may_begin, words_of
from tillroll.platform.bindings.database import Value
from tillroll.platform.json import Json, dump

Condition: TypeAlias = tuple[str, list[Value]]
"""SQL with plain placeholders, and their values."""

_OWN: Final = "SELECT 1 FROM expense_finds AS found"
_HERE: Final = "found.expense_id = expenses.id"
# The places of CROSS JOIN keep SQLite to this order: one expense, its few terms, one look each.
_LED: Final = f"""
  EXISTS ({_OWN} CROSS JOIN expense_terms AS named
    CROSS JOIN expense_postings AS led ON led.term = named.id AND led.day = found.day AND led.n = found.n
    WHERE {_HERE} AND named.id IN ({{terms}}))
"""
_NAMED: Final = """
  SELECT id FROM expense_terms WHERE account_id = ? AND term IN (SELECT value FROM json_each(?))
"""
# As in `terms`: a rate is missing where the amount is in none, or another, than the account's base currency.
_MISSING_RATE: Final = """
  UNION ALL
  SELECT terms.id FROM accounts JOIN expense_terms AS terms ON terms.account_id = accounts.id
  WHERE accounts.id = ? AND accounts.base_currency IS NOT NULL
    AND terms.term >= 'base:' AND terms.term < 'base;' AND terms.term <> 'base:' || accounts.base_currency
"""
_BEGUN: Final = f"""
  EXISTS ({_OWN} CROSS JOIN expense_words AS own ON own.n = found.n CROSS JOIN json_each(own.terms) AS word
    WHERE {_HERE} AND word.value IN (
      SELECT id FROM expense_terms WHERE account_id = ? AND term >= ? AND term < ? AND expenses > 0
      ORDER BY expenses DESC LIMIT {MOST_WORDS}
    ))
"""  # noqa: S608 - constants


def conditions_of(account_id: str, chosen: Filter) -> Iterator[Condition]:
    """All that a filter asks for but its days, which the reader's order is made of."""
    if chosen.least is not None:
        yield f"EXISTS ({_OWN} WHERE {_HERE} AND found.amount >= {chosen.least:d})", []
    if chosen.most is not None:
        yield f"EXISTS ({_OWN} WHERE {_HERE} AND found.amount <= {chosen.most:d})", []
    for terms in exact_groups(chosen):
        yield _led(account_id, terms)
    for word in dict.fromkeys(words_of(chosen.words)):
        if may_begin(word):
            yield _BEGUN, [account_id, f"word:{word}", f"word:{word}{BEHIND_ALL}"]
        else:
            yield _led(account_id, [f"word:{word}"])
    if chosen.missing:
        named: list[Json] = [f"missing:{each}" for each in chosen.missing]
        if "rate" in chosen.missing:
            yield _LED.format(terms=_NAMED + _MISSING_RATE), [account_id, dump(named), account_id]
        else:
            yield _LED.format(terms=_NAMED), [account_id, dump(named)]


def _led(account_id: str, terms: list[str]) -> Condition:
    return _LED.format(terms=_NAMED), [account_id, dump([*terms])]

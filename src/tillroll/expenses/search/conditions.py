"""Conditions in SQL for what a filter asks beside the terms of the index."""

from collections.abc import Iterator
from typing import Final, LiteralString, TypeAlias

from tillroll.expenses.search.filters import (
    Filter,
)
from tillroll.expenses.search.plain_text import may_begin, words_of
from tillroll.expenses.search.standings import (
    standing_conditions,
)
from tillroll.expenses.search.terms import (
    BEGINNING,
    BEHIND_ALL,
    WITHOUT_RATE,
    exact_groups,
    ids_of_terms,
)
from tillroll_durable.platform.bindings.database import (
    Value,
    digits,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.sight import Sight, all_of

# The list leads from the rarest term to its expenses (`pages`). Here each expense that the reader
# meets is held to the same terms, so that both choose the same.

Condition: TypeAlias = tuple[LiteralString, list[Value]]

_OWN: Final = "SELECT 1 FROM expense_finds AS found"
_SAME_EXPENSE: Final = "found.expense_id = expenses.id"
# The places of CROSS JOIN keep SQLite to this order: one expense, its few terms, one look each.
_LED: Final = f"""
  EXISTS ({_OWN} CROSS JOIN expense_terms AS named
    CROSS JOIN expense_postings AS led ON led.term = named.id AND led.day = found.day
      AND led.n = found.n
    WHERE {_SAME_EXPENSE} AND named.id IN ({{terms}}))
"""
_PREFIX: Final = f"""
  EXISTS ({_OWN} CROSS JOIN expense_words AS own ON own.n = found.n CROSS
      JOIN json_each(own.terms) AS word
    WHERE {_SAME_EXPENSE} AND word.value IN ({BEGINNING.format("?", "?", "?")}))
"""


def conditions_of(sight: Sight, chosen: Filter) -> Iterator[Condition]:
    """All that a filter asks for but its days, which the reader's order is made of; and that the
    expense is seen.
    """
    account_id = sight.account_id
    if sight.only is not None:
        yield "expenses.person = ?", [sight.only]
    if chosen.least is not None:
        least = digits(chosen.least)
        yield f"EXISTS ({_OWN} WHERE {_SAME_EXPENSE} AND found.amount >= {least})", []
    if chosen.most is not None:
        most = digits(chosen.most)
        yield f"EXISTS ({_OWN} WHERE {_SAME_EXPENSE} AND found.amount <= {most})", []
    if chosen.ids:
        yield "expenses.id IN (SELECT value FROM json_each(?))", [dump([*chosen.ids])]
    for terms in exact_groups(all_of(account_id), chosen):
        yield _led(account_id, terms)
    for word in dict.fromkeys(words_of(chosen.words)):
        if may_begin(word) and word not in chosen.whole_words:
            yield _PREFIX, [account_id, f"word:{word}", f"word:{word}{BEHIND_ALL}"]
        else:
            yield _led(account_id, [f"word:{word}"])
    for holds in standing_conditions(
        chosen, account="expenses.account_id", id_="expenses.id", total="expenses.total_minor"
    ):
        yield holds, []
    if chosen.missing:
        also = WITHOUT_RATE.format("?") if "rate" in chosen.missing else ""
        condition, values = _led(account_id, [f"missing:{each}" for each in chosen.missing], also)
        yield condition, [*values, account_id] if also else values


def _led(account_id: str, terms: list[str], also: LiteralString = "") -> Condition:
    return _LED.format(terms=ids_of_terms(terms).format("?", "?") + also), [
        account_id,
        dump([*terms]),
    ]

"""A filter as terms and conditions over rows, with how many expenses each term leads to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tillroll.expenses.search.filters import Filter
from tillroll.expenses.search.words import may_begin, words_of
from tillroll.platform.bindings.database import Database, Row, Statement, Value, integer, statement
from tillroll.platform.json import Json, dump

# Of a beginning that more words share, the commonest count.
MOST_WORDS: Final = 2_000
BEHIND_ALL: Final = "\U0010ffff"


@dataclass(frozen=True)
class Group:
    """Terms of which an expense must have one. `expenses` is at least as many as have one.

    Attributes:
        ids: of rows of expense_terms.
        are_words: whether they are words, which are many for one expense.
    """

    ids: tuple[int, ...]
    expenses: int
    are_words: bool

    @property
    def as_json(self) -> str:
        ids: list[Json] = [*self.ids]
        return dump(ids)


@dataclass(frozen=True)
class Terms:
    """All groups must hold. `is_empty`: one of them leads nowhere, so nothing is found."""

    groups: tuple[Group, ...]
    is_empty: bool
    hides_voided: bool


async def terms_of(database: Database, account_id: str, chosen: Filter) -> Terms:
    """Look the filter's terms up, in one round trip."""
    exact = exact_groups(chosen)
    words = list(dict.fromkeys(words_of(chosen.words)))
    queries = [_named(account_id, names) for names in exact]
    queries += [_word(account_id, word) for word in words]
    queries += [_missing(account_id, chosen.missing)] if chosen.missing else []
    found = await database.batch(queries) if queries else []
    groups = tuple(
        _group(rows, are_words=len(exact) <= place < len(exact) + len(words)) for place, rows in enumerate(found)
    )
    return Terms(groups, any(not group.ids for group in groups), hides_voided=not chosen.statuses)


def exact_groups(chosen: Filter) -> list[list[str]]:
    """The terms that are asked for by their names: of each list, an expense must have one."""
    named = {
        "currency": chosen.currencies,
        "category": chosen.categories,
        "tag": chosen.tags,
        "person": chosen.persons,
        "status": chosen.statuses,
    }
    groups = [[f"{name}:{value}" for value in values] for name, values in named.items() if values]
    return groups + [[term] for term in chosen.exactly]


def _named(account_id: str, terms: Sequence[str]) -> Statement:
    return statement(
        """
        SELECT id, expenses FROM expense_terms
        WHERE account_id = ?1 AND term IN (SELECT value FROM json_each(?2)) AND expenses > 0
        """,
        account_id,
        dump([*terms]),
    )


def _word(account_id: str, word: str) -> Statement:
    """The word, and the words that begin with it where it is long enough."""
    if not may_begin(word):
        return _named(account_id, [f"word:{word}"])
    return statement(
        f"""
        SELECT id, expenses FROM expense_terms
        WHERE account_id = ?1 AND term >= ?2 AND term < ?3 AND expenses > 0 ORDER BY expenses DESC LIMIT {MOST_WORDS}
        """,  # noqa: S608 - a constant
        account_id,
        f"word:{word}",
        f"word:{word}{BEHIND_ALL}",
    )


def _missing(account_id: str, missing: Sequence[str]) -> Statement:
    """A rate is missing where the account has a base currency, and the expense has its amount in none or another."""
    return statement(
        """
        SELECT id, expenses FROM expense_terms
        WHERE account_id = ?1 AND term IN (SELECT 'missing:' || value FROM json_each(?2)) AND expenses > 0
        UNION ALL
        SELECT terms.id, terms.expenses FROM accounts JOIN expense_terms AS terms ON terms.account_id = accounts.id
        WHERE accounts.id = ?1 AND ?3 = 1 AND accounts.base_currency IS NOT NULL AND terms.expenses > 0
          AND terms.term >= 'base:' AND terms.term < 'base;' AND terms.term <> 'base:' || accounts.base_currency
        """,
        account_id,
        dump([*missing]),
        int("rate" in missing),
    )


def _group(rows: Sequence[Row], *, are_words: bool) -> Group:
    return Group(tuple(integer(row, "id") for row in rows), sum(integer(row, "expenses") for row in rows), are_words)


# The list leads from the rarest term to its expenses (`pages`). Here each expense that the reader meets is held to the
# same terms, so that both choose the same.

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

"""Terms of the search index for a filter: words, names and numbers as groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.expenses.search.filters import (
    Filter,
)
from tillroll.expenses.search.plain_text import may_begin, words_of
from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    Value,
    digits,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.json import dump, load
from tillroll_durable.sight import Sight

# Of a beginning that more words share, the shortest count: these are nearest to what was typed.
MOST_WORDS: Final = 2_000
# So far the expenses of a group are counted, to find the group that leads to the fewest.
COUNTED: Final = 10_000
BEHIND_ALL: Final = "\U0010ffff"


@dataclass(frozen=True)
class Group:
    """Terms (by their `ids` in expense_terms) of which an expense must have one; at most `expenses`
    have, or more where that is COUNTED. Words are many for one expense.
    """

    ids: tuple[int, ...]
    expenses: int
    are_words: bool

    @property
    def as_json(self) -> str:
        return dump([*self.ids])


@dataclass(frozen=True)
class Terms:
    """All groups must hold. `is_empty`: one of them leads nowhere, so nothing is found. `owned` is
    the group of the person who sees their own alone; None for a caller who sees all.
    """

    groups: tuple[Group, ...]
    is_empty: bool
    hides_voided: bool
    owned: Group | None = None


async def terms_of(database: Database, sight: Sight, chosen: Filter) -> Terms:
    """Look the filter's terms up, in one round trip. A caller who sees their own alone has that
    person as the first group, which leads.
    """
    account_id = sight.account_id
    exact = exact_groups(sight, chosen)
    words = list(dict.fromkeys(words_of(chosen.words)))
    queries = [_named(account_id, names) for names in exact]
    queries += [_word(account_id, word, is_whole=word in chosen.whole_words) for word in words]
    if chosen.missing:
        queries.append(_missing(account_id, chosen.missing))
    results = await database.batch(queries) if queries else []
    groups = tuple(
        Group(
            tuple(_integers(text(row, "ids"))),
            integer(row, "expenses"),
            are_words=len(exact) <= place < len(exact) + len(words),
        )
        for place, [row] in enumerate(results)
    )
    owned = None if sight.only is None else groups[0]
    return Terms(
        groups,
        any(not group.ids for group in groups),
        hides_voided=not chosen.statuses,
        owned=owned,
    )


def exact_groups(sight: Sight, chosen: Filter) -> list[list[str]]:
    """The terms that are asked for by their names: of each list, an expense must have one. What is
    common stands last: of groups that are too large to be counted, the first leads.
    """
    owned = [] if sight.only is None else [[f"person:{sight.only}"]]
    named = {
        "tag": chosen.tags,
        **{name: chosen.declared[name] for name in reversed([*chosen.declared])},
        "category": chosen.categories,
        "person": chosen.persons,
        "status": chosen.statuses,
        "currency": chosen.currencies,
    }
    groups = [[f"{name}:{value}" for value in values] for name, values in named.items() if values]
    return [*owned, *([term] for term in chosen.exactly), *groups]


_LIMIT: Final = digits(COUNTED)
# CROSS JOIN keeps SQLite to this order: the terms, and of each its expenses until there are enough.
_GROUP: Final = f"""
  WITH named AS MATERIALIZED ({{terms}})
  SELECT json_group_array(id) AS ids, (
    SELECT COUNT(*) FROM (
      SELECT 1 FROM named CROSS JOIN expense_postings AS led ON led.term = named.id LIMIT {_LIMIT})
  ) AS expenses
  FROM named
"""


def _integers(stored: str) -> Iterator[int]:
    numbers = load(stored)
    if isinstance(numbers, list):
        return (each for each in numbers if isinstance(each, int))
    return iter(())


def _group(terms: LiteralString, *values: Value) -> Statement:
    """The query for a group; `terms` is that for the ids of its terms."""
    return statement(_GROUP.format(terms=terms), [*values])


# What has few values stands in one term for all of these, which a search for one of them looks
# through.
_STANDS: Final = frozenset({"status", "currency", "missing"})
IS_STANDING: Final = "terms.term >= 'stands:' AND terms.term < 'stands;'"
"""Such a term, of `expense_terms AS terms`."""
# The query for the ids of terms, with the numbers of its values: the account, and a JSON list of
# what is asked for.
_WHOLE_TERMS: Final = (
    "SELECT id FROM expense_terms WHERE account_id = {} AND term IN "
    "(SELECT value FROM json_each({}))"
)
_STANDING_TERMS: Final = f"""
  SELECT id FROM expense_terms AS terms WHERE account_id = {{}} AND {IS_STANDING}
    AND EXISTS (SELECT 1 FROM json_each({{}}) AS asked WHERE instr(term,
        ';' || asked.value || ';') > 0)
"""
# A rate is missing where the account has a base currency, and the expense has its amount in none or
# another.
WITHOUT_RATE: Final = f"""
  UNION SELECT terms.id FROM accounts JOIN expense_terms AS terms ON terms.account_id = accounts.id
  WHERE accounts.id = {{}} AND accounts.base_currency IS NOT NULL AND {IS_STANDING}
    AND instr(terms.term, ';base:' || accounts.base_currency || ';') = 0
"""


def ids_of_terms(terms: Sequence[str]) -> LiteralString:
    """The query for terms of one name, such as status:ready and status:approved."""
    if terms[0].partition(":")[0] in _STANDS:
        return _STANDING_TERMS
    return _WHOLE_TERMS


def _named(account_id: str, terms: Sequence[str]) -> Statement:
    return _group(ids_of_terms(terms).format("?1", "?2"), account_id, dump([*terms]))


BEGINNING: Final = f"""
  SELECT id FROM expense_terms WHERE account_id = {{}} AND term >= {{}} AND term < {{}}
  ORDER BY length(term), term LIMIT {digits(MOST_WORDS)}
"""


def _word(account_id: str, word: str, *, is_whole: bool) -> Statement:
    """The word, and the words that begin with it unless it is short, or meant as it is."""
    if is_whole or not may_begin(word):
        return _named(account_id, [f"word:{word}"])
    return _group(
        BEGINNING.format(*("?1", "?2", "?3")),
        account_id,
        f"word:{word}",
        f"word:{word}{BEHIND_ALL}",
    )


def _missing(account_id: str, missing: Sequence[str]) -> Statement:
    query = _STANDING_TERMS.format("?1", "?2") + (
        WITHOUT_RATE.format("?1") if "rate" in missing else ""
    )
    return _group(query, account_id, dump([f"missing:{each}" for each in missing]))

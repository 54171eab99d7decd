"""What names in a typed search may mean: people, categories, clients, projects and tags, as the
account's expenses have them. A caller who sees their own expenses alone sees no other's names.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.expenses.search.filters import Filter, FilterQuery, read_filter
from tillroll.expenses.search.grammar import BARE, DECLARED, KINDS, Known, asks_for_names
from tillroll.expenses.search.sums import names_of
from tillroll_durable.platform.bindings.database import Database, digits, statement, text
from tillroll_durable.platform.models import Model
from tillroll_durable.sight import Sight

_NAMED: Final = ("category", *DECLARED, "tag")
_MOST_NAMES: Final = 500
# Of a name's values so many are looked at, and of each so many expenses.
_LOOKED_AT = 2_000
_COUNTED = 50
# Behind ':' comes ';', so these are all terms of a name, and no others.
_TERMS: Final = f"""
  SELECT substr(term, length(?2) + 2) AS name FROM (
    SELECT id, term FROM expense_terms
    WHERE account_id = ?1 AND term >= ?2 || ':' AND term < ?2 || ';' ORDER BY term
    LIMIT {digits(_LOOKED_AT)}
  ) AS named
  ORDER BY (
    SELECT COUNT(*) FROM (SELECT 1 FROM expense_postings AS led WHERE led.term = named.id
        LIMIT {digits(_COUNTED)})
  ) DESC, name LIMIT ?3
"""
_OWN_CATEGORIES: Final = """
  SELECT category AS name FROM expense_months
  WHERE account_id = ?1 AND person = ?2 AND category <> '' GROUP BY 1 ORDER BY SUM(shares) DESC
  LIMIT ?3
"""


async def known_names(database: Database, sight: Sight) -> Known:
    """The names there are, the most used first."""
    people = {name: person for person, name in (await names_of(database, sight)).items()}
    if sight.only is not None:
        rows = await database.all(
            statement(_OWN_CATEGORIES, [sight.account_id, sight.only, _MOST_NAMES])
        )
        return Known(people, {"category": [text(row, "name") for row in rows]})
    results = await database.batch(
        [statement(_TERMS, [sight.account_id, name, _MOST_NAMES]) for name in _NAMED]
    )
    return Known(
        people,
        {
            name: [text(row, "name") for row in rows]
            for name, rows in zip(_NAMED, results, strict=True)
        },
    )


async def read_typed(database: Database, sight: Sight, query: FilterQuery) -> Filter:
    """The filter, with the names that `q` has in tokens looked up."""
    named = any(map(asks_for_names, query.values.get("q", ())))
    return read_filter(query, await known_names(database, sight) if named else None)


class TokenValue(Model):
    """What is typed behind a token's name, and the value of the parameter that it stands for."""

    label: str
    value: str


class SearchToken(Model):
    """`name` is typed before a colon; null for a token that has none, such as `>50`. `parameter` is
    that of `GET /api/expenses` which it stands for. `values` are those that are known, up to 500.
    """

    name: str | None
    parameter: str | None
    says: str
    example: str
    values: list[TokenValue]


async def tokens_of(database: Database, sight: Sight) -> Sequence[SearchToken]:
    """All that can be typed, with the names that are known."""
    vocabulary = await known_names(database, sight)
    tokens: list[SearchToken] = []
    for kind in KINDS.values():
        values = dict(kind.values)
        if kind.parameter == "person":
            values = dict(vocabulary.people)
        elif not values:
            values = {name: name for name in vocabulary.names.get(kind.parameter, ())}
        listed = [TokenValue(label=label, value=value) for label, value in values.items()]
        tokens.append(
            SearchToken(
                name=kind.name,
                parameter=kind.parameter,
                says=kind.says,
                example=kind.example,
                values=listed,
            )
        )
    bare = [
        SearchToken(name=None, parameter=None, says=meaning, example=each, values=[])
        for each, meaning in BARE.items()
    ]
    return [*tokens, *bare]

"""Filters of expenses: parameters of the API, the page's address and the command line, checked; and
a filter as terms and conditions over rows, with how many expenses each term leads to.
"""

import calendar
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, LiteralString, TypeAlias

from tillroll.expenses.repository import PAID
from tillroll.expenses.search.grammar import (
    DECLARED,
    MISSING,
    NOT,
    STANDINGS,
    STATUSES,
    Known,
    understand,
)
from tillroll.expenses.search.plain_text import may_begin, words_of
from tillroll_documents.money import CODES
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    Value,
    digits,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.sight import Sight, all_of

PARAMETERS: Final = (
    "q",
    "from",
    "to",
    "min",
    "max",
    "currency",
    "category",
    "tag",
    "person",
    *DECLARED,
    "status",
    "missing",
    "is",
    "id",
)
SORTS: Final = ("date", "total", "merchant", "created")
DEFAULT_SORT: Final = "-date"

_STANDINGS: Final = (*STANDINGS, *(f"{NOT}{each}" for each in STANDINGS))
_LONGEST_TEXT: Final = 200
_MOST_VALUES: Final = 50
MOST_IDS: Final = 200
_AMOUNT: Final = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,4})?")
_TEN_THOUSANDTHS: Final = 10_000
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_EXACT: Final = re.compile(r'\b(merchant|rate):"([^"]*)"')
_QUOTED: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Filter:
    """Which expenses: several values of one name are alternatives, and all names must hold. In
    `text` all words must occur, those in quotes as they are; `merchant:"…"` and `rate:"…"` stand
    for exactly that. Days and amounts are included; `least` and `most` are in ten-thousandths of
    the total's own currency. Voided ones are found where their status is asked for. All of
    `standings` must hold, those with - before them not.
    """

    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    least: int | None = None
    most: int | None = None
    currencies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By the parameters of DECLARED that are asked for, such as `client`."""
    statuses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The text without what is meant exactly."""
        return _EXACT.sub(" ", self.text)

    @property
    def whole_words(self) -> frozenset[str]:
        """The words that are meant as they are, not as a beginning."""
        return frozenset(words_of(" ".join(_QUOTED.findall(self.words))))

    @property
    def exactly(self) -> list[str]:
        """The terms of what is meant exactly."""
        return [f"{name}:{value}" for name, value in _EXACT.findall(self.text)]

    def as_asked(self) -> JsonObject:
        """By the names that it was asked with; what was left out is left out."""
        values: dict[str, Json] = {
            "q": self.text,
            "from": None if self.first_day is None else self.first_day.isoformat(),
            "to": None if self.last_day is None else self.last_day.isoformat(),
            "min": _amount(self.least),
            "max": _amount(self.most),
            "currency": [*self.currencies],
            "category": [*self.categories],
            "tag": [*self.tags],
            "person": [*self.persons],
            **{name: [*values] for name, values in self.declared.items()},
            "status": [*self.statuses],
            "missing": [*self.missing],
            "is": [*self.standings],
            "id": [*self.ids],
        }
        return {name: value for name, value in values.items() if value not in (None, "", [])}


Parameters: TypeAlias = dict[str, str | list[str]]


def as_parameters(filter_: JsonObject) -> Parameters:
    """A filter as it was asked, from JSON."""
    return {
        name: [*map(str, value)] if isinstance(value, list) else str(value)
        for name, value in filter_.items()
    }


@dataclass(frozen=True)
class Order:
    """`by` is one of SORTS; equal ones stand in the order in which they came, or its reverse."""

    by: str = "date"
    is_descending: bool = True

    def __str__(self) -> str:
        if self.is_descending:
            return f"-{self.by}"
        return self.by


@dataclass
class FilterQuery:
    values: Mapping[str, Sequence[str]]
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @classmethod
    def of(cls, parameters: Parameters, prefix: str = "") -> "FilterQuery":
        """Parameters as JSON has them. A name that no filter has is refused, with a prefix."""
        query = cls(
            {
                name: [value] if isinstance(value, str) else value
                for name, value in parameters.items()
            }
        )
        for unknown in sorted({*parameters} - {*PARAMETERS}):
            query.refuse(
                f"{prefix}{unknown[:100]}", f"There is no such filter: use {', '.join(PARAMETERS)}."
            )
        return query

    def check(self) -> None:
        if self.problems:
            raise ValuesRefused(self.problems)

    def first(self, name: str) -> str | None:
        """The one value of a name; None without one. Of several, none is chosen: they are
        refused.
        """
        candidates = [value for value in self.values.get(name, ()) if value.strip()]
        if len(candidates) > 1:
            self.refuse(name, "Give one value.")
        if candidates:
            return candidates[0]
        return None

    def refuse(self, name: str, message: str) -> None:
        self.problems.append((name, message))


def read_filter(query: FilterQuery, vocabulary: Known | None = None) -> Filter:
    """The filter, with what `q` asks for by tokens; what is wrong is in the query's `problems`."""
    typed = (query.first("q") or "").strip()
    if len(typed) > _LONGEST_TEXT:
        query.refuse("q", f"Use at most {_LONGEST_TEXT} characters.")
    first = _day(query, "from", is_last=False)
    last = _day(query, "to", is_last=True)
    if first and last and first > last:
        query.refuse("to", "It is before `from`: give the later day here.")
    understood = understand(typed[:_LONGEST_TEXT], vocabulary, first_day=first, last_day=last)
    for problem in understood.problems:
        query.refuse("q", problem)
    least = _ten_thousandths(query, "min")
    most = _ten_thousandths(query, "max")
    if least is not None and most is not None and least > most:
        query.refuse("max", "It is below `min`: give the larger amount here.")
    least = max((each for each in (least, understood.least) if each is not None), default=None)
    most = min((each for each in (most, understood.most) if each is not None), default=None)
    if (
        not query.problems
        and understood.first_day
        and understood.last_day
        and understood.first_day > understood.last_day
    ):
        query.refuse("q", "No day lies in all the days that are asked for.")
    if not query.problems and least is not None and most is not None and least > most:
        query.refuse("q", "No amount lies in all the ranges that are asked for.")
    merged = {
        name: [*query.values.get(name, ()), *values] for name, values in understood.values.items()
    }
    query = FilterQuery({**query.values, **merged}, query.problems)
    return Filter(
        text=understood.text,
        first_day=understood.first_day,
        last_day=understood.last_day,
        least=least,
        most=most,
        currencies=_currencies(query),
        categories=_texts(query, "category"),
        tags=_texts(query, "tag"),
        persons=_texts(query, "person"),
        declared=_declared(query),
        statuses=_codes(query, "status", STATUSES),
        missing=_codes(query, "missing", tuple(MISSING)),
        standings=_codes(query, "is", _STANDINGS),
        ids=_texts(query, "id", MOST_IDS),
    )


def read_order(query: FilterQuery) -> Order:
    """The order; what is wrong is in the query's `problems`."""
    sort = query.first("sort") or DEFAULT_SORT
    by = sort.removeprefix("-")
    if by not in SORTS:
        query.refuse(
            "sort", f"Use one of {', '.join(SORTS)}; with - before it, the largest comes first."
        )
        return Order()
    return Order(by, sort.startswith("-"))


def fingerprint(chosen: Filter, order: Order) -> str:
    """What a cursor is bound to: 12 hexadecimal digits that differ for another filter or order."""
    return hashlib.sha256(dump([chosen.as_asked(), str(order)]).encode()).hexdigest()[:12]


def _day(query: FilterQuery, name: str, *, is_last: bool) -> date | None:
    value = query.first(name)
    if value is None:
        return None
    match = _DAY.fullmatch(value.strip())
    try:
        if match is not None:
            year = int(match[1])
            month = int(match[2] or (12 if is_last else 1))
            if match[3]:
                day = int(match[3])
            elif is_last:
                day = calendar.monthrange(year, month)[1]
            else:
                day = 1
            return date(year, month, day)
    except ValueError:  # no such day: said below
        pass
    query.refuse(name, "Write a day as 2026-03-31, a month as 2026-03, or a year as 2026.")
    return None


def _ten_thousandths(query: FilterQuery, name: str) -> int | None:
    value = query.first(name)
    if value is None:
        return None
    if not _AMOUNT.fullmatch(value.strip()):
        query.refuse(
            name,
            "Write an amount with a decimal point and without a currency, such as 12.90 or -5.",
        )
        return None
    return int(Decimal(value.strip()) * _TEN_THOUSANDTHS)


def _amount(ten_thousandths: int | None) -> str | None:
    if ten_thousandths is None:
        return None
    return f"{Decimal(ten_thousandths) / _TEN_THOUSANDTHS:f}"


def _texts(query: FilterQuery, name: str, most: int = _MOST_VALUES) -> tuple[str, ...]:
    """Values that may hold a comma: each is given by itself."""
    values = tuple(
        dict.fromkeys(value.strip() for value in query.values.get(name, ()) if value.strip())
    )
    if len(values) > most or any(len(value) > _LONGEST_TEXT for value in values):
        query.refuse(name, f"Give at most {most} values of at most {_LONGEST_TEXT} characters.")
    return values[:most]


def _declared(query: FilterQuery) -> dict[str, tuple[str, ...]]:
    texts = {name: _texts(query, name) for name in DECLARED}
    return {name: values for name, values in texts.items() if values}


def _codes(query: FilterQuery, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """Values of a vocabulary, which may stand in one list with commas."""
    codes = [
        code.strip()
        for value in query.values.get(name, ())
        for code in value.split(",")
        if code.strip()
    ]
    if not {*codes} <= {*allowed}:
        query.refuse(name, f"Use {', '.join(allowed)}, or several of them with commas.")
    return tuple(dict.fromkeys(code for code in codes if code in allowed))


def _currencies(query: FilterQuery) -> tuple[str, ...]:
    currencies = [
        code.strip().upper()
        for value in query.values.get("currency", ())
        for code in value.split(",")
    ]
    codes = tuple(dict.fromkeys(code for code in currencies if code))
    if not {*codes} <= CODES:
        query.refuse(
            "currency", "Use codes of ISO 4217 such as EUR, or several of them with commas."
        )
    return tuple(code for code in codes if code in CODES)


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
    the group of the person who sees their own alone; None for whoever sees all.
    """

    groups: tuple[Group, ...]
    is_empty: bool
    hides_voided: bool
    owned: Group | None = None


async def terms_of(database: Database, sight: Sight, chosen: Filter) -> Terms:
    """Look the filter's terms up, in one round trip. Whoever sees their own alone has their own
    person as the first group, which leads.
    """
    account_id = sight.account_id
    exact = exact_groups(sight, chosen)
    words = list(dict.fromkeys(words_of(chosen.words)))
    queries = [_named(account_id, names) for names in exact]
    queries += [_word(account_id, word, is_whole=word in chosen.whole_words) for word in words]
    queries += [_missing(account_id, chosen.missing)] if chosen.missing else []
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
    return statement(_GROUP.format(terms=terms), *values)


# What has few values stands in one term for all of these, which a search for one of them looks
# through.
_STANDS: Final = frozenset({"status", "currency", "missing"})
IS_STANDING: Final = "terms.term >= 'stands:' AND terms.term < 'stands;'"
"""Such a term, of `expense_terms AS terms`."""
# The query for the ids of terms, with the numbers of its values: the account, and a JSON list of
# what is asked for.
_WHOLE_TERMS: Final = (
    "SELECT id FROM expense_terms WHERE account_id = {} AND term IN (SELECT value "
    "FROM json_each({}))"
)
_STANDING_TERMS: Final = f"""
  SELECT id FROM expense_terms AS terms WHERE account_id = {{}} AND {IS_STANDING}
    AND EXISTS (SELECT 1 FROM json_each({{}}) AS asked WHERE instr(term,
        ';' || asked.value || ';') > 0)
"""
# A rate is missing where the account has a base currency, and the expense has its amount in none or
# another.
_WITHOUT_RATE: Final = f"""
  UNION SELECT terms.id FROM accounts JOIN expense_terms AS terms ON terms.account_id = accounts.id
  WHERE accounts.id = {{}} AND accounts.base_currency IS NOT NULL AND {IS_STANDING}
    AND instr(terms.term, ';base:' || accounts.base_currency || ';') = 0
"""


def _terms(terms: Sequence[str]) -> LiteralString:
    """The query for terms of one name, such as status:ready and status:approved."""
    if terms[0].partition(":")[0] in _STANDS:
        return _STANDING_TERMS
    return _WHOLE_TERMS


def _named(account_id: str, terms: Sequence[str]) -> Statement:
    return _group(_terms(terms).format("?1", "?2"), account_id, dump([*terms]))


_BEGINNING: Final = f"""
  SELECT id FROM expense_terms WHERE account_id = {{}} AND term >= {{}} AND term < {{}}
  ORDER BY length(term), term LIMIT {digits(MOST_WORDS)}
"""


def _word(account_id: str, word: str, *, is_whole: bool) -> Statement:
    """The word, and the words that begin with it unless it is short, or meant as it is."""
    if is_whole or not may_begin(word):
        return _named(account_id, [f"word:{word}"])
    return _group(
        _BEGINNING.format(*("?1", "?2", "?3")),
        account_id,
        f"word:{word}",
        f"word:{word}{BEHIND_ALL}",
    )


def _missing(account_id: str, missing: Sequence[str]) -> Statement:
    query = _STANDING_TERMS.format("?1", "?2") + (
        _WITHOUT_RATE.format("?1") if "rate" in missing else ""
    )
    return _group(query, account_id, dump([f"missing:{each}" for each in missing]))


def count_standings(account_id: str, days: tuple[int, int]) -> Statement:
    """The query for the `expenses` of these days by their `term` of what has few values, without
    looking at any. Each expense has one such term.
    """
    low, high = days
    query = f"""
      SELECT term, (
        SELECT COUNT(*) FROM expense_postings AS led WHERE led.term = terms.id
            AND led.day BETWEEN {digits(low)} AND {digits(high)}
      ) AS expenses
      FROM expense_terms AS terms WHERE account_id = ? AND {IS_STANDING} AND instr(term,
          ';status:voided;') = 0
    """
    return statement(query, account_id)


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
    WHERE {_SAME_EXPENSE} AND word.value IN ({_BEGINNING.format("?", "?", "?")}))
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
        also = _WITHOUT_RATE.format("?") if "rate" in chosen.missing else ""
        condition, values = _led(account_id, [f"missing:{each}" for each in chosen.missing], also)
        yield condition, [*values, account_id] if also else values


def _led(account_id: str, terms: list[str], also: LiteralString = "") -> Condition:
    return _LED.format(terms=_terms(terms).format("?", "?") + also), [account_id, dump([*terms])]

"""Pages of expenses that a filter finds: which index leads, and what each row is then held to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.expenses.models import ListedExpense
from tillroll.expenses.repository import expenses_by_id
from tillroll.expenses.search.filters import (
    Filter,
    Order,
)
from tillroll.expenses.search.grammar import NOT
from tillroll.expenses.search.standings import (
    SOURCES,
    standing_conditions,
)
from tillroll.expenses.search.terms import (
    COUNTED,
    Group,
    Terms,
    terms_of,
)
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Value,
    digits,
    integer,
    place,
    text,
    word,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.sight import Sight

# Where some condition leads to few expenses, all of these are looked at and put in order. Elsewhere
# an index that stands in the order that is asked for is walked, and each row is held to the other
# conditions. A walk looks at no more than WALKED rows: where that was not enough for a page, the
# page is shorter, and its cursor says where to go on. So the database's time for a page is bounded,
# whatever is asked. These lead a caller who sees their own expenses alone, whatever they ask: a
# walk over others' would stop at one of them, which its cursor tells. In another order than that of
# days all of their own are put in order, however many.

FEW: Final = 2_000
WALKED: Final = 4_000
# Sums look at all that the leading condition leads to, a microsecond or two each. Where that is
# more, none are made.
SUMMED: Final = 30_000
# A row is held to a group of more terms than this by its own list of words.
_MANY_TERMS: Final = 20

IDS: Final = "ids"
"""Leads where expenses are asked for by their ids."""
STANDING: Final = "is:"
"""Before what became of expenses, where few have it."""

_EPOCH_ORDINAL: Final = 719_163
_HIGHEST_N: Final = 2**53 - 1
_LOWEST_AMOUNT = -(2**53) + 1
_HIGHEST_AMOUNT = 2**53 - 1
_LOWEST_DAY = -1_000_000
_HIGHEST_DAY = 10_000_000


@dataclass(frozen=True)
class Sorting:
    """A column of expense_finds, the index that stands in its order, and the ends of its values."""

    column: LiteralString
    index: LiteralString
    lowest: Value
    highest: Value

    @property
    def is_text(self) -> bool:
        return isinstance(self.lowest, str)


SORTINGS: Final = {
    "date": Sorting("day", "expense_finds_by_day", lowest=_LOWEST_DAY, highest=_HIGHEST_DAY),
    "total": Sorting(
        "amount", "expense_finds_by_amount", lowest=_LOWEST_AMOUNT, highest=_HIGHEST_AMOUNT
    ),
    "merchant": Sorting("sort_name", "expense_finds_by_name", lowest="", highest="\U0010ffff"),
    "created": Sorting("created_at", "expense_finds_by_creation", lowest="", highest="\U0010ffff"),
}


@dataclass(frozen=True)
class Place:
    """The row after which a page begins."""

    key: str
    """The value of the column that is sorted by, as text: a number there may be larger than JSON
    takes.
    """
    n: int


def days_of(chosen: Filter) -> tuple[int, int]:
    """Days since 1970-01-01, both included."""
    first = chosen.first_day
    last = chosen.last_day
    return (
        _LOWEST_DAY if first is None else first.toordinal() - _EPOCH_ORDINAL,
        _HIGHEST_DAY if last is None else last.toordinal() - _EPOCH_ORDINAL,
    )


@dataclass(frozen=True)
class Search:
    """What is asked: `cursor` is None for the first page."""

    sight: Sight
    chosen: Filter
    order: Order
    terms: Terms
    cursor: Place | None
    limit: int

    @property
    def sorting(self) -> Sorting:
        return SORTINGS[self.order.by]

    @property
    def account_id(self) -> str:
        return self.sight.account_id

    @property
    def rarest(self) -> Group | None:
        """The group that leads."""
        return self.terms.owned or min(
            self.terms.groups, key=lambda group: group.expenses, default=None
        )

    def days(self) -> tuple[int, int]:
        return days_of(self.chosen)

    def amounts(self) -> tuple[int, int]:
        least = self.chosen.least
        most = self.chosen.most
        return (
            _LOWEST_AMOUNT if least is None else least,
            _HIGHEST_AMOUNT if most is None else most,
        )


class Sql:
    """SQL that is put together with its values, which get numbers as they come."""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def put(self, value: Value) -> LiteralString:
        """The placeholder of a value. A whole number stands as such: D1 would bind it as REAL."""
        if isinstance(value, int):
            return digits(value)
        self.values.append(value)
        return place(len(self.values))

    def statement(self, sql: LiteralString) -> Statement:
        return statement(sql, [*self.values])


def counted_ranges(search: Search) -> list[Statement]:
    """How many expenses lie in the ranges of amounts and days, and of the rarest group in that of
    days, up to FEW + 1. None where there is no range, or the walk follows it anyway.
    """
    queries: list[Statement] = []
    most = digits(FEW + 1)
    has_days = search.chosen.first_day is not None or search.chosen.last_day is not None
    rarest = search.rarest
    if has_days and rarest is not None and len(rarest.ids) == 1:
        low, high = map(digits, search.days())
        query = f"""
          SELECT 'group' AS range, COUNT(*) AS expenses FROM (
            SELECT 1 FROM expense_postings
            WHERE term = {digits(rarest.ids[0])} AND day BETWEEN {low} AND {high} LIMIT {most}
          )
        """
        queries.append(statement(query))
    for name, is_asked, bounds in (
        (
            "total",
            search.chosen.least is not None or search.chosen.most is not None,
            search.amounts(),
        ),
        ("date", has_days, search.days()),
    ):
        if is_asked and search.order.by != name:
            sorting = SORTINGS[name]
            low, high = map(digits, bounds)
            sql = Sql()
            queries.append(
                sql.statement(
                    f"""
                    SELECT '{word(name)}' AS range, COUNT(*) AS expenses FROM (
                      SELECT 1 FROM expense_finds INDEXED BY {sorting.index}
                      WHERE account_id = {sql.put(search.account_id)}
                        AND {sorting.column} BETWEEN {low} AND {high} LIMIT {most}
                    )
                    """
                )
            )
    for each in search.chosen.standings:
        source = SOURCES.get(each)
        if source:
            sql = Sql()
            source = source.format(account=sql.put(search.account_id))
            counted = (
                f"SELECT '{STANDING}{word(each)}' AS range, COUNT(*) AS expenses FROM ({source} "
                f"LIMIT {most})"
            )
            queries.append(sql.statement(counted))
    return queries


def rows_of_few(search: Search, leading: Group | str) -> Statement:
    """A page out of few expenses: those of a group, those of IDS, or of a range by the name of its
    order.
    """
    sql = Sql()
    order = _direction(search)
    column = search.sorting.column
    conditions: list[LiteralString] = [*_conditions(search, sql, without=leading)]
    if search.cursor is not None:
        key, n = _place(search, sql)
        conditions.append(
            f"(+finds.{column}, finds.n) {'<' if search.order.is_descending else '>'} ({key}, {n})"
        )
    return sql.statement(
        f"""
        SELECT finds.expense_id, CAST(finds.{column} AS TEXT) AS place, finds.n
        FROM ({_few(search, sql, leading)}) AS few
        CROSS JOIN expense_finds AS finds ON finds.n = few.n
        WHERE {" AND ".join(conditions) or "1"}
        ORDER BY finds.{column} {order}, finds.n {order} LIMIT {digits(search.limit + 1)}
        """
    )


def walk(search: Search) -> list[Statement]:
    """A page by a walk, and where it stops: no row of the second where it goes to the end."""
    lead = search.rarest
    if search.order.by == "date" and lead is not None and len(lead.ids) == 1:
        source = "expense_postings AS led"
        leading = f"led.term = {digits(lead.ids[0])}"
        join = "CROSS JOIN expense_finds AS finds ON finds.n = led.n"
    else:
        lead = None
        source = f"expense_finds AS led INDEXED BY {search.sorting.index}"
        leading = ""
        join = ""
    order = _direction(search)
    compared = "<" if search.order.is_descending else ">"

    def written(sql: Sql) -> tuple[LiteralString, LiteralString]:
        """The range that is walked, and the query for where the walk stops."""
        column = f"led.{search.sorting.column}"
        low, high = _bounds(search)
        begins = leading or f"led.account_id = {sql.put(search.account_id)}"
        key, n = _place(search, sql)
        inner = f"{begins} AND ({column}, led.n) {compared} ({key}, {n})"
        if search.order.is_descending:
            far = f"{column} >= {sql.put(low)}"
        else:
            far = f"{column} <= {sql.put(high)}"
        stop = f"""
          SELECT {column} AS place, led.n AS n FROM {source} WHERE {inner} AND {far}
          ORDER BY {column} {order}, led.n {order} LIMIT 1 OFFSET {digits(WALKED - 1)}
        """
        return inner, stop

    sql = Sql()
    inner, stop = written(sql)
    low, high = _bounds(search)
    column = f"led.{search.sorting.column}"
    end = sql.put(low if search.order.is_descending else high)
    last_n = digits(-1 if search.order.is_descending else _HIGHEST_N)
    not_before = ">=" if search.order.is_descending else "<="
    stops_at = f"COALESCE((SELECT place FROM stop), {end})"
    conditions: list[LiteralString] = [
        inner,
        f"{column} {not_before} {stops_at}",
        f"({column}, led.n) {not_before} ({stops_at}, COALESCE((SELECT n FROM stop), {last_n}))",
        *_conditions(search, sql, without=lead, named="finds" if join else "led"),
    ]
    page = sql.statement(
        f"""
        WITH stop AS MATERIALIZED ({stop})
        SELECT {"finds" if join else "led"}.expense_id, CAST({column} AS TEXT) AS place, led.n
        FROM {source} {join} WHERE {" AND ".join(conditions)}
        ORDER BY {column} {order}, led.n {order} LIMIT {digits(search.limit + 1)}
        """
    )
    alone = Sql()
    ends = written(alone)[1]
    return [page, alone.statement(f"SELECT CAST(place AS TEXT) AS place, n FROM ({ends})")]


def all_of(search: Search, sql: Sql, joined: LiteralString = "") -> LiteralString:
    """FROM and WHERE of all that is found, for sums: the rarest group leads, or the range of
    amounts, or of days.
    """
    lead = IDS if search.chosen.ids else search.rarest
    conditions: list[LiteralString] = [*_conditions(search, sql, without=lead, with_days=True)]
    if lead is None:
        source = _range(search, sql)
    else:
        source = (
            f"({_few(search, sql, lead)}) AS few CROSS "
            "JOIN expense_finds AS finds ON finds.n = few.n"
        )
    return f"FROM {source} {joined} WHERE {' AND '.join(conditions) or '1'}"


def led_to(search: Search) -> Statement | None:
    """The query for how many rows `all_of` looks at, `led`, up to SUMMED + 1; None where few are
    known to be.
    """
    lead = search.rarest
    sql = Sql()
    if search.chosen.ids or (lead is not None and lead.expenses < COUNTED):
        return None
    if lead is None:
        rows = _range(search, sql)
    else:
        rows = _postings(search, sql, lead)
    return sql.statement(
        f"SELECT COUNT(*) AS led FROM (SELECT 1 FROM {rows} LIMIT {digits(SUMMED + 1)})"
    )


def _range(search: Search, sql: Sql) -> LiteralString:
    """Rows of the range of amounts, or else of days."""
    has_amounts = search.chosen.least is not None or search.chosen.most is not None
    led_by, (low, high) = ("total", search.amounts()) if has_amounts else ("date", search.days())
    sorting = SORTINGS[led_by]
    account = sql.put(search.account_id)
    return (
        f"(SELECT * FROM expense_finds INDEXED BY {sorting.index} WHERE account_id = {account} "
        f"AND {sorting.column} BETWEEN {digits(low)} AND {digits(high)}) AS finds"
    )


def _postings(search: Search, sql: Sql, group: Group) -> LiteralString:
    """The postings of a group, with their condition."""
    low, high = search.days()
    is_one = len(group.ids) == 1
    if is_one:
        terms = f"= {digits(group.ids[0])}"
    else:
        terms = f"IN (SELECT value FROM json_each({sql.put(group.as_json)}))"
    return f"expense_postings WHERE term {terms} AND day BETWEEN {digits(low)} AND {digits(high)}"


def _few(search: Search, sql: Sql, leading: Group | str) -> LiteralString:
    if isinstance(leading, Group):
        several = "" if len(leading.ids) == 1 else "DISTINCT "
        return f"SELECT {several}n FROM {_postings(search, sql, leading)}"
    if leading == IDS:
        account = sql.put(search.account_id)
        ids = sql.put(dump([*search.chosen.ids]))
        named = f"expense_id IN (SELECT value FROM json_each({ids}))"
        # The plus keeps the planner from going through all of the account.
        return f"SELECT n FROM expense_finds WHERE +account_id = {account} AND {named}"
    if leading.startswith(STANDING):
        source = SOURCES[leading.removeprefix(STANDING)].format(account=sql.put(search.account_id))
        return f"SELECT n FROM expense_finds WHERE expense_id IN ({source})"
    sorting = SORTINGS[leading]
    bounds = search.amounts() if leading == "total" else search.days()
    return (
        f"SELECT n FROM expense_finds INDEXED BY {sorting.index} "
        f"WHERE account_id = {sql.put(search.account_id)} "
        f"AND {sorting.column} BETWEEN {digits(bounds[0])} AND {digits(bounds[1])}"
    )


def _conditions(
    search: Search,
    sql: Sql,
    *,
    without: Group | str | None,
    named: LiteralString = "finds",
    with_days: bool = False,
) -> Iterator[LiteralString]:
    """What each row is held to, the cheap conditions first. The leading one holds by itself."""
    chosen = search.chosen
    if search.terms.hides_voided:
        yield f"{named}.status <> 'voided'"
    if chosen.least is not None or chosen.most is not None:
        yield "+{}.amount BETWEEN {} AND {}".format(named, *map(digits, search.amounts()))
    # SQLite refuses a value that nothing reads.
    asks_paid = any(each.removeprefix(NOT) == "paid" for each in chosen.standings)
    yield from standing_conditions(
        chosen,
        account=sql.put(search.account_id) if asks_paid else "",
        id_=f"{named}.expense_id",
        total=f"{named}.total_minor",
    )
    has_days = chosen.first_day is not None or chosen.last_day is not None
    if has_days and (with_days or without != "date"):
        yield "+{}.day BETWEEN {} AND {}".format(named, *map(digits, search.days()))
    for group in sorted(search.terms.groups, key=lambda group: group.expenses):
        if group is without:
            continue
        probe = f"probed.day = {named}.day AND probed.n = {named}.n"
        if group.are_words and len(group.ids) > _MANY_TERMS:
            terms = f"SELECT value FROM json_each({sql.put(group.as_json)})"
            yield (
                "EXISTS (SELECT 1 FROM expense_words AS own, json_each(own.terms) AS word "
                f"WHERE own.n = {named}.n AND word.value IN ({terms}))"
            )
        elif len(group.ids) == 1:
            yield (
                "EXISTS (SELECT 1 FROM expense_postings AS probed "
                f"WHERE probed.term = {digits(group.ids[0])} AND {probe})"
            )
        else:
            terms = f"SELECT value FROM json_each({sql.put(group.as_json)})"
            yield (
                "EXISTS (SELECT 1 FROM expense_postings AS probed "
                f"WHERE probed.term IN ({terms}) AND {probe})"
            )


def _bounds(search: Search) -> tuple[Value, Value]:
    """The ends of what is walked, both included."""
    if search.order.by == "date":
        return search.days()
    if search.order.by == "total":
        return search.amounts()
    return search.sorting.lowest, search.sorting.highest


def _place(search: Search, sql: Sql) -> tuple[LiteralString, LiteralString]:
    """The key and number after which the walk begins, as SQL: of the page before, or the end of
    the range.
    """
    if search.cursor is not None:
        key = sql.put(search.cursor.key)
        number = digits(search.cursor.n)
        return (key if search.sorting.is_text else f"CAST({key} AS INTEGER)"), number
    low, high = _bounds(search)
    if search.order.is_descending:
        return (sql.put(high), digits(_HIGHEST_N))
    return (sql.put(low), "-1")


def _direction(search: Search) -> LiteralString:
    if search.order.is_descending:
        return "DESC"
    return "ASC"


@dataclass(frozen=True)
class Found:
    """`following` is where the next page begins: None at the end. A page may be short, or empty,
    and not the last.
    """

    items: list[ListedExpense]
    following: Place | None


async def find_page(
    database: Database, sight: Sight, chosen: Filter, order: Order, cursor: Place | None, limit: int
) -> Found:
    """The expenses that are seen and that a filter chooses, in order, after `cursor`."""
    terms = await terms_of(database, sight, chosen)
    if terms.is_empty:
        return Found([], None)
    search = Search(sight, chosen, order=order, terms=terms, cursor=cursor, limit=limit)
    leading = await _leading(database, search)
    if leading is None:
        rows, stops = await database.batch(walk(search))
    else:
        rows = await database.all(rows_of_few(search, leading))
        stops = list[Row]()
    ends = rows[limit - 1 : limit] if len(rows) > limit else stops
    if ends:
        following = Place(text(ends[0], "place"), integer(ends[0], "n"))
    else:
        following = None
    ids = [text(row, "expense_id") for row in rows[:limit]]
    details = await expenses_by_id(database, ids)
    return Found([details[each] for each in ids if each in details], following)


async def _leading(database: Database, search: Search) -> Group | str | None:
    """The condition that leads to few expenses, if one does: a group, ids, or the order whose range
    it is.
    """
    if search.chosen.ids:
        return IDS
    rarest = search.rarest
    if rarest is not None and rarest.expenses <= FEW:
        return rarest
    if search.terms.owned is not None:
        return None if search.order.by == "date" else rarest
    counted = (
        [rows[0] for rows in await database.batch(queries)]
        if (queries := counted_ranges(search))
        else []
    )
    fewest = min(counted, key=lambda row: integer(row, "expenses"), default=None)
    if fewest is None or integer(fewest, "expenses") > FEW:
        return None
    return rarest if text(fewest, "range") == "group" else text(fewest, "range")
